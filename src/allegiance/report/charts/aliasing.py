"""The alias plot: which effects the cells mix up, and how much.

A square for each pair of main effects and interactions of two that is not told apart, the
fuller the more. Pairs without a square are told apart.
"""

from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import INK, MARK, link_number, printable, styled

MOST_WITH_FIGURES = 12
"""Terms beyond which squares are too small for a figure in each."""


@dataclass(frozen=True)
class Pair:
    """Two terms that are mixed up."""

    one: str
    other: str
    size: float
    """Absolute correlation, above 0, at most 1."""
    told: str
    link: str
    """Where the cells are from which it comes."""


@dataclass(frozen=True)
class Mixed:
    """What is mixed up in a design, to be drawn."""

    pairs: tuple[Pair, ...]
    terms: tuple[str, ...]
    """The terms in these pairs, main effects first."""


def aliasing(drawn: Mixed, width: int) -> Any:
    """The plot, at a width in pixels."""
    terms = [printable(term) for term in drawn.terms]
    values = [
        {
            "one": printable(pair.one),
            "other": printable(pair.other),
            "size": pair.size,
            "figure": f"{pair.size:.2f}".removeprefix("0"),
            "told": printable(pair.told),
            "link": link_number(place, pair.link),
        }
        for place, pair in enumerate(drawn.pairs)
    ]
    words: dict[str, Any] = {
        "title": None,
        "sort": terms,
        "scale": alt.Scale(domain=terms, padding=0.08),
    }
    axis: dict[str, Any] = {
        "labelLimit": width // 4,
        "grid": True,
        "ticks": False,
        "labelFontSize": 11,
    }
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("one:N", axis=alt.Axis(labelAngle=-60, **axis), **words),
        y=alt.Y("other:N", axis=alt.Axis(**axis), **words),
    )
    layers = [
        base.mark_rect(color=MARK, stroke=MARK, strokeWidth=1).encode(
            fillOpacity=alt.FillOpacity(
                "size:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None
            ),
            href="link:N",
            description="told:N",
        )
    ]
    if len(terms) <= MOST_WITH_FIGURES:
        figure = alt.condition("datum.size > 0.55", alt.value("var(--paper)"), alt.value(INK))
        layers.append(base.mark_text(fontSize=11).encode(text="figure:N", color=figure))
    side = width // 4 + min(width * 3 // 4, 34 * len(terms) + 20)
    return styled(alt.layer(*layers), width=min(width, side), height=side)
