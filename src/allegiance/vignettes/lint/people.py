"""Everybody named has a place in the texts; an unproven claim has something to stand against.

A party is mentioned if it holds the role of a channel that something is said through, or if a
word of its id or of `about` stands in a text or is a slot for names.
"""

from collections.abc import Iterable, Iterator

from allegiance.scenarios.entries import PartyEntry
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.binding import adds_role
from allegiance.situation.channel import Claim
from allegiance.situation.classify import CaseClass
from allegiance.situation.flags import Flag, flags
from allegiance.situation.situation import Situation
from allegiance.situation.subversion import Reading
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.neighbours import Cell
from allegiance.vignettes.lint.subject import Subject
from allegiance.vignettes.lint.wordings import words_of

_SHORTEST = 3
_COMMON = frozenset(
    words_of(
        "about also and any are asks but does for from has her him his not nothing one says she "
        "some somebody that the their them these they this those what when where who whom with"
    )
)


def party_not_mentioned(subject: Subject) -> Iterator[Finding]:
    """A party that no text and no name slot mentions."""
    heard = _channels_heard(subject)
    words = _words_told(subject)
    told: set[str] = set()
    for place, party in enumerate(subject.scenario.parties):
        speaks = any(
            variant.value in party.roles
            for channel in heard
            for variant in subject.scenario.channels[channel]
        )
        if not speaks and not _stems(_of(party)) & words and party.id not in told:
            told.add(party.id)
            yield subject.fault(
                ("parties", place),
                f'no text and no name slot mentions "{party.id}"',
                "Mention it where the model can read it, or take the party out; its `about` says "
                "who that is, in a word of the texts.",
            )


def claim_unanswered(subject: Subject) -> Iterator[Finding]:
    """A claim that makes no difference only because nothing higher is said against it."""
    told: set[int] = set()
    for cell in subject.cells:
        found = subject.decided(cell)
        if found.case_class is not CaseClass.CLEAR:
            continue
        for place, claim in _unproven(subject, cell, found.case):
            if place in told or _answered(found.case, claim):
                continue
            if Flag.IDENTITY_SENSITIVE in flags(found, Reading.DELEGATED):
                continue
            told.add(place)
            yield subject.fault(
                ("claims", place),
                f"clear to obey, only because nobody who ranks as {claim.role} says otherwise",
                f"State an instruction of a real {claim.role} through a channel of that rank, "
                "such as the weights.",
                Severity.WARNING,
            )


def _unproven(subject: Subject, cell: Cell, case: Situation) -> Iterator[tuple[int, Claim]]:
    """The claims of a cell that add no role and are spoken where something is ordered."""
    used = {each.channel for each in case.instructions}
    for (place, _), claim in zip(subject.present("claims", cell), case.claims, strict=True):
        if claim.channel in used and not adds_role(case, claim):
            yield place, claim


def _answered(case: Situation, claim: Claim) -> bool:
    """Whether a channel of the claimed rank or a higher one carries an instruction."""
    ranked = {
        each.id
        for each in case.channels
        if each.id in case.trust_root
        and each.role is not None
        and case.tiers[each.role] <= case.tiers[claim.role]
    }
    return any(each.channel in ranked for each in case.instructions)


def _channels_heard(subject: Subject) -> frozenset[str]:
    """The channels through which something is said in some cell."""
    return frozenset(
        channel
        for cell in subject.cells
        for message in subject.words(cell)[0]
        for channel in _of_message(subject.scenario, message.id, message.channel)
    )


def _of_message(scenario: Scenario, id: str, channel: str) -> set[str]:
    """The channels of a message; of a merged one, those of its parts."""
    parts = id.split("+")
    if len(parts) == 1:
        return {channel}
    entries = [each for each in scenario.messages if each.id in parts]
    named = {variant.value for each in entries for variant in each.channel}
    return {channel} | {each for each in named if each in scenario.channels}


def _words_told(subject: Subject) -> frozenset[str]:
    texts = [each.passage.text for each in subject.told]
    slots = {slot for names in subject.scenario.nuisance.names for slot in names}
    return _stems(word for text in (*texts, *slots) for word in words_of(text.replace("_", " ")))


def _of(party: PartyEntry) -> list[str]:
    return [*words_of(party.about), *words_of(party.id.replace("_", " "))]


def _stems(words: Iterable[str]) -> frozenset[str]:
    """Words that carry meaning, without the endings that grammar gives them."""
    kept = (word.strip("{}") for word in words)
    return frozenset(_stem(word) for word in kept if len(word) >= _SHORTEST and word not in _COMMON)


def _stem(word: str) -> str:
    for ending in ("'s", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
