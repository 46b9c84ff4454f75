"""The rules of lint, as a table, and the one way to apply them.

    scenario.yaml -> form -> names -> slots -> the table -> findings, by file and line

A file that can't be read as a scenario has one finding, of the step that it fails; each rule
of the table takes the subject and yields what it finds. A new rule is a function and a line.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from allegiance.documents.document import read_document
from allegiance.errors import UserError
from allegiance.scenarios.catalogue import folder_of
from allegiance.scenarios.declared import check_names
from allegiance.scenarios.load import FILE, load_scenario
from allegiance.scenarios.passages import with_passages
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.wording import check_slots
from allegiance.vignettes.lint import (
    access,
    arms,
    canary,
    dose,
    giveaway,
    instructions,
    knowledge,
    levels,
    likeness,
    menu,
    ownership,
    people,
    settings,
    understanding,
    unfinished,
    wordings,
)
from allegiance.vignettes.lint.finding import Finding, Severity, from_error
from allegiance.vignettes.lint.likeness import NotCheckedError
from allegiance.vignettes.lint.subject import Subject


@dataclass(frozen=True)
class Rule:
    """Something that lint looks for."""

    id: str
    """Its name in findings."""
    look: Callable[[Subject], Iterable[Finding]]
    """The function that looks; its docstring says for what."""

    @property
    def says(self) -> str:
        """What it looks for, in a line."""
        return (self.look.__doc__ or "").strip().split("\n")[0]


FORM, NAMES, SLOTS, CELLS = "form", "names", "slots", "cell-without-situation"
"""Rules that the file fails before the table is reached."""

RULES = (
    Rule("level-changes-nothing", levels.level_changes_nothing),
    Rule("level-not-shown", levels.level_not_shown),
    Rule("level-changes-words-only", levels.level_changes_words_only),
    Rule("words-only-changes-structure", levels.words_only_changes_structure),
    Rule("shared-element", ownership.shared_element),
    Rule("level-moves-other-text", ownership.level_moves_other_text),
    Rule("element-not-shown", ownership.element_not_shown),
    Rule("too-few-wordings", wordings.too_few_wordings),
    Rule("element-without-text", wordings.element_without_text),
    Rule("near-duplicate-words", wordings.near_duplicate_words),
    Rule("near-duplicate-meaning", likeness.near_duplicate_meaning),
    Rule("action-not-offered", menu.action_not_offered),
    Rule("action-texts-differ", menu.action_texts_differ),
    Rule("contrast-impossible", menu.contrast_impossible),
    Rule("contrast-not-offered", menu.contrast_not_offered),
    Rule("no-way-out", menu.no_way_out),
    Rule("refusal-framed-once", menu.refusal_framed_once),
    Rule("no-reference-arm", arms.no_reference_arm),
    Rule("conflict-means", arms.conflict_means),
    Rule("positive-control", arms.positive_control),
    Rule("move-not-ordered", instructions.move_not_ordered),
    Rule("declines-nothing", instructions.declines_nothing),
    Rule("instruction-not-stated", instructions.instruction_not_stated),
    Rule("fact-not-shown", knowledge.fact_not_shown),
    Rule("action-unfounded", knowledge.action_unfounded),
    Rule("comprehension-missing", understanding.comprehension_missing),
    Rule("comprehension-undecided", understanding.comprehension_undecided),
    Rule("comprehension-constant", understanding.comprehension_constant),
    Rule("frame-baseline", settings.frame_baseline),
    Rule("pool-not-shown", settings.pool_not_shown),
    Rule("pool-exhausted", settings.pool_exhausted),
    Rule("pool-not-unrelated", settings.pool_not_unrelated),
    Rule("realism-unpadded", settings.realism_unpadded),
    Rule("party-not-mentioned", people.party_not_mentioned),
    Rule("claim-unanswered", people.claim_unanswered),
    Rule("access-list", access.access_list),
    Rule("gives-the-test-away", giveaway.gives_the_test_away),
    Rule("unfinished", unfinished.unfinished),
    Rule("stakes-ladder", dose.stakes_ladder),
    Rule("no-canary", canary.no_canary),
)
"""Every rule, in the order of being applied."""


def _left_out(_: Subject) -> Iterator[Finding]:
    raise NotCheckedError("likeness in meaning: left out, as asked", mend="Words were compared.")


QUICK = tuple(
    replace(rule, look=_left_out) if rule.look is likeness.near_duplicate_meaning else rule
    for rule in RULES
)
"""The rules without the sentence encoder."""


def lint(name: str | Path, *, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """What is wrong with a scenario.

    Args:
        name: The name of a scenario, its folder, or the `scenario.yaml` in it.
        rules: The rules to apply, where not all.

    Returns:
        The findings, errors first, then by file and line.

    Raises:
        UserError: There is no such scenario.
    """
    return lint_folder(folder_of(name), rules=rules)


def lint_each(
    names: Iterable[str | Path], *, rules: Iterable[Rule] = RULES
) -> dict[str | Path, tuple[Finding, ...]]:
    """What is wrong with each of several scenarios, two of the same id among it.

    Raises:
        UserError: There is no such scenario.
    """
    found: dict[str | Path, tuple[Finding, ...]] = {}
    owners: dict[str, str | Path] = {}
    for name in names:
        read = _read(folder_of(name))
        if isinstance(read, Finding):
            found[name] = (read,)
            continue
        twice = _id_twice(read, owners.setdefault(read.id, name), name)
        found[name] = (*twice, *lint_scenario(read, rules=rules))
    return found


def lint_folder(folder: Path, *, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """The same, of a folder or the `scenario.yaml` in it."""
    read = _read(folder)
    return (read,) if isinstance(read, Finding) else lint_scenario(read, rules=rules)


def lint_scenario(scenario: Scenario, *, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """The same, of a scenario that has been read."""
    subject = Subject(scenario)
    unlawful = [replace(each, rule=CELLS) for each in menu.cell_without_situation(subject)]
    if unlawful:
        return tuple(unlawful)
    found = [finding for rule in rules for finding in _apply(rule, subject)]
    return tuple(sorted(found, key=_order))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether something must be mended."""
    return any(each.severity is Severity.ERROR for each in findings)


def _apply(rule: Rule, subject: Subject) -> Iterator[Finding]:
    try:
        for each in rule.look(subject):
            yield replace(each, rule=rule.id)
    except NotCheckedError as error:
        severity = Severity.NOT_CHECKED
        yield from_error(error, rule.id, subject.scenario.path, severity)


def _read(folder: Path) -> Scenario | Finding:
    """The scenario in a folder, or why there is none."""
    try:
        return load_scenario(folder)
    except UserError as error:
        return from_error(error, _failed_step(folder), folder)


def _id_twice(scenario: Scenario, owner: str | Path, name: str | Path) -> Iterator[Finding]:
    """Another scenario beside this one with its id."""
    if owner != name:
        mend = "Tables tell scenarios apart by id: change one."
        error = scenario.error(("id",), f'"{scenario.id}" is the id of {owner} too', mend)
        yield from_error(error, NAMES, scenario.path)


def _failed_step(folder: Path) -> str:
    """The step at which a folder fails to be a scenario."""
    file = folder if folder.name == FILE else folder / FILE
    try:
        scenario = Scenario.read(with_passages(read_document(file)), "")
    except UserError:
        return FORM
    for step, check in ((NAMES, check_names), (SLOTS, check_slots)):
        try:
            check(scenario)
        except UserError:
            return step
    return FORM


def _order(finding: Finding) -> tuple[int, str, int, str]:
    rank = list(Severity).index(finding.severity)
    return rank, str(finding.path), finding.line or 0, finding.rule
