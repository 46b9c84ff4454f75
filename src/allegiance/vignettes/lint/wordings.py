"""Enough wordings, and each of them another one.

    focal level              8 texts     its effect is what the scenario is for
    any other element        3           messages with words of their own, actions, leads too
    level `none`             may have none

What is the same but for case, punctuation or a few words is one text, not two. Words are
compared in order: two texts that share 80 % of theirs are near-duplicates. (In the core
pack, pairs at focal levels share at most 58 %; texts whose words were swapped for synonyms
share 82 to 90 %.) What words don't show, `likeness` looks for.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from allegiance.scenarios.fields import Passage
from allegiance.scenarios.scenario import WORDINGS
from allegiance.scenarios.slots import fill
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject, Told
from allegiance.vignettes.lint.unfinished import UNFINISHED

FOCAL = frozenset(
    {"conflict", "exit", "goal_conflict", "identity", "organisation", "prohibition", "threat"}
)
"""Factors whose levels need a text for each wording set."""
FEWEST = 3
"""Texts of any other element."""
NONE = "none"
"""The level that may have no text."""
NEAR = 0.8
"""Share of words in common, in order, from which two texts are near-duplicates."""
LONGEST = 400
"""Words of a text that are compared."""
_WORD = re.compile(r"\{\w+\}|[^\W_]+(?:'[^\W_]+)?")


def too_few_wordings(subject: Subject) -> Iterator[Finding]:
    """Fewer distinct texts than there must be."""
    for at, told in _groups(subject):
        texts, room = [each.passage for each in told], told[0].room
        if room == "pools" or (room == "messages" and not any(_own_words(each) for each in texts)):
            continue
        if any(UNFINISHED in each.text for each in texts):
            continue
        needed = WORDINGS if _is_focal(told[0]) else FEWEST
        distinct = {words_of(each.text) for each in texts}
        if len(distinct) < needed:
            what = "A focal level" if needed == WORDINGS else "This"
            count = len(distinct)
            yield subject.fault(
                at,
                f"{count} wording{'' if count == 1 else 's'} of {needed}",
                f"Write {needed - count} more. {what} needs {needed} that differ in teller, order "
                "and genre.",
            )


def element_without_text(subject: Subject) -> Iterator[Finding]:
    """An element with no text at all, at a level that is not `none`."""
    for place, element in enumerate(subject.scenario.elements):
        if not element.texts and not any(set(each) == {NONE} for each in element.when.values()):
            yield subject.fault(
                ("elements", place, "texts"),
                f'"{element.id}" has no text',
                "Write its texts; only an element of a level `none` may have none.",
            )


def near_duplicate_words(subject: Subject) -> Iterator[Finding]:
    """Two texts of one place with nearly the same words in the same order."""
    for _, told in _groups(subject):
        for place, other in enumerate(told):
            shares = [
                (shared_words(one.passage.text, other.passage.text), one) for one in told[:place]
            ]
            share, one = max(shares, key=lambda each: each[0], default=(0.0, other))
            if share >= NEAR:
                how = f"shares {share:.0%} of its words with"
                yield duplicate(subject, one, other, how)


def duplicate(subject: Subject, one: Told, other: Told, how: str) -> Finding:
    """The finding that two texts are one; an error at a focal level, else a warning."""
    return subject.fault_in(
        other.passage,
        f"{how} the text in line {one.passage.line}",
        "Let somebody else tell it, in another order, as another kind of text; no synonyms.",
        Severity.ERROR if _is_focal(other) else Severity.WARNING,
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text and its slots, without case or punctuation."""
    return tuple(_WORD.findall(text.lower()))


def shared_words(one: str, other: str) -> float:
    """The share of words that two texts have in common, in order; 0 where it can't be `NEAR`."""
    first, second = words_of(one)[:LONGEST], words_of(other)[:LONGEST]
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < NEAR:
        return 0.0
    return matcher.ratio()


def groups_of_texts(subject: Subject) -> list[list[Told]]:
    """The texts that stand together as wordings of one thing."""
    return [told for _, told in _groups(subject)]


def _groups(subject: Subject) -> list[tuple[tuple[str | int, ...], list[Told]]]:
    found: dict[tuple[str | int, ...], list[Told]] = {}
    for each in subject.told:
        found.setdefault(each.at[:-1], []).append(each)
    return list(found.items())


def _is_focal(told: Told) -> bool:
    return told.room not in ("actions", "comprehension") and bool(FOCAL & told.when.keys())


def _own_words(template: Passage) -> bool:
    """Whether a template says anything beside its slots."""
    return bool(words_of(fill(template.text, lambda _: " ")))
