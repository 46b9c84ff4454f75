"""A page for each built-in code: what it holds, its clauses, its verdicts, where it stands alone.

    codes.md          the list
    codes/<code>.md   one code, over the cells of the default experiment of each built-in scenario

Called by reference.py, which writes them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from page_form import page, sentence, table

from allegiance.cases.panel import Panel, panel, stands_alone
from allegiance.codes.code import Clause, Code
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import built_in as codes_there
from allegiance.scenarios.catalogue import built_in as scenarios_there
from allegiance.scenarios.load import load_scenario
from allegiance.vignettes.lint.canary import CANARY

MOST_ALONE = 10
"""Cells of one scenario that are listed where a code stands alone."""


def code_pages() -> dict[str, str]:
    """The pages by their place under docs/."""
    codes = codes_there()
    panels = [panel(load_scenario(folder), codes) for folder in scenarios_there()]
    made = {f"reference/codes/{each.id}.md": _page_of(each, panels) for each in codes}
    return {"reference/codes.md": _index(codes, panels), **made}


def _index(codes: Sequence[Code], panels: Sequence[Panel]) -> str:
    rows = [
        (
            f"[{each.id}](codes/{each.id}.md)",
            each.title,
            each.kind.value,
            str(len(each.clauses)),
            str(sum(len({*_cells_alone(of, each.id)}) for of in panels)),
        )
        for each in codes
    ]
    cells = sum(len(each.cells) for each in panels)
    return page(
        "Codes, one by one",
        "Each built-in code has a page: what it holds, its clauses, its verdicts over the built-in "
        "scenarios, and where it stands alone. What codes are: [codes](../concepts/codes.md).",
        f"The last column counts cells, of {cells}, in which it stands alone on some action.",
        table(("code", "title", "kind", "clauses", "alone"), rows),
    )


def _cells_alone(of: Panel, code: str) -> Iterator[tuple[str, ...]]:
    return (tuple(each.cell.values()) for each in stands_alone(of, code))


def _page_of(code: Code, panels: Sequence[Panel]) -> str:
    parts = [f"<!-- {CANARY} -->", f"{sentence(code.title)} {sentence(code.summary)}"]
    if code.blind_to:
        parts.append(f"**It can't see:** {sentence(code.blind_to)}")
    parts += [
        f"`{code.id}` is of the kind *{code.kind}*, and settles by {code.settles}.",
        "## Clauses",
        table(("clause", "title", "effect", "place", "it says"), map(_clause, code.clauses)),
        "## Verdicts",
        "Over the cells of the default experiment of each built-in scenario: in how many an "
        "action is judged how. An action counts only where it is open.",
    ]
    for each in panels:
        parts += [f"### {each.scenario.id}", *_verdicts(code, each)]
    parts += [
        "## Where it stands alone",
        "Actions that it allows while every other code that speaks forbids them, or forbids while "
        "each allows them. The others are the ethics and the constitution; at least two must "
        f"speak. At most {MOST_ALONE} for each scenario; levels that are not named are at their "
        "baseline.",
    ]
    alone = [part for each in panels for part in _alone(code, each)]
    return page(code.id, *parts, *(alone or ["Nowhere in these cells."]))


def _clause(clause: Clause) -> tuple[str, ...]:
    place = f"rank {clause.rank}" if clause.rank else f"weight {clause.weight:g}"
    excused = f" of {', '.join(clause.excuses)}" if clause.excuses else ""
    says = sentence(clause.says) + ("" if clause.rule is not None else " *Prose only.*")
    return clause.id, clause.title, f"{clause.effect}{excused}", place, says


def _verdicts(code: Code, of: Panel) -> Iterator[str]:
    counts = of.counts(code.id)
    shown = [
        each
        for each in Verdict
        if each is not Verdict.CONTRADICTORY or any(count[each] for count in counts.values())
    ]
    yield f"{sentence(of.scenario.title)} {len(of.cells)} cells."
    rows = [
        (f"`{action}`", *(str(count[each] or "") for each in shown))
        for action, count in counts.items()
    ]
    yield table(("action", *shown), rows)


def _alone(code: Code, of: Panel) -> Iterator[str]:
    found = [*stands_alone(of, code.id)]
    if not found:
        return
    rows = [
        (
            ", ".join(f"{name} {each.cell[name]}" for name in of.scenario.experiment.factors),
            f"`{each.action}`",
            each.ruling.verdict.value,
            ", ".join(each.ruling.clauses),
            ", ".join(each.others),
        )
        for each in islice(found, MOST_ALONE)
    ]
    yield f"### {of.scenario.id}, alone"
    if len(found) > MOST_ALONE:
        yield f"{MOST_ALONE} of {len(found)}."
    head = ("cell", "action", "it says", "by clause", "against")
    yield table(head, rows)
