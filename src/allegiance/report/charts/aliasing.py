"""The alias plot: which effects the cells mix up, and how much.

A square for each pair of main effects and interactions of two that is not told apart, the
fuller the more. Pairs without a square are told apart.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

import altair as alt

from allegiance.report.charts.canvas import INK, MARK, link_number, printable, styled

SQUARE = 36
"""Pixels of a square; where there is less room for each, none has a figure in it."""
LETTER = 7
"""Pixels of a letter of a label, in a wide font."""
AIR = 12
"""Pixels around the plot."""


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
    across = _Side(drawn.terms, {pair.one for pair in drawn.pairs}, width)
    down = _Side(drawn.terms, {pair.other for pair in drawn.pairs}, width)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("one:N", axis=alt.Axis(labelAngle=-60, **across.axis), **across.scale),
        y=alt.Y("other:N", axis=alt.Axis(**down.axis), **down.scale),
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
    side = min(SQUARE, (width - down.room - 2 * AIR) // len(across.terms))
    if side == SQUARE:
        figure = alt.condition("datum.size > 0.55", alt.value("var(--paper)"), alt.value(INK))
        layers.append(base.mark_text(fontSize=11).encode(text="figure:N", color=figure))
    return styled(
        alt.layer(*layers),
        width=down.room + side * len(across.terms) + 2 * AIR,
        height=across.room + side * len(down.terms) + 2 * AIR,
    )


class _Side:
    """One side of the plot: the terms that stand on it, and room for their words."""

    def __init__(self, terms: Sequence[str], there: Set[str], width: int) -> None:
        self.terms = [printable(term) for term in terms if term in there]
        self.room = min(width // 3, LETTER * max(map(len, self.terms)))

    @property
    def axis(self) -> dict[str, Any]:
        words = {"labelLimit": self.room, "labelFontSize": 11, "minExtent": self.room}
        return {**words, "grid": True, "ticks": False, "zindex": 0}

    @property
    def scale(self) -> dict[str, Any]:
        scale = alt.Scale(domain=self.terms, padding=0.08)
        return {"title": None, "sort": self.terms, "scale": scale}
