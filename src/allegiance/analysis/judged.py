"""What the answers of a run come to under each code, and what a code wanted each effect to be.

    judged      weight of the answers that a code allows, forbids, says nothing of; beside chance
    intended    at both ends of a comparison: which side of the contrast the code allows

    toward      some action that counts up is allowed, none that counts down
    away        the other way round
    either      both sides are allowed: what the answer is, the code leaves open
    neither     both are forbidden
    silent      the code says nothing of one side, and the other does not settle it
    unknown     the same, where a clause would speak if something were told

    change      what follows for the comparison: up, down or none where both ends take a side;
                neither where one of them forbids both sides, open where one allows both

Neither uses what was answered to say what is right, nor what is right to say what was answered.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.contrasts import Comparison, comparisons
from allegiance.analysis.grid import SIGNS
from allegiance.analysis.level import level, level_columns
from allegiance.analysis.values import counted_values
from allegiance.experiment.resolved import Resolved
from allegiance.tables.schema import columns_of

VERDICTS = {
    "allowed": ("required", "permitted"),
    "forbidden": ("forbidden",),
    "silent": ("silent",),
    "contradictory": ("contradictory",),
}
"""What is told of answers, and the judgements that are in it."""

TOWARD, AWAY, EITHER, NEITHER = "toward", "away", "either", "neither"
SILENT, UNKNOWN, MIXED = "silent", "unknown", "mixed"
OPEN = "open"
_SIDES = {TOWARD: 1.0, AWAY: -1.0}


def estimate_judged(
    resolved: Resolved, trials: pl.DataFrame, responses: pl.DataFrame, judgements: pl.DataFrame
) -> pl.DataFrame:
    """The weight of answers by what each code says of them, in each cell and over all.

    Over all of an adaptive run there is no row: its cells were not drawn evenly.
    """
    told = judgements.filter(pl.col("control") == "off", ~pl.col("depicted"))
    rows = [
        row
        for (name, code, kind), of in told.group_by("scenario", "code", "kind", maintain_order=True)
        for model in resolved.models
        for row in _rows(
            resolved,
            of,
            trials.filter(model=model, scenario=name),
            responses.filter(model=model, scenario=name),
            {"scenario": name, "model": model, "code": code, "kind": kind},
        )
    ]
    return pl.DataFrame(rows, schema=columns_of("judged"), orient="row")


def _rows(
    resolved: Resolved,
    of: pl.DataFrame,
    trials: pl.DataFrame,
    responses: pl.DataFrame,
    keys: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    menus: dict[str, dict[str, str]] = {}
    for row in of.select("cell", "action", "judgement").iter_rows(named=True):
        menus.setdefault(row["cell"], {})[row["action"]] = row["judgement"]
    whole = [] if resolved.adaptive else [(None, list(menus))]
    for word, verdicts in VERDICTS.items():
        counted = {cell: _of_verdict(menu, verdicts) for cell, menu in menus.items()}
        if word not in ("allowed", "forbidden") and not any(counted.values()):
            continue
        values = counted_values(resolved, trials, responses, counted)
        chances = {cell: len(counted[cell]) / len(menu) for cell, menu in menus.items()}
        for place, cells in [*whole, *((cell, [cell]) for cell in menus)]:
            yield {
                **keys,
                "cell": place,
                "judgement": word,
                "n_cells": len(cells),
                "unit": values.unit,
                "chance": sum(chances[cell] for cell in cells) / len(cells),
                **level_columns(level(values, cells), resolved),
            }


def _of_verdict(menu: Mapping[str, str], verdicts: Collection[str]) -> frozenset[str]:
    return frozenset(action for action, verdict in menu.items() if verdict in verdicts)


@dataclass(frozen=True)
class _Menu:
    """What one code says of the actions of one cell."""

    verdicts: Mapping[str, str]
    untold: frozenset[str]
    """Actions of which it would say more if more were told."""

    def allows(self, actions: Collection[str]) -> bool | None:
        """Whether it allows any; None where it does not say."""
        said = {self.verdicts[each] for each in actions if each in self.verdicts}
        if said & {"required", "permitted"}:
            return True
        return False if said == {"forbidden"} else None

    def lean(self, plus: Collection[str], minus: Collection[str]) -> str:
        """Which side of a contrast it wants."""
        up, down = self.allows(plus), self.allows(minus)
        if up is None or down is None:
            return UNKNOWN if self.untold & {*plus, *minus} else SILENT
        return {
            (True, False): TOWARD,
            (False, True): AWAY,
            (True, True): EITHER,
            (False, False): NEITHER,
        }[up, down]


def estimate_intended(resolved: Resolved, judgements: pl.DataFrame) -> pl.DataFrame:
    """What each code intends each comparison of a run to show, on the scenario's contrast."""
    rows = [
        row
        for (name, code, kind), of in judgements.group_by(
            "scenario", "code", "kind", maintain_order=True
        )
        for row in _intended(resolved, str(name), of, {"code": code, "code_kind": kind})
    ]
    return pl.DataFrame(rows, schema=columns_of("intended"), orient="row")


def _intended(
    resolved: Resolved, name: str, of: pl.DataFrame, keys: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    groups, menus = resolved.scenarios[name].groups, _menus(of)
    leans = {cell: menu.lean(groups.plus, groups.minus) for cell, menu in menus.items()}
    for each in comparisons(resolved, name):
        if each.kind == "control":
            continue
        units = [[leans[cell] for cell in unit] for unit in each.matched]
        yield {
            "scenario": name,
            **_key(each),
            **keys,
            "before": _one([unit[0] for unit in units]),
            "after": _one([unit[1] for unit in units]),
            "change": _change(units),
        }


def _key(comparison: Comparison) -> dict[str, Any]:
    return {
        "kind": comparison.kind,
        "factor": comparison.factor,
        "from": comparison.source,
        "to": comparison.target,
        "less": comparison.less or None,
    }


def _menus(of: pl.DataFrame) -> dict[str, _Menu]:
    return {
        str(cell[0]): _Menu(
            dict(zip(rows["action"], rows["judgement"], strict=True)),
            frozenset(row["action"] for row in rows.iter_rows(named=True) if row["untold"]),
        )
        for cell, rows in of.group_by("cell", maintain_order=True)
    }


def _one(leans: Sequence[str]) -> str:
    """What all pairs have; mixed where they differ, unknown where there are none."""
    return UNKNOWN if not leans else leans[0] if len(set(leans)) == 1 else MIXED


def _change(units: Sequence[Sequence[str]]) -> str:
    """The direction in which a code wants the contrast to move between the sides."""
    found = set()
    for unit in units:
        unsaid = [lean for lean in unit if lean in (UNKNOWN, SILENT)]
        if unsaid:
            found.add(UNKNOWN if UNKNOWN in unsaid else SILENT)
        elif not set(unit) <= _SIDES.keys():
            found.add(NEITHER if NEITHER in unit else OPEN)
        else:
            signs = SIGNS[len(unit)]
            moved = float(sum(s * _SIDES[lean] for s, lean in zip(signs, unit, strict=True)))
            found.add("up" if moved > 0 else "down" if moved < 0 else "none")
    return UNKNOWN if not found else found.pop() if len(found) == 1 else MIXED
