"""The run in the terminal: what was measured, what moved, and what that may be read as."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from allegiance.analysis.comprehension import Understood
from allegiance.analysis.dose import HARD_LINE
from allegiance.analysis.pooled import POOLED_SCENARIO
from allegiance.analysis.values import LOG_SCORE, MISMATCHED, MISSING, PRIMARY
from allegiance.experiment.folder import open_folder
from allegiance.report import figures
from allegiance.report.judge import judge_lines
from allegiance.report.ladders import turning_words
from allegiance.report.validity import mismatched_words, uncounted_words
from allegiance.tables.store import read_table

MOST_ARMS = 4
"""Cells of the reference arm that are told; the report has them all."""


def print_summary(path: Path, console: Console) -> None:
    """Print coverage, contrasts, the reference arm and the positive control of a run.

    Raises:
        UserError: No run there, or no tables yet.
    """
    folder, resolved = open_folder(path)
    trials, effects = read_table(folder, "trials"), read_table(folder, "effects")
    arms, validity = read_table(folder, "arms"), read_table(folder, "validity")
    corrections = read_table(folder, "corrections")
    for model in resolved.models:
        for name, scenario in resolved.scenarios.items():
            own = {"model": model, "scenario": name}
            title = f"{name}: {scenario.title} ({model})"
            changes = effects.filter(pl.col("kind") != "control", **own)
            if changes.is_empty():
                console.print(f"{title}: no two cells differ in one factor alone, so no contrast.")
            else:
                console.print(_effects_table(changes, title))
            plus, minus = scenario.groups.plus, scenario.groups.minus
            console.print(f"Above 0: toward {', '.join(plus)}; away from {', '.join(minus)}.")
            console.print(_reference(arms.filter(**own)))
            console.print(_control(effects.filter(**own)))
            console.print(_comprehension(validity.filter(check="comprehension", **own)))
            mismatched = mismatched_words(effects.filter(**own))
            if mismatched:
                console.print(f"Mismatched control: {mismatched}", highlight=False)
            for line in judge_lines(corrections.filter(**own)):
                console.print(line, highlight=False)
            console.print()
    pooled = effects.filter(scenario=POOLED_SCENARIO)
    for model in resolved.models:
        claims = pooled.filter(pl.col("unit") != figures.LOG_ODDS, model=model)
        told, refused = claims.drop_nulls("estimate"), claims.filter(pl.col("estimate").is_null())
        if not told.is_empty():
            console.print(_effects_table(told, f"Hypotheses over scenarios ({model})"))
        for remark in refused["remark"].unique(maintain_order=True):
            names = [name.replace("_", " ") for name in refused.filter(remark=remark)["factor"]]
            console.print(f"No figure for {', '.join(names)}: {remark}.", highlight=False)
    for line in (*_doses(read_table(folder, "doses")), *_apart(read_table(folder, "comparisons"))):
        console.print(line, highlight=False)
    console.print(_scopes(effects), highlight=False)
    console.print(_coverage(trials), highlight=False)


def _effects_table(effects: pl.DataFrame, title: str) -> Table:
    exact = effects.filter(outcome=LOG_SCORE)
    claimed = pl.col("kind") == "hypothesis"
    choice = ~pl.col("outcome").is_in((MISSING, MISMATCHED)) & (pl.col("unit") != figures.LOG_ODDS)
    own = choice if exact.is_empty() else pl.col("outcome") == LOG_SCORE
    shown = effects.filter(claimed & (pl.col("unit") != figures.LOG_ODDS) | own)
    table = Table(title=title, title_justify="left")
    table.add_column("change", overflow="fold")
    if exact.is_empty():
        table.add_column("of")
    noisy = not shown["noise"].is_null().all()
    columns = ("estimate", "95 % interval", *(["noise"] if noisy else []), "adjusted p", "measured")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for row in shown.iter_rows(named=True):
        withheld = row["withheld"] and row["estimate"] is not None
        table.add_row(
            _change(row),
            *([row["outcome"]] if exact.is_empty() else []),
            figures.WITHHELD
            if withheld
            else figures.amount(row["estimate"], row["unit"], changes=True),
            figures.WITHHELD if withheld else _interval(row, changes=True),
            *([figures.least(row["noise"], figures.NATS)] if noisy else []),
            _adjusted(row),
            f"{row['n_trials']} of {row['n_planned']}",
        )
    return table


def _change(row: Mapping[str, Any]) -> str:
    """What is compared: a factor's two levels, or what was named beforehand."""
    if row["kind"] == "factor":
        return f"{row['factor']}: {row['from']} to {row['to']}"
    name = str(row["factor"]).replace("_", " ")
    over = f", {row['scope']}" if row["scenario"] == POOLED_SCENARIO else ""
    why = f" ({row['remark']})" if row["remark"] and row["estimate"] is None else ""
    return f"{name}{over}{why}"


def _adjusted(row: Mapping[str, Any]) -> str:
    """The adjusted p, marked where the claim was made beforehand or is one of equivalence."""
    if row["p_adjusted"] is None:
        return figures.NONE
    return f"{figures.probability(row['p_adjusted'])}{'*' if row['confirmatory'] else ''}"


def _doses(doses: pl.DataFrame) -> Iterator[str]:
    for row in doses.iter_rows(named=True):
        at = f" at {row['at']}" if row["at"] else ""
        name = f"{row['factor']}{at} in {row['scenario']} ({row['model']})"
        if row["withheld"] or row["slope"] is None:
            yield f"Dose, {name}: {figures.WITHHELD if row['n_trials'] else figures.NOT_MEASURED}."
            continue
        line = _margin(row) if row["hard_line"] else ""
        slope = figures.told(row["slope"], row["unit"], changes=True)
        reach = figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=True)
        yield f"Dose, {name}: {slope} a {row['per']} {reach}; {turning_words(row)}{line}."


def _margin(row: Mapping[str, Any]) -> str:
    """What was shown of a claimed margin."""
    shown = "no rung differs" if row["hard_line"] == HARD_LINE else "not shown that no rung differs"
    return f"; {shown} from the lowest by {figures.least(row['margin'], row['unit'])}"


def _apart(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.filter(kind="distance").iter_rows(named=True):
        if row["withheld"] or row["estimate"] is None:
            told = figures.WITHHELD if row["n_trials"] else figures.NOT_MEASURED
        else:
            size = figures.least(row["estimate"], row["unit"])
            reach = figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=True)
            told = f"{size} {reach}"
        yield (
            f"Distance of {row['model']} and {row['other']} in {row['scenario']}, "
            f"{row['factor']}: {told} ({row['unit']}; 0 is no more than chance)."
        )


def _scopes(effects: pl.DataFrame) -> str:
    """What the intervals hold for, and what the mark means."""
    scopes = effects.filter(pl.col("estimate").is_not_null())["scope"].unique(maintain_order=True)
    equivalent = effects.filter(pl.col("verdict").is_not_null())
    verdicts = [
        f" {str(row['factor']).replace('_', ' ')} within "
        f"{figures.least(row['margin'], row['unit'])} of none: {row['verdict']}."
        for row in equivalent.iter_rows(named=True)
    ]
    return (
        f"Intervals hold for: {'; '.join(sorted(scopes)) or 'nothing'}. "
        f"* claimed before the run (Holm over all claims); others: Benjamini-Hochberg."
        f"{''.join(dict.fromkeys(verdicts))}"
    )


def _reference(arms: pl.DataFrame) -> str:
    rows = arms.filter(pl.col("reference") & pl.col("outcome").is_in(PRIMARY))
    told = [
        f"{row['levels'] or 'baseline'}: {_told(row, changes=False)}"
        for row in rows.iter_rows(named=True)
        if row["estimate"] is not None
    ]
    if not told:
        return "Reference arm, where nobody disagrees: not measured."
    shown = "; ".join(told[:MOST_ARMS])
    more = f"; and {len(told) - MOST_ARMS} more in the report" if len(told) > MOST_ARMS else ""
    return f"Reference arm, where nobody disagrees: {shown}{more}"


def _control(effects: pl.DataFrame) -> str:
    rows = list(effects.filter(kind="control").iter_rows(named=True))
    if not rows or rows[0]["estimate"] is None:
        return "Positive control: not measured, so nothing says that the read-out is alive."
    moves = rows[0]["ci_low"] is not None and rows[0]["ci_low"] > 0
    verdict = "the read-out moves" if moves else "the read-out does not move: read nothing into it"
    return (
        f"Positive control, a plain order up against down: "
        f"{_told(rows[0], changes=True)}: {verdict}"
    )


def _comprehension(rows: pl.DataFrame) -> str:
    row = next(rows.filter(item="all").iter_rows(named=True), None)
    if row is None or row["estimate"] is None:
        verdict = row["verdict"] if row else Understood.NOT_MEASURED
        return f"Comprehension: {verdict}; nothing shows that effects are choices."
    spoilt = row["verdict"] != Understood.ABOVE
    return (
        f"Comprehension: the right answer leads in {_told(row, changes=False)} of "
        f"{row['n_trials']} questions, {figures.points(row['null'])} by chance, "
        f"{figures.points(row['leaning'])} by always the same answer: {row['verdict']}"
        f"{'; effects are not interpretable as choice' if spoilt else ''}.{uncounted_words(rows)}"
    )


def _coverage(trials: pl.DataFrame) -> str:
    measured = trials.filter(status="measured").height
    reasons = (
        trials.filter(status="missing")["missing_reason"].value_counts().sort("missing_reason")
    )
    missing = ", ".join(f"{count} {reason}" for reason, count in reasons.iter_rows())
    told = f"; missing: {missing}" if missing else ""
    return f"Coverage: {measured} of {trials.height} trials measured{told}"


def _told(row: Mapping[str, Any], *, changes: bool) -> str:
    figure = figures.told(row["estimate"], row["unit"], changes=changes)
    return f"{figure} {_interval(row, changes=changes)}"


def _interval(row: Mapping[str, Any], *, changes: bool) -> str:
    return figures.interval(row["ci_low"], row["ci_high"], row["unit"], changes=changes)
