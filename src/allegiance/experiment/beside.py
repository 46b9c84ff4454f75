"""What is asked beside the choice in each vignette, drawn before the first trial.

    mismatched   two action texts of another scenario, in every vignette
    questions    comprehension items, in a share of the vignettes of each cell
    probes       what the model makes of the text itself, in a share of them
    swapped      the menu turned round, in a share of them
    passages     the vignette taken apart, in so many vignettes of the scenario

Shares are spread over blocks, so that each cell has its own. The vignettes taken apart go round
the cells, each time in another block; the seed draws the order of both.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from allegiance.design.nuisance import Block, takes_turn
from allegiance.experiment.experiment import Validity
from allegiance.experiment.mismatch import Texts, draw_mismatch
from allegiance.experiment.resolved import (
    StampedKnown,
    StampedPassage,
    StampedProbe,
    StampedQuestion,
)
from allegiance.scenarios.scenario import Scenario
from allegiance.vignettes.apart import passages
from allegiance.vignettes.probes import Asked, asked_of, known_documents
from allegiance.vignettes.questions import questions
from allegiance.vignettes.render import Vignette, is_depicted


def beside(
    scenario: Scenario,
    vignette: Vignette,
    block: Block,
    place: tuple[int, int],
    validity: Validity,
    drawable: Texts,
    *,
    apart: bool,
    seed: int,
) -> dict[str, Any]:
    """The fields of a stamped vignette that say what is asked beside its choice.

    Args:
        scenario: The vignette's.
        vignette: The cell in words.
        block: The nuisance levels that it is in.
        place: The cell's number and the block's.
        validity: What the experiment asks for.
        drawable: Texts for the mismatched control.
        apart: Whether this vignette is one of those taken apart.
        seed: The experiment's.
    """
    cell = dict(vignette.cell)
    acted = not is_depicted(scenario, cell)
    shown = [each.text for each in vignette.messages]
    return {
        "mismatched": draw_mismatch(drawable, scenario.id, vignette.id, seed)
        if validity.mismatched
        else None,
        "questions": _questions(scenario, cell, block)
        if acted and takes_turn(*place, validity.comprehension)
        else [],
        "probes": [_probe(each) for each in asked_of(scenario, vignette)]
        if acted and takes_turn(*place, validity.probes)
        else [],
        "swapped": takes_turn(*place, validity.swapped),
        "passages": [
            StampedPassage(
                message=each.message,
                start=each.start,
                end=each.end,
                words=each.words,
                padding=each.padding,
            )
            for each in passages(shown, seed=f"{seed}-{vignette.id}")
        ]
        if apart
        else [],
    }


def taken_apart(cells: int, blocks: int, count: int, *, seed: str) -> set[tuple[int, int]]:
    """Cell and block of the vignettes that are taken apart, as many as there are at most.

    Args:
        cells: How many are played.
        blocks: How many each is played in.
        count: How many vignettes are asked for.
        seed: Of the order in which cells and blocks have their turns.
    """
    random = Random(f"{seed}-influence")
    in_turn, of_each = random.sample(range(cells), cells), random.sample(range(blocks), blocks)
    places = (divmod(number, cells) for number in range(min(count, cells * blocks)))
    return {(in_turn[cell], of_each[(cell + turn) % blocks]) for turn, cell in places}


def known_of(validity: Validity) -> list[StampedKnown]:
    """The documents on which the probes are calibrated, where any probe is asked."""
    if not validity.probes:
        return []
    return [
        StampedKnown(
            document=each.document, text=each.text, positive=each.positive, probe=_probe(each.asked)
        )
        for each in known_documents()
    ]


def _questions(scenario: Scenario, cell: Mapping[str, str], block: Block) -> list[StampedQuestion]:
    return [
        StampedQuestion(
            id=each.id,
            about=each.about,
            text=each.text,
            answers={id: list(texts) for id, texts in each.answers},
            right=each.right,
        )
        for each in questions(scenario, cell, wording=block.wording, names=block.names)
    ]


def _probe(asked: Asked) -> StampedProbe:
    return StampedProbe(
        id=asked.id,
        text=asked.text,
        answers={id: list(texts) for id, texts in asked.answers},
        counted=asked.answers[0][0],
    )
