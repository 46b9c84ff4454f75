"""The forest plot: a line for each change, its estimate and its 95 % interval, around 0.

The ladder plot beside it: the mean at each dose, and where it may turn.

    filled dot   named before the first trial
    open dot     a factor, not named
    diamond      the positive control

Drawn twice for light and dark pages and twice for wide and narrow ones, as SVG, when the
report is written. What was withheld or not measured has a line of words and no dot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import vl_convert

from allegiance.report.figures import NOT_MEASURED

WIDTHS = {"wide": 680, "narrow": 330}
"""Width of the plot in pixels, on a desk and on a phone."""

SCHEMES = {
    "light": {"ink": "#1c1b19", "soft": "#625e57", "rule": "#d8d3c8", "mark": "#14537d"},
    "dark": {"ink": "#ece8df", "soft": "#a9a397", "rule": "#45423c", "mark": "#8fc3ec"},
}
"""Colours on a light page and on a dark one."""

ROW = 46
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


@dataclass(frozen=True)
class Line:
    """One line of the plot."""

    label: str
    """What changes."""
    estimate: float | None
    """In nats; None where it is not shown."""
    low: float | None
    """Lower end of the interval."""
    high: float | None
    """Upper end."""
    kind: Literal["named", "factor", "control"]
    """How the dot is drawn."""
    instead: str = NOT_MEASURED
    """What is said where there is no estimate."""


@dataclass(frozen=True)
class Rungs:
    """A ladder to be drawn, and the words that stand for it."""

    name: str
    told: str
    doses: tuple[float, ...]
    response: tuple[float, ...]
    zero: float
    """Where a response turns."""
    turn: tuple[float, float] | None
    """Ends of the break-even's interval."""
    logarithmic: bool
    across: str
    """Title of the doses."""
    up: str
    """Title of the responses."""


def ladder(rungs: Rungs, *, scheme: str, width: str) -> str:
    """The ladder plot as SVG.

    Args:
        rungs: What is drawn.
        scheme: light or dark.
        width: wide or narrow.
    """
    colours = SCHEMES[scheme]
    values = [
        {"dose": dose, "response": response}
        for dose, response in zip(rungs.doses, rungs.response, strict=True)
    ]
    scale = alt.Scale(type="log" if rungs.logarithmic else "linear", nice=False, padding=12)
    across = alt.X("dose:Q", title=_printable(rungs.across), scale=scale)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=across, y=alt.Y("response:Q", title=_printable(rungs.up))
    )
    low, high = rungs.turn or (rungs.doses[0], rungs.doses[0])
    ends = {"from": max(low, rungs.doses[0]), "to": min(high, rungs.doses[-1]), "at": rungs.zero}
    layers = alt.layer(
        alt.Chart(alt.InlineData(values=[{"at": rungs.zero}]))
        .mark_rule(color=colours["soft"], strokeDash=[3, 3])
        .encode(y="at:Q"),
        alt.Chart(alt.InlineData(values=[ends] if rungs.turn else []))
        .mark_rule(color=colours["mark"], strokeWidth=6, opacity=0.5)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y="at:Q"),
        base.mark_line(color=colours["mark"], strokeWidth=1.5),
        base.mark_point(size=72, opacity=1, filled=True, color=colours["mark"]),
    )
    chart = layers.properties(width=WIDTHS[width], height=220)
    return vl_convert.vegalite_to_svg(_styled(chart, colours).to_dict(), allowed_base_urls=[])


def forest(lines: Sequence[Line], *, scheme: str, width: str) -> str:
    """The plot as SVG.

    Args:
        lines: From top to bottom.
        scheme: light or dark.
        width: wide or narrow.
    """
    colours = SCHEMES[scheme]
    across = alt.X(
        "estimate:Q",
        title="change in log-score difference, nats",
        scale=alt.Scale(domain=_domain(lines), nice=True),
        axis=alt.Axis(tickCount=7),
    )
    down = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart(alt.InlineData(values=list(_values(lines)))).encode(y=down)
    layers = alt.layer(
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=colours["soft"], strokeDash=[3, 3])
        .encode(x=alt.X("zero:Q")),
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=colours["mark"], strokeWidth=2, yOffset=9)
        .encode(x="low:Q", x2="high:Q"),
        _dots(base.transform_filter("isValid(datum.estimate)"), colours).encode(x=across),
        base.mark_text(
            align="left", dy=-9, fontSize=13, color=colours["ink"], limit=WIDTHS[width] - 4
        ).encode(x=alt.value(2), text="label:N"),
        base.transform_filter("!isValid(datum.estimate)")
        .mark_text(align="left", dy=9, fontSize=12, fontStyle="italic", color=colours["soft"])
        .encode(x=alt.value(2), text="instead:N"),
    )
    chart = layers.properties(width=WIDTHS[width], height=ROW * max(1, len(lines)))
    return vl_convert.vegalite_to_svg(_styled(chart, colours).to_dict(), allowed_base_urls=[])


def _dots(base: alt.Chart, colours: dict[str, str]) -> Any:
    return base.mark_point(
        size=72, opacity=1, color=colours["mark"], strokeWidth=2, yOffset=9
    ).encode(
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(
                domain=["named", "factor", "control"], range=["circle", "circle", "diamond"]
            ),
            legend=None,
        ),
        fill=alt.condition(
            "datum.kind == 'factor'", alt.value("transparent"), alt.value(colours["mark"])
        ),
    )


def _styled(chart: Any, colours: dict[str, str]) -> Any:
    return (
        chart.configure(background="transparent", font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=colours["soft"],
            titleColor=colours["soft"],
            gridColor=colours["rule"],
            gridOpacity=0.5,
            domain=False,
            tickColor=colours["rule"],
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
    )


def _domain(lines: Sequence[Line]) -> list[float]:
    """All intervals and 0, with something on both sides."""
    ends = [
        end for line in lines for end in (line.estimate, line.low, line.high) if end is not None
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    air = 0.04 * (high - low) or 1.0
    return [low - air, high + air]


def _values(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    for row, line in enumerate(lines):
        yield {
            "row": row,
            "label": _printable(line.label),
            "estimate": line.estimate,
            "low": line.low,
            "high": line.high,
            "kind": line.kind,
            "instead": _printable(line.instead),
        }


def _printable(text: str) -> str:
    """Without the control characters that no SVG may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
