"""The strip plot: what each passage moves, by where in its vignette it stands.

filled dot   the passage, left out
open dot     unrelated words of its length in its place: as far as this goes, it is length
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import MARK, link_number, printable, styled

HEIGHT = 300


@dataclass(frozen=True)
class Dot:
    """One passage, or the padding in its place."""

    place: float
    """Where in the vignette its middle stands, in points of its words."""
    size: float
    """How far it moves the log-score difference, nats, without sign."""
    padding: bool
    """Whether it is the padding."""
    told: str
    """Both in words."""
    link: str
    """Where its vignette is."""


def strip(dots: Sequence[Dot], width: int) -> Any:
    """The plot, at a width in pixels."""
    values = [
        {
            "place": dot.place,
            "size": dot.size,
            "padding": dot.padding,
            "told": printable(dot.told),
            "link": link_number(number, dot.link),
        }
        for number, dot in enumerate(dots)
    ]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_point(size=45, opacity=0.9, strokeWidth=1.5, color=MARK)
        .encode(
            x=alt.X(
                "place:Q",
                title="where in the vignette, share of its words",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5),
            ),
            y=alt.Y("size:Q", title="size of the change, nats"),
            fill=alt.condition("datum.padding", alt.value("var(--paper)"), alt.value(MARK)),
            href="link:N",
            description="told:N",
        )
    )
    return styled(chart, width=width, height=HEIGHT)
