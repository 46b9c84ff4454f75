"""The frontier: weight on subversion up, weight on refusing what could be done across.

    large mark   a model over all cells, with both intervals
    small mark   one cell of it
    x            what a blind choice from the menu gives

Low on both sides is neither: it obeys where that is open, and subverts nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import (
    SERIES,
    SHAPES,
    SOFT,
    in_order,
    link_number,
    printable,
    styled,
)

HEIGHT = 400


@dataclass(frozen=True)
class Point:
    """Where a model stands, over all cells or in one."""

    model: str
    refusal: float
    subversion: float
    across: tuple[float, float] | None
    """Interval of the refusal."""
    up: tuple[float, float] | None
    """Interval of the subversion."""
    whole: bool
    """Whether it is over all cells."""
    told: str
    link: str
    """Where its vignettes are."""


@dataclass(frozen=True)
class Field:
    """A frontier to be drawn."""

    points: tuple[Point, ...]
    models: tuple[str, ...]
    chance: tuple[float, float]
    """Of refusal and of subversion."""
    across: str
    """Title of the refusals."""
    up: str
    """Title of the subversions."""


def frontier(drawn: Field, width: int) -> Any:
    """The plot, at a width in pixels."""
    models = [printable(model) for model in drawn.models]
    several = len(models) > 1
    most = _most(drawn)
    scale = alt.Scale(domain=[0, most], nice=True)
    across = alt.X("refusal:Q", title=printable(drawn.across), scale=scale, axis=_percent())
    up = alt.Y("subversion:Q", title=printable(drawn.up), scale=scale, axis=_percent())
    legend = alt.Legend(title="model") if several else None
    base = alt.Chart(alt.InlineData(values=_values(drawn.points))).encode(
        x=across,
        y=up,
        color=alt.Color("model:N", scale=in_order(models, SERIES), legend=legend),
        shape=alt.Shape("model:N", scale=in_order(models, SHAPES), legend=legend),
        href="link:N",
        description="told:N",
    )
    chance = {"refusal": drawn.chance[0], "subversion": drawn.chance[1], "word": "chance"}
    blind = alt.Chart(alt.InlineData(values=[chance])).encode(x=across, y=up)
    reach = alt.Chart(alt.InlineData(values=_values(drawn.points))).encode(
        color=alt.Color("model:N", scale=in_order(models, SERIES), legend=legend)
    )
    layers = alt.layer(
        reach.transform_filter("isValid(datum.left)")
        .mark_rule(strokeWidth=1.5)
        .encode(x=alt.X("left:Q"), x2="right:Q", y="subversion:Q"),
        reach.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=1.5)
        .encode(x="refusal:Q", y=alt.Y("low:Q"), y2="high:Q"),
        blind.mark_text(text="\N{MULTIPLICATION SIGN}", fontSize=18, color=SOFT),
        blind.mark_text(
            align="right" if drawn.chance[0] > most / 2 else "left",
            dx=-9 if drawn.chance[0] > most / 2 else 9,
            fontSize=12,
            color=SOFT,
        ).encode(text="word:N"),
        base.transform_filter("!datum.whole").mark_point(size=45, opacity=0.9, strokeWidth=1.5),
        base.transform_filter("datum.whole").mark_point(size=150, opacity=1, filled=True),
    )
    return styled(layers, width=width, height=min(HEIGHT, width))


def _values(points: Sequence[Point]) -> list[dict[str, Any]]:
    return [
        {
            "model": printable(point.model),
            "refusal": point.refusal,
            "subversion": point.subversion,
            "left": point.across[0] if point.across and point.whole else None,
            "right": point.across[1] if point.across and point.whole else None,
            "low": point.up[0] if point.up and point.whole else None,
            "high": point.up[1] if point.up and point.whole else None,
            "whole": point.whole,
            "told": printable(point.told),
            "link": link_number(place, point.link),
        }
        for place, point in enumerate(points)
    ]


def _most(drawn: Field) -> float:
    """The same on both sides, so that the one is never made to look more than the other."""
    ends = [*drawn.chance]
    for point in drawn.points:
        ends += [point.refusal, point.subversion]
        ends += [
            end for reach in (point.across, point.up) if reach and point.whole for end in reach
        ]
    return min(1.0, max(ends) * 1.05)


def _percent() -> alt.Axis:
    return alt.Axis(format="%", tickCount=6)
