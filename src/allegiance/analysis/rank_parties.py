"""What becomes of each party under each choice of rank and trust root, by its worst outcome.

    rank_parties    weight of the answers on each outcome of a party, over the cells in which it is
                    there: the same answers throughout

A principal may be obeyed under one order and overridden under another. What befalls a third party
hangs on no order: its rows are the same under every choice, and show that. What a scaffold imputes
is left out, and so are depicted scenes and the positive control.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from allegiance.analysis.answers import Answers, Picked
from allegiance.analysis.level import level_columns
from allegiance.analysis.ranks import CHOICE
from allegiance.experiment.resolved import Resolved
from allegiance.situation.outcome import WORST_FIRST, By, Outcome, PartyOutcome, roll_up
from allegiance.tables.schema import columns_of

Choice = tuple[str, ...]
Fates = dict[str, dict[str | None, Outcome]]
"""Cell to what each answer brings the party."""


def estimate_rank_parties(
    resolved: Resolved, outcomes: pl.DataFrame, trials: pl.DataFrame, responses: pl.DataFrame
) -> pl.DataFrame:
    """A row for each model, party, choice and outcome that some answer on the menu brings."""
    counted = outcomes.filter(control="off", by=By.MODEL.value)
    rows = [
        row
        for name in resolved.scenarios
        for own in [counted.filter(scenario=name)]
        for roles in [dict(own.select("party", "roles").iter_rows())]
        for fates in [_fates(own)]
        for model in resolved.models
        for answers in [
            Answers(
                resolved,
                trials.filter(model=model, scenario=name),
                responses.filter(model=model, scenario=name),
            )
        ]
        for row in _rows(answers, fates, roles, {"scenario": name, "model": model})
    ]
    return pl.DataFrame(rows, schema=columns_of("rank_parties"), orient="row")


def _fates(outcomes: pl.DataFrame) -> dict[str, dict[Choice, Fates]]:
    """Party to choice to cell to the worst that each answer brings it."""
    found: dict[tuple[Any, ...], list[PartyOutcome]] = defaultdict(list)
    keys = ("party", *CHOICE, "cell", "action")
    for *key, instruction, outcome in outcomes.select(*keys, "instruction", "outcome").iter_rows():
        found[tuple(key)].append(PartyOutcome(key[0], instruction, Outcome(outcome)))
    fates: dict[str, dict[Choice, Fates]] = defaultdict(lambda: defaultdict(dict))
    for (party, *choice, cell, action), rows in found.items():
        fates[party][tuple(choice)].setdefault(cell, {})[action] = roll_up(tuple(rows))
    return fates


def _rows(
    answers: Answers,
    fates: Mapping[str, Mapping[Choice, Fates]],
    roles: Mapping[str, list[str]],
    keys: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    for party, by_choice in fates.items():
        arising = {
            outcome
            for of_cells in by_choice.values()
            for of_answers in of_cells.values()
            for outcome in of_answers.values()
        }
        for choice, of_cells in by_choice.items():
            for outcome in sorted(arising, key=WORST_FIRST.index):
                picked: tuple[Picked, ...] = tuple(
                    (cell, frozenset(a for a, each in of.items() if each is outcome), frozenset())
                    for cell, of in of_cells.items()
                )
                yield {
                    **keys,
                    "method": answers.method,
                    **dict(zip(CHOICE, choice, strict=True)),
                    "party": party,
                    "roles": roles[party],
                    "outcome": outcome.value,
                    "n_cells": len(of_cells),
                    "unit": "points of 1",
                    "chance": _chance(of_cells, outcome),
                    **level_columns(answers.level_of(picked), answers.resolved),
                }


def _chance(of_cells: Fates, outcome: Outcome) -> float:
    """What a blind choice from the menus gives this outcome, in points of 1."""
    shares = []
    for of_answers in of_cells.values():
        menu = [each for action, each in of_answers.items() if action is not None]
        shares.append(menu.count(outcome) / len(menu))
    return sum(shares) / len(shares)
