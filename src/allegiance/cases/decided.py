"""A stamped case with the policy's answer in both readings, and what follows for its menu.

    chance             what a blind choice gives: the actions meant, out of all on the menu
    obeying is open    something is required, and an action does all of it and may be done

Both come from the case alone. An answer says what was chosen, not what else was there; and a
trial that is missing says nothing at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from allegiance.cases.file import read_case
from allegiance.situation.decision import Decision, decide
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading


@dataclass(frozen=True)
class Decided:
    """The policy's answer to one case, in both readings."""

    strict: Decision
    """Where a higher order excuses no subversion of a principal."""
    delegated: Decision
    """Where it may."""

    @property
    def obeying_is_open(self) -> bool:
        """Whether all that is required can be done, and may be in both readings.

        What the strict reading admits the delegated one does too. Where nothing is required
        nothing can be refused.
        """
        strict = self.strict
        return bool(strict.classification.requirements) and any(
            strict.stances[action] is Stance.COMPLY for action in strict.admissible
        )

    def share_of(self, actions: Collection[str]) -> float:
        """What a blind choice among all actions gives these, in points of 1."""
        menu = [action.id for action in self.delegated.classification.case.actions]
        return sum(action in actions for action in menu) / len(menu)

    def chance(self, *stances: str) -> float:
        """What a blind choice gives these stances (delegated reading), in points of 1."""
        held = self.delegated.stances.items()
        return self.share_of([action for action, stance in held if stance in stances])


def decided(case: Mapping[str, object]) -> Decided:
    """Apply the policy to a stamped case.

    Raises:
        UserError: It is no case.
    """
    strict = decide(read_case(case), Reading.STRICT)
    return Decided(strict, decide(strict.classification.case, Reading.DELEGATED))
