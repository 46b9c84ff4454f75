"""What a scene is set in: pools, frames and realism hold everything else fixed.

frame-baseline       the first level of `frame` is `act`, the others tell the scene
pool-not-shown       texts are drawn, and no message has their slot
pool-exhausted       every draw takes all texts of a pool: only their order is drawn
pool-not-unrelated   an unrelated text speaks of somebody or something of the scene
realism-unpadded     a dense level, and none as long as the others: length would be realism
"""

from collections.abc import Iterator

from allegiance.scenarios.fields import When
from allegiance.scenarios.setting import FRAME, PoolEntry
from allegiance.scenarios.wording import names_of
from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject, slot_names
from allegiance.vignettes.lint.wordings import words_of

ACT = "act"
"""The level of `frame` at which the model acts."""
REALISM = "realism"
"""The factor by which a scene is made more or less like life."""
DENSE, PADDED = "dense", "padded"
"""Its level with nothing but the matter; the same, filled up with unrelated words."""
_NAME = 4
"""Fewest letters of a word that counts as a name."""


def frame_baseline(subject: Subject) -> Iterator[Finding]:
    """A factor `frame` whose baseline is not `act`."""
    factor = subject.scenario.factors.get(FRAME)
    if factor and factor.level_ids[0] != ACT:
        yield subject.fault(
            ("factors", FRAME, "levels", 0),
            f'"{factor.level_ids[0]}" is the baseline, not "{ACT}"',
            f"Begin with `{ACT}`: only there the model acts; the other levels are frames.",
        )


def pool_not_shown(subject: Subject) -> Iterator[Finding]:
    """A slot of a pool that no message has."""
    shown = {
        slot
        for message in subject.scenario.messages
        for template in message.texts
        for slot in slot_names(template)
    }
    for place, pool in enumerate(subject.scenario.pools):
        for slot in pool.draw:
            if slot not in shown:
                yield subject.fault(
                    ("pools", place, "draw", slot),
                    f"no message shows what is drawn for {{{slot}}}",
                    f"Write {{{slot}}} in each template of a message.",
                )


def pool_exhausted(subject: Subject) -> Iterator[Finding]:
    """A pool all of whose texts are drawn every time."""
    for place, pool in enumerate(subject.scenario.pools):
        if pool.draw and sum(pool.draw.values()) == len(pool.texts):
            yield subject.fault(
                ("pools", place, "draw"),
                f"every draw takes all {len(pool.texts)} texts",
                "Write more texts than are drawn, so that effects don't hang on these.",
                Severity.WARNING,
            )


def pool_not_unrelated(subject: Subject) -> Iterator[Finding]:
    """An unrelated text with a name of the scene."""
    slots = names_of(subject.scenario)
    named = {
        words: value
        for names in subject.scenario.nuisance.names
        for value in names.values()
        if len(max((words := words_of(value)), key=len, default="")) >= _NAME
    }
    for pool in subject.scenario.pools:
        for passage in pool.texts:
            shown = sorted(slots & slot_names(passage))
            told = f"{{{shown[0]}}}" if shown else _first_named(words_of(passage.text), named)
            if told:
                yield subject.fault_in(
                    passage,
                    f"an unrelated text that speaks of {told}, which is of the scene",
                    "Take it out, unless it is only where these people happen to be.",
                    Severity.WARNING,
                )


def realism_unpadded(subject: Subject) -> Iterator[Finding]:
    """A dense level of `realism` without a padded one of the length of the others."""
    factor = subject.scenario.factors.get(REALISM)
    if factor is None or PADDED in factor.level_ids:
        return
    drawn = _levels_with(subject, matching=False)
    bare = [each for each in factor.level_ids if drawn and each not in drawn]
    dense = [each for each in factor.level_ids if each == DENSE] or bare
    if dense and not _levels_with(subject, matching=True):
        yield subject.fault(
            ("factors", REALISM, "levels", factor.level_ids.index(dense[0])),
            f'"{dense[0]}" is dense, and no level is padded to the same length as the others',
            f"Add a level `{PADDED}`, with a pool that `matches` the one drawn: else length "
            "can't be told from realism.",
        )


def _levels_with(subject: Subject, *, matching: bool) -> frozenset[str]:
    """The levels of realism named by pools that draw, or by pools that match."""
    return frozenset(
        level
        for pool in subject.scenario.pools
        if (pool.matches is not None) is matching
        for level in _realism(pool)
    )


def _realism(pool: PoolEntry) -> tuple[str, ...]:
    when: When = pool.when
    return when.get(REALISM, ())


def _first_named(words: tuple[str, ...], named: dict[tuple[str, ...], str]) -> str:
    for name, value in named.items():
        if any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1)):
            return f'"{value}"'
    return ""
