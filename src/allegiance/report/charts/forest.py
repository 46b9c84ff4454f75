"""The forest plot: a line for each figure, its estimate and its 95 % interval.

    filled dot   named before the first trial; or a share
    open dot     a factor, not named
    diamond      the positive control

What was withheld or not measured has a line of words and no dot. The same form tells how much
is missing at each level, in shares from 0 up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from allegiance.report.charts.canvas import INK, MARK, SOFT, link_number, printable, styled
from allegiance.report.figures import NOT_MEASURED

ROW = 46


@dataclass(frozen=True)
class Line:
    """One line of the plot."""

    label: str
    """What it is of."""
    estimate: float | None
    """None where it is not shown."""
    low: float | None
    """Lower end of the interval."""
    high: float | None
    """Upper end."""
    kind: Literal["named", "factor", "control"]
    """How the dot is drawn."""
    instead: str = NOT_MEASURED
    """What is said where there is no estimate."""
    told: str = ""
    """The figure in words."""
    link: str = ""
    """Where its vignettes are."""


def forest(lines: Sequence[Line], title: str, width: int, *, shares: bool = False) -> Any:
    """The plot.

    Args:
        lines: From top to bottom.
        title: What stands on the axis, with its unit.
        width: In pixels.
        shares: Whether figures are shares from 0 to 1, told in percent.
    """
    across = alt.X(
        "estimate:Q",
        title=title,
        scale=alt.Scale(domain=_domain(lines, shares=shares), nice=True),
        axis=alt.Axis(tickCount=7, format="%") if shares else alt.Axis(tickCount=7),
    )
    down = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart(alt.InlineData(values=list(_values(lines)))).encode(y=down)
    layers = alt.layer(
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=SOFT, strokeDash=[3, 3])
        .encode(x=alt.X("zero:Q")),
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=MARK, strokeWidth=2, yOffset=9)
        .encode(x="low:Q", x2="high:Q"),
        _dots(base.transform_filter("isValid(datum.estimate)")).encode(x=across),
        base.mark_text(align="left", dy=-9, fontSize=13, color=INK, limit=width - 16).encode(
            x=alt.value(2), text="label:N"
        ),
        base.transform_filter("!isValid(datum.estimate)")
        .mark_text(align="left", dy=9, fontSize=12, fontStyle="italic", color=SOFT)
        .encode(x=alt.value(2), text="instead:N"),
    )
    return styled(layers, width=width, height=ROW * max(1, len(lines)) + 50)


def _dots(base: alt.Chart) -> Any:
    return base.mark_point(size=90, opacity=1, color=MARK, strokeWidth=2, yOffset=9).encode(
        href="link:N",
        description="words:N",
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(
                domain=["named", "factor", "control"], range=["circle", "circle", "diamond"]
            ),
            legend=None,
        ),
        fill=alt.condition("datum.kind == 'factor'", alt.value("var(--paper)"), alt.value(MARK)),
    )


def _domain(lines: Sequence[Line], *, shares: bool) -> list[float]:
    """All intervals and 0, with something on both sides; shares from 0 up."""
    ends = [
        end for line in lines for end in (line.estimate, line.low, line.high) if end is not None
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    if shares:
        return [0.0, min(1.0, high) or 1.0]
    air = 0.04 * (high - low) or 1.0
    return [low - air, high + air]


def _values(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    for row, line in enumerate(lines):
        yield {
            "row": row,
            "label": printable(line.label),
            "words": printable(f"{line.label}: {line.told or line.instead}"),
            "estimate": line.estimate,
            "low": line.low,
            "high": line.high,
            "kind": line.kind,
            "instead": printable(line.instead),
            "link": link_number(row, line.link),
        }
