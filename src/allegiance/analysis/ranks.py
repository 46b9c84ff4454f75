"""What hangs on the choice of rank and trust root, and what does not.

    rank_shares   weight of the answers on each stance, under each choice, in each cell and over
                  all: the same answers throughout, only what they are called may change
    classes       how many cells are clear, resolved, ambiguous, indeterminate under each choice
    steadiness    over a set of choices: the cells that keep one class, one set of admissible
                  actions, one stance for each action

Weights come from `responses`, words from `ranks`. A trial that is missing stays so under every
choice; an answer of which a move was not measured (`stance_possible`) counts as missing for each
outcome that this leaves open. A cell in which something is only depicted enters no share, nor
does the positive control.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from allegiance.analysis.answers import Answers, Picked
from allegiance.analysis.level import level_columns
from allegiance.analysis.values import SHARES
from allegiance.cases.hierarchy import AS_STATED
from allegiance.cases.trust import NONE
from allegiance.experiment.resolved import Resolved
from allegiance.situation.stance import Stance
from allegiance.tables.schema import columns_of

REFUSAL, ADMISSIBLE, STANCE_CHANGED = "refusal", "admissible", "stance_changed"
STANCES: Mapping[str, tuple[str, ...]] = {
    **{stance: (stance,) for stance in SHARES},
    REFUSAL: (Stance.REFUSE.value, Stance.PARTIAL_REFUSAL.value, Stance.DEFER.value),
}
"""Outcome to the stances whose weight it is."""
OUTCOMES = (*STANCES, ADMISSIBLE, STANCE_CHANGED)

CHOICE = ("hierarchy", "trust_root", "reading")
Row = Mapping[str, Any]
Pair = tuple[str, str]
"""A hierarchy and a trust root."""
Kind = Literal["all", "believing", "rank", "trust"]
"""All choices; all but those that believe nobody; every order of rank at one trust root; every
trust root but none under one order."""


@dataclass(frozen=True)
class Steady:
    """What stays the same over a set of choices."""

    kind: Kind
    """Which set of choices it is."""
    at: str
    """That trust root or order; empty for the first two kinds."""
    over: str
    """The choices, in words."""
    choices: int
    """How many they are."""
    cells: tuple[str, ...]
    """The cells that were read."""
    one_class: tuple[str, ...]
    """Those of one class throughout."""
    one_admissible: tuple[str, ...]
    """Those with one set of admissible actions throughout, in each reading."""
    one_stance: tuple[str, ...]
    """Those in which each action keeps one stance throughout, in each reading."""


def estimate_ranks(
    resolved: Resolved, ranks: pl.DataFrame, trials: pl.DataFrame, responses: pl.DataFrame
) -> pl.DataFrame:
    """A row for each model, choice, outcome and cell, and for all cells of a scenario."""
    counted = ranks.filter(~pl.col("depicted"), control="off")
    rows = [
        row
        for name in resolved.scenarios
        for menus in [_menus(counted.filter(scenario=name))]
        for model in resolved.models
        for answers in [
            Answers(
                resolved,
                trials.filter(model=model, scenario=name),
                responses.filter(model=model, scenario=name),
            )
        ]
        for row in _rows(answers, menus, {"scenario": name, "model": model})
    ]
    return pl.DataFrame(rows, schema=columns_of("rank_shares"), orient="row")


def classes(ranks: pl.DataFrame) -> pl.DataFrame:
    """Cells by class under each choice, the control aside: the run's own reading first.

    The class is the same in both readings. Columns: scenario, hierarchy, trust_root, case_class,
    cells (their ids, in the order of the plan), changed (those whose class is not the run's own).
    """
    keys = ("scenario", "hierarchy", "trust_root", "case_class")
    of_cells = ranks.filter(control="off").unique(
        ("cell", "hierarchy", "trust_root"), keep="first", maintain_order=True
    )
    return of_cells.group_by(keys, maintain_order=True).agg(
        pl.col("cell").alias("cells"),
        pl.col("cell").filter(pl.col("class_changed")).alias("changed"),
    )


def asked(ranks: pl.DataFrame) -> list[Pair]:
    """The choices that were asked for: all but the run's own, which is there for comparison.

    It counts where nothing else stands beside it.
    """
    pairs = [(str(a), str(b)) for a, b in _pairs(ranks)]
    return [pair for pair in pairs if pair != (AS_STATED, AS_STATED)] or pairs


def steadiness(ranks: pl.DataFrame) -> list[Steady]:
    """What stays the same: under all choices, under those that believe somebody; by each part.

    For each trust root, over all orders of rank; for each order, over all trust roots but `none`.
    """
    pairs = asked(ranks)
    own = ranks.filter(control="off")
    return [_steady(own, *each) for each in _sets(pairs)]


def _sets(pairs: Sequence[Pair]) -> Iterator[tuple[Kind, str, str, Sequence[Pair]]]:
    """Sets of choices: their kind, where they are, in words, and which they are."""
    some = [pair for pair in pairs if pair[1] != NONE]
    orders, roots = (list(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1))
    if len(pairs) == 1:
        yield "all", "", "the run's own choice and this one", [(AS_STATED, AS_STATED), *pairs]
    else:
        yield "all", "", f"all {len(pairs)} choices", pairs
    if 1 < len(some) < len(pairs):
        yield "believing", "", f"the {len(some)} that believe some channel", some
    for root in roots if len(orders) > 1 else ():
        at_root = [pair for pair in pairs if pair[1] == root]
        yield "rank", root, f"every hierarchy, trust root {root}", at_root
    for order in orders if len({root for _, root in some}) > 1 else ():
        under = [pair for pair in some if pair[0] == order]
        yield "trust", order, f"every trust root but none, hierarchy {order}", under


def _pairs(ranks: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    return ranks.select("hierarchy", "trust_root").unique(maintain_order=True).iter_rows()


def _steady(ranks: pl.DataFrame, kind: Kind, at: str, words: str, chosen: Sequence[Pair]) -> Steady:
    these = pl.DataFrame(chosen, schema=["hierarchy", "trust_root"], orient="row")
    rows = ranks.join(these, on=["hierarchy", "trust_root"], how="semi", maintain_order="left")
    cells = rows["cell"].unique(maintain_order=True).to_list()
    steady = {column: _constant(rows, column) for column in ("case_class", "admissible", "stance")}
    return Steady(
        kind=kind,
        at=at,
        over=words,
        choices=len(chosen),
        cells=tuple(cells),
        one_class=tuple(each for each in cells if each in steady["case_class"]),
        one_admissible=tuple(each for each in cells if each in steady["admissible"]),
        one_stance=tuple(each for each in cells if each in steady["stance"]),
    )


def _constant(rows: pl.DataFrame, column: str) -> set[str]:
    """The cells in which a column has one value throughout, by reading and action."""
    by_action = rows.group_by("cell", "reading", "action").agg(pl.col(column).n_unique() == 1)
    held = by_action.group_by("cell").agg(pl.col(column).all())
    return set(held.filter(pl.col(column))["cell"])


def _menus(ranks: pl.DataFrame) -> dict[tuple[str, ...], dict[str, list[Row]]]:
    """Choice to cell to its actions."""
    found: dict[tuple[str, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in ranks.iter_rows(named=True):
        found[tuple(row[name] for name in CHOICE)][row["cell"]].append(row)
    return found


def _rows(
    answers: Answers, menus: Mapping[tuple[str, ...], Mapping[str, list[Row]]], keys: Row
) -> Iterator[dict[str, Any]]:
    for choice, cells in menus.items():
        changed = {cell: float(menu[0]["class_changed"]) for cell, menu in cells.items()}
        for outcome in OUTCOMES:
            picked = {cell: _picked(outcome, cell, menu) for cell, menu in cells.items()}
            chances = {cell: _chance(picked[cell], menu) for cell, menu in cells.items()}
            for place, these in [(None, list(cells)), *((cell, [cell]) for cell in cells)]:
                found = answers.level_of(tuple(picked[cell] for cell in these))
                yield {
                    **keys,
                    "method": answers.method,
                    "cell": place,
                    **dict(zip(CHOICE, choice, strict=True)),
                    "outcome": outcome,
                    "n_cells": len(these),
                    "class_changed": sum(changed[cell] for cell in these) / len(these),
                    "unit": "points of 1",
                    "chance": _mean([chances[cell] for cell in these]),
                    **level_columns(found, answers.resolved),
                }


def _picked(outcome: str, cell: str, menu: Sequence[Row]) -> Picked:
    """The answers of a cell that count for an outcome, and those that may."""
    held = {row["action"]: _held(outcome, row) for row in menu}
    held[None] = {Stance.LAPSE.value in STANCES.get(outcome, ())}  # no choice: a lapse throughout
    return (
        cell,
        frozenset(action for action, found in held.items() if found == {True}),
        frozenset(action for action, found in held.items() if len(found) > 1),
    )


def _held(outcome: str, row: Row) -> set[bool]:
    """Whether an action counts for an outcome: both where a move of it was not measured."""
    if outcome in (ADMISSIBLE, STANCE_CHANGED):
        return {True, False} if row[outcome] is None else {row[outcome]}
    return {stance in STANCES[outcome] for stance in row["stance_possible"]}


def _chance(picked: Picked, menu: Sequence[Row]) -> float | None:
    """What a blind choice from the menu gives; None where it is not known what an action is."""
    _, sure, unsure = picked
    return None if unsure else sum(row["action"] in sure for row in menu) / len(menu)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None
