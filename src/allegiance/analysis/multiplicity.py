"""Many tests at once: what each p is worth beside the others.

    confirmatory   claims made before the first trial, one row each, on their own outcome: Holm,
                   over all models and scenarios of the run, so that the chance of any false
                   claim stays at 5 %
    exploratory    every other contrast of a model and outcome: Benjamini and Hochberg, so that
                   of what is called a change 5 % are expected to be none

Rows that tell the same claim again (log-odds), the positive control and refused rows are in no
family. Where a claim is "no effect worth mention", the p that counts is that of equivalence.

What moved is told by the adjusted p; where that is one of equivalence, by the bare p of no change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

CONFIRMATORY = "confirmatory"
METHODS = {"holm": "Holm", "fdr_bh": "Benjamini-Hochberg"}
ALPHA = 0.05


def adjusted(p: Sequence[float], method: str) -> list[float]:
    """P values adjusted for one another: `holm` or `fdr_bh`."""
    from statsmodels.stats.multitest import multipletests

    return [float(each) for each in multipletests(np.asarray(p), ALPHA, method=method)[1]]


def tested(row: Mapping[str, Any]) -> float | None:
    """The p that counts for a row."""
    of_equivalence = row.get("p_equivalence")
    p = row["p"] if of_equivalence is None else of_equivalence
    return None if p is None else float(p)


def family_of(row: Mapping[str, Any]) -> str | None:
    """The family that a row of the table of effects is tested in."""
    if row["kind"] == "control" or row["unit"] == "log-odds" or tested(row) is None:
        return None
    if row["confirmatory"]:
        return f"{CONFIRMATORY} ({METHODS['holm']})"
    other = f" against {row['other']}" if row.get("other") else ""
    return f"exploratory: {row['model']}{other}, {row['outcome']} ({METHODS['fdr_bh']})"


def adjust(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their family, adjusted p and, where equivalence was asked, a verdict."""
    families: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        family = family_of(row)
        if family is not None:
            families.setdefault(family, []).append(place)
    found = [dict(row) | {"family": None, "p_adjusted": None, "verdict": None} for row in rows]
    for family, places in families.items():
        method = "holm" if family.startswith(CONFIRMATORY) else "fdr_bh"
        values = [tested(rows[place]) or 0.0 for place in places]
        for place, value in zip(places, adjusted(values, method), strict=True):
            found[place] |= {"family": family, "p_adjusted": value}
    for row in found:
        row["verdict"] = _verdict(row)
    return found


def moved(row: Mapping[str, Any], alpha: float = ALPHA) -> int:
    """1 where an effect is shown to go up, -1 down, 0 where neither is shown."""
    p = row["p"] if row["margin"] is not None else row["p_adjusted"]
    if p is None or p >= alpha or row["estimate"] is None:
        return 0
    return 1 if row["estimate"] > 0 else -1


def _verdict(row: Mapping[str, Any]) -> str | None:
    if row.get("p_equivalence") is None:
        return None
    p = row["p_equivalence"] if row["p_adjusted"] is None else row["p_adjusted"]
    return "equivalent" if p < ALPHA else "not shown"
