"""A trust root by its name: which channels are taken to be what they seem.

    none                   no channel, so nobody binds
    weights                only what was trained in
    weights+system         the system prompt too
    weights+system+chat    all that somebody speaks in
    as_stated              the case's own

Any of the three channels can be joined by `+`. One that a case does not have can't be trusted in
it, and is passed over there. A document is nobody's channel, so trusting it would add nothing.
"""

from dataclasses import dataclass

from allegiance.cases.hierarchy import AS_STATED
from allegiance.errors import UserError, suggest
from allegiance.situation.situation import Situation

NONE, PLUS = "none", "+"
ORDER = ("weights", "system", "chat")
"""The channels that somebody controls, the one hardest to forge first."""
TRUST_ROOTS = (NONE, *(PLUS.join(ORDER[:count]) for count in (1, 2, 3)))
"""Those that are applied where none is asked for."""


@dataclass(frozen=True)
class TrustRoot:
    """Channels that are taken to be what they seem."""

    id: str
    """Its name in tables."""
    channels: frozenset[str] | None
    """The channels; None for those that a case states itself."""

    def channels_in(self, case: Situation) -> list[str]:
        """The channels of a case that are trusted, sorted."""
        if self.channels is None:
            return sorted(case.trust_root)
        return sorted(each.id for each in case.channels if each.id in self.channels)


def find_trust_root(name: str) -> TrustRoot:
    """A trust root by its name: none, as_stated, or channels joined by `+`, in any order.

    Raises:
        UserError: It names something else.
    """
    if name == AS_STATED:
        return TrustRoot(AS_STATED, None)
    if name == NONE:
        return TrustRoot(NONE, frozenset())
    parts = {each.strip() for each in name.split(PLUS)}
    if not parts <= set(ORDER):
        mend = suggest(name, (*TRUST_ROOTS, AS_STATED), "Trust roots")
        raise UserError(f'no trust root "{name}"', mend=mend)
    return TrustRoot(PLUS.join(each for each in ORDER if each in parts), frozenset(parts))
