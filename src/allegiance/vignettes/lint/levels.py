"""A level means something: it changes the words, and what is the case.

    words     structure
    same      same         changes nothing
    same      differ       nobody is told: no text shows it
    differ    differ       right, but for a factor that is `words_only`
    differ    same         right for `words_only`; a warning for any other

Two levels of a factor are compared in every context in which both are possible.
"""

from collections.abc import Callable, Iterator

from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.neighbours import Comparison, Pair
from allegiance.vignettes.lint.subject import Subject, in_words


def level_changes_nothing(subject: Subject) -> Iterator[Finding]:
    """A level with the words and the structure of another one."""
    for each in _compared(subject, words=False, structure=False):
        yield subject.fault(
            each.at,
            f'"{each.other}" changes nothing against "{each.one}", in words or in structure',
            "Give it elements or instructions with a `when` of its own, take it out, or exclude "
            "under `impossible` the cells in which it makes no sense.",
        )


def level_not_shown(subject: Subject) -> Iterator[Finding]:
    """A level that changes what is the case, and no text tells the model."""
    for each in _compared(subject, words=False, structure=True):
        numeric = subject.scenario.factors[each.factor].numeric
        yield subject.fault(
            each.at,
            f'no text shows the difference between "{each.one}" and "{each.other}"',
            f"Put its slot, {{{each.factor}}}, into a text."
            if numeric
            else f"Write an element with `when: {{{each.factor}: [{each.other}]}}`, or exclude "
            "under `impossible` the cells in which it makes no sense.",
        )


def level_changes_words_only(subject: Subject) -> Iterator[Finding]:
    """A level that leaves the formal situation alone, unmarked."""
    for each in _compared(subject, words=True, structure=False):
        if not subject.scenario.factors[each.factor].words_only:
            yield subject.fault(
                each.at,
                f'"{each.other}" differs from "{each.one}" in words only',
                "It may be meant so; where it holds of the whole factor, mark it `words_only`.",
                Severity.WARNING,
            )


def words_only_changes_structure(subject: Subject) -> Iterator[Finding]:
    """A factor marked `words_only` that changes what is the case."""
    for each in subject.comparisons:
        if not subject.scenario.factors[each.factor].words_only:
            continue
        found = next((pair for pair in each.pairs if _structure(subject, pair)), None)
        if found is not None:
            where = in_words(found[1], beside=subject.cells[0])
            yield subject.fault(
                ("factors", each.factor, "words_only"),
                f'"{each.one}" and "{each.other}" differ in the formal situation, in {where}',
                "Take `words_only` out, or take the factor out of instructions, actions, welfare.",
            )


def _compared(subject: Subject, *, words: bool, structure: bool) -> Iterator[Comparison]:
    """The levels that differ from an earlier one in just this way; each level once."""
    told: set[tuple[str, str]] = set()
    for each in subject.comparisons:
        if not each.pairs or (each.factor, each.other) in told:
            continue
        if _differ(subject, each.pairs, _words) is not words:
            continue
        if _differ(subject, each.pairs, _structure) is structure:
            told.add((each.factor, each.other))
            yield each


def _differ(
    subject: Subject, pairs: tuple[Pair, ...], differs: Callable[[Subject, Pair], bool]
) -> bool:
    return any(differs(subject, pair) for pair in pairs)


def _words(subject: Subject, pair: Pair) -> bool:
    one, other = pair
    return subject.words(one) != subject.words(other)


def _structure(subject: Subject, pair: Pair) -> bool:
    one, other = (subject.situation(cell) for cell in pair)
    return one != other or one.welfare != other.welfare
