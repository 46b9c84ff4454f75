"""What each passage of a text does to the answer: rows, the plot, and the passages themselves."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from allegiance.analysis.realism import ALL
from allegiance.report import figures
from allegiance.report.addresses import scenario_page
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.strip import Dot, strip
from allegiance.report.lines import Row, Told, interval_of, place_of
from allegiance.report.material import Material

MEASURES: Mapping[str, str] = {
    "left_out": "a passage left out",
    "padding": "padding of its length in its place",
    "beyond_padding": "beyond padding",
    "left_in": "a passage alone",
    "carries_90": "words that carry 90 % of it",
    "padding_carries": "the same for padding alone",
}
SIZES = ("left_out", "padding", "left_in")
"""Those without a sign, in nats."""


def influence_row(row: Mapping[str, Any]) -> Row:
    """How far passages of one kind move the answer."""
    whose = "all" if row["kind"] == ALL else f"{row['kind']}: {figures.spaced(row['of'])}"
    return Row(
        head=whose,
        sides=MEASURES[row["measure"]],
        link=f"{scenario_page(row['scenario'])}#cells",
        estimate=_size(row),
        interval=interval_of(row, changes=False),
        measured=figures.counted(row["n_trials"], row["n_planned"]),
        verdict=row["verdict"] or "",
    )


def _size(row: Mapping[str, Any]) -> str:
    """A size, which has no sign; what is left of one beyond padding has."""
    if row["measure"] in SIZES and row["estimate"] is not None:
        return f"{figures.least(row['estimate'], figures.NATS)}{figures.SPACE}{figures.NATS}"
    return figures.told(row["estimate"], row["unit"], changes=False)


def influence_plot(material: Material, passages: pl.DataFrame, name: str) -> Picture | None:
    """Every passage by where it stands; None where none was measured."""
    dots = [
        dot
        for _, rows in passages.filter(status="measured").group_by("trial_id", maintain_order=True)
        for dot in _dots(material, rows.to_dicts())
    ]
    if not dots:
        return None
    largest = max(dot.size for dot in dots if not dot.padding)
    told = (
        f"{len(dots) // 2} passages by where they stand: how far each moves the difference when it "
        f"is left out (at most {largest:.2f} nats), beside padding of its length."
    )
    return Picture(name, told, partial(strip, dots), tuple(dot.link for dot in dots))


def _dots(material: Material, rows: Sequence[Mapping[str, Any]]) -> Iterator[Dot]:
    """The passages of one trial, and the padding in place of each."""
    total, before = sum(row["words"] for row in rows), 0
    for row in rows:
        place = (before + row["words"] / 2) / total
        before += row["words"]
        whose = f"{figures.spaced(row['message'])}, {material.told(row['cell'])}"
        for change, what in (("left_out", "left out"), ("padding", "padding in its place")):
            size = abs(row[change])
            told = f"{whose}, {what}: {figures.least(size, figures.NATS)} nats"
            yield Dot(place, size, padding=change == "padding", told=told, link=place_of(row))


def passage_line(material: Material, row: Mapping[str, Any]) -> Told:
    """A passage, and what it moves."""
    vignette = material.resolved.vignettes[row["vignette"]]
    passage = vignette.passages[row["passage"]]
    text = vignette.messages[passage.message].text[passage.start : passage.end]
    missing = row["status"] == "missing"
    nothing = f"{figures.NOT_MEASURED}: {figures.spaced(row['missing_reason'] or '')}"
    return Told(
        link=place_of(row),
        head=f"{material.told(row['cell'])}, wording {row['wording']}, no. {row['passage'] + 1}",
        cells=(
            figures.spaced(row["message"]),
            text,
            *(
                nothing if missing else figures.nats(row[change])
                for change in ("left_out", "padding", "left_in")
            ),
        ),
    )
