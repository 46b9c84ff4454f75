"""What is asked beside the choice in each vignette, drawn before the first trial.

    mismatched   two action texts of another scenario, in every vignette
    questions    comprehension items, in a share of the vignettes of each cell
    probes       what the model makes of the text itself, in a share of them
    swapped      the menu turned round, in a share of them
    passages     the vignette taken apart, in so many vignettes of the scenario

Shares are spread over blocks, so that each cell has its own; questions and probes go to cells that
are matched with one another (see `design/turns.py`). The vignettes taken apart go round the cells,
each time in another block; the seed draws the order of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from allegiance.design.nuisance import Block, takes_turn
from allegiance.design.turns import turns
from allegiance.experiment.cells import Played
from allegiance.experiment.experiment import Experiment, Validity
from allegiance.experiment.mismatch import Texts, draw_mismatch
from allegiance.experiment.resolved import (
    StampedKnown,
    StampedPassage,
    StampedProbe,
    StampedQuestion,
)
from allegiance.scenarios.scenario import WORDINGS, Scenario
from allegiance.vignettes.apart import passages
from allegiance.vignettes.probes import Asked, asked_of, known_documents
from allegiance.vignettes.questions import questions
from allegiance.vignettes.render import Vignette, is_depicted

Place = tuple[int, int]
"""A cell's number and a block's."""


@dataclass(frozen=True)
class Drawn:
    """The places at which something is asked beside the choice."""

    questions: set[Place]
    probes: set[Place]
    apart: set[Place]
    """Where the vignette is taken apart."""


def drawn(scenario: Scenario, playing: Played, experiment: Experiment) -> Drawn:
    """What is asked where, in the cells that a scenario plays but its control."""
    validity, blocks = experiment.validity, experiment.blocks
    seed = f"{experiment.seed}-{scenario.id}"
    acted = [place for place, cell in enumerate(playing.cells) if not is_depicted(scenario, cell)]
    cells = [playing.cells[place] for place in acted]

    def asked(share: float) -> set[Place]:
        found = turns(cells, playing.crossed, blocks, share, wordings=WORDINGS, seed=seed)
        return {(acted[cell], block) for cell, block in found}

    return Drawn(
        questions=asked(validity.comprehension),
        probes=asked(validity.probes),
        apart=taken_apart(len(playing.cells), blocks, validity.influence, seed=seed),
    )


def beside(
    scenario: Scenario,
    vignette: Vignette,
    block: Block,
    place: Place,
    drawn: Drawn,
    validity: Validity,
    drawable: Texts,
    *,
    seed: int,
) -> dict[str, Any]:
    """The fields of a stamped vignette that say what is asked beside its choice.

    Args:
        scenario: The vignette's.
        vignette: The cell in words.
        block: The nuisance levels that it is in.
        place: The cell's number and the block's.
        drawn: What is asked at which places.
        validity: What the experiment asks for.
        drawable: Texts for the mismatched control.
        seed: The experiment's.
    """
    cell = dict(vignette.cell)
    shown = [each.text for each in vignette.messages]
    return {
        "mismatched": draw_mismatch(drawable, scenario.id, vignette.id, seed)
        if validity.mismatched
        else None,
        "questions": _questions(scenario, cell, block) if place in drawn.questions else [],
        "probes": [_probe(each) for each in asked_of(scenario, vignette)]
        if place in drawn.probes
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
        if place in drawn.apart
        else [],
    }


def taken_apart(cells: int, blocks: int, count: int, *, seed: str) -> set[Place]:
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
