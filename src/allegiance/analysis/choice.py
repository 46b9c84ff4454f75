"""May what a model does in a scenario be read as a choice?

Only where it is shown to understand the scenario, and where a plain order moves it. What was not
asked, or not played, shows neither.
"""

from collections.abc import Mapping

import polars as pl

from allegiance.analysis.comprehension import Understood, why_not_understood
from allegiance.analysis.values import PRIMARY

NO_CHOICE = "not to be read as a choice"


def why_no_choice(tables: Mapping[str, pl.DataFrame], model: str, scenario: str) -> str:
    """Why nothing that a model does may be read as a choice, in words; empty where it may.

    Args:
        tables: `validity` and `effects` among them.
        model: Its Inspect name.
        scenario: Its id.
    """
    own = {"model": model, "scenario": scenario}
    asked = tables["validity"].filter(check="comprehension", item="all", **own)
    verdict = next(iter(asked["verdict"]), Understood.NOT_MEASURED)
    why = why_not_understood(Understood(verdict)) or _why_not_alive(
        tables["effects"].filter(pl.col("outcome").is_in(PRIMARY), kind="control", **own)
    )
    return f"{NO_CHOICE}: {why}" if why else ""


def _why_not_alive(control: pl.DataFrame) -> str:
    row = next(control.iter_rows(named=True), None)
    if row is None:
        return "no positive control was played"
    if row["withheld"]:
        return "too little of the positive control was measured"
    if row["ci_low"] is None or row["ci_low"] <= 0:
        return "nothing shows that a plain order moves it"
    return ""
