"""The interaction plot: the mean at each level of one factor, a line for each of the other.

Lines that run side by side: the one changes nothing about the other. They are set a little
apart on the axis so that their intervals do not cover each other. Without a line between: a
place was not played, not measured or withheld.
"""

from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import (
    DASHES,
    SERIES,
    SHAPES,
    SOFT,
    in_order,
    link_number,
    printable,
    styled,
)

HEIGHT = 320


@dataclass(frozen=True)
class Mean:
    """One mean."""

    level: str
    """Where on the axis."""
    line: str
    """Of which line."""
    estimate: float
    low: float | None
    """Lower end of the interval."""
    high: float | None
    """Upper end."""
    told: str
    """All that in words."""
    link: str
    """Where its vignettes are."""


@dataclass(frozen=True)
class Crossed:
    """Two factors crossed, to be drawn."""

    means: tuple[Mean, ...]
    levels: tuple[str, ...]
    """Of the factor on the axis, in order."""
    lines: tuple[str, ...]
    """Of the other, in order."""
    across: str
    """Title of the axis."""
    by: str
    """Title of the lines."""
    up: str
    """Title of the means, with their unit."""
    shares: bool
    """Whether means are shares from 0 to 1, told in percent."""


def crossing(drawn: Crossed, width: int) -> Any:
    """The plot, at a width in pixels."""
    levels, lines = ([printable(each) for each in own] for own in (drawn.levels, drawn.lines))
    values = [
        {
            "level": printable(mean.level),
            "line": printable(mean.line),
            "estimate": mean.estimate,
            "low": mean.low,
            "high": mean.high,
            "told": printable(mean.told),
            "link": link_number(place, mean.link),
        }
        for place, mean in enumerate(drawn.means)
    ]
    title = printable(drawn.by)
    axis = alt.Axis(labelAngle=0, labelExpr="split(datum.label, ' ')", ticks=False)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "level:N",
            sort=levels,
            title=printable(drawn.across),
            axis=axis,
            scale=alt.Scale(paddingInner=0.85, paddingOuter=0.4),
        ),
        xOffset=alt.XOffset("line:N", sort=lines),
        color=alt.Color("line:N", title=title, scale=in_order(lines, SERIES)),
    )
    up = alt.Y(
        "estimate:Q",
        title=printable(drawn.up),
        scale=alt.Scale(zero=False),
        axis=alt.Axis(format="%") if drawn.shares else alt.Axis(),
    )
    dash = alt.StrokeDash("line:N", title=title, scale=in_order(lines, DASHES))
    shape = alt.Shape("line:N", title=title, scale=in_order(lines, SHAPES))
    layers = [
        base.mark_line(strokeWidth=1.5).encode(y=up, strokeDash=dash),
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=1.5)
        .encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(size=90, opacity=1, filled=True).encode(
            y=up, shape=shape, href="link:N", description="told:N"
        ),
    ]
    if not drawn.shares:
        zero = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        layers.insert(0, zero.mark_rule(color=SOFT, strokeDash=[3, 3]).encode(y="zero:Q"))
    return styled(alt.layer(*layers), width=width, height=HEIGHT)
