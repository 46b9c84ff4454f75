"""Comprehension items in words: what the model is asked of a vignette, and what is right.

The positive control checks the read-out and not the reader: nothing is asked in its cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allegiance.scenarios.factors import CONTROL, OFF
from allegiance.scenarios.fields import holds
from allegiance.scenarios.scenario import Scenario
from allegiance.scenarios.slots import fill
from allegiance.scenarios.wording import numbers_of
from allegiance.vignettes.formal import chosen


@dataclass(frozen=True)
class Question:
    """One item, in the words of one wording set."""

    id: str
    """The item."""
    about: str
    """principals, instruction or consequence."""
    text: str
    """The question."""
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    """Answer and its texts."""
    right: str
    """The answer that is right in the cell."""


def is_asked(cell: Mapping[str, str]) -> bool:
    """Whether comprehension items are asked in a cell: outside the positive control."""
    return cell[CONTROL] == OFF


def questions(
    scenario: Scenario, cell: Mapping[str, str], *, wording: int = 0, names: int = 0
) -> tuple[Question, ...]:
    """The items that are asked in a complete cell; none in the cells of the positive control.

    Raises:
        UserError: No answer is right in the cell, or several are.
    """
    if not is_asked(cell):
        return ()
    sets = scenario.nuisance.names
    named = sets[names % len(sets)] if sets else {}
    values = {**named, **{each: cell[each] for each in numbers_of(scenario)}}
    return tuple(
        Question(
            id=item.id,
            about=item.about.value,
            text=fill(item.texts[wording % len(item.texts)].text, values.__getitem__),
            answers=tuple(
                (answer.id, tuple(fill(each.text, values.__getitem__) for each in answer.texts))
                for answer in item.answers
            ),
            right=chosen(scenario, ("comprehension", place, "right"), item.right, cell),
        )
        for place, item in enumerate(scenario.comprehension)
        if holds(item.when, cell)
    )
