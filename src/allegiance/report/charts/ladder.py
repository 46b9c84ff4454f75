"""The ladder plot: the mean at each dose, and where it may turn."""

from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import MARK, SOFT, link_number, printable, styled

HEIGHT = 270


@dataclass(frozen=True)
class Rung:
    """The mean at one dose."""

    dose: float
    response: float
    told: str
    """Both in words."""
    link: str
    """Where its vignettes are."""


@dataclass(frozen=True)
class Ladder:
    """A ladder to be drawn."""

    rungs: tuple[Rung, ...]
    """From the lowest dose up."""
    zero: float
    """Where a response turns."""
    turn: tuple[float, float] | None
    """Ends of the break-even's interval."""
    logarithmic: bool
    across: str
    """Title of the doses."""
    up: str
    """Title of the responses."""


def ladder(drawn: Ladder, width: int) -> Any:
    """The plot, at a width in pixels."""
    values = [
        {
            "dose": rung.dose,
            "response": rung.response,
            "told": printable(rung.told),
            "link": link_number(place, rung.link),
        }
        for place, rung in enumerate(drawn.rungs)
    ]
    scale = alt.Scale(type="log" if drawn.logarithmic else "linear", nice=False, padding=12)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("dose:Q", title=printable(drawn.across), scale=scale),
        y=alt.Y("response:Q", title=printable(drawn.up)),
    )
    least, most = drawn.rungs[0].dose, drawn.rungs[-1].dose
    low, high = drawn.turn or (least, least)
    ends = {"from": max(low, least), "to": min(high, most), "at": drawn.zero}
    layers = alt.layer(
        alt.Chart(alt.InlineData(values=[{"at": drawn.zero}]))
        .mark_rule(color=SOFT, strokeDash=[3, 3])
        .encode(y="at:Q"),
        alt.Chart(alt.InlineData(values=[ends] if drawn.turn else []))
        .mark_rule(color=MARK, strokeWidth=6, opacity=0.5)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y="at:Q"),
        base.mark_line(color=MARK, strokeWidth=1.5),
        base.mark_point(size=90, opacity=1, filled=True, color=MARK).encode(
            href="link:N", description="told:N"
        ),
    )
    return styled(layers, width=width, height=HEIGHT)
