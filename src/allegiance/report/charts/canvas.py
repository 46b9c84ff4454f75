"""How a plot gets onto a page: drawn for a width, in the page's own colours, with links.

    a chart      altair, at a width in pixels; colours are names of the sheet: var(--mark)
    its marks    carry the number of a link (`href`) and words (`description`)
    SVG          by vl-convert, when the report is written; nothing runs in the page
    kept         the elements and attributes below, and no other; each id is made the page's own;
                 where a link leads comes from the list here, never out of the SVG
    in the page  inline, so that links work, and the sheet gives the colours, light and dark
    as a file    the same with colours put in, from the same sheet

To add a plot: a module here that makes the chart, a view that makes a `Picture` of it, and
`parts.plot(picture)` in a template, with a table beside it that holds the same figures.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert

WIDTHS = {"wide": 700, "narrow": 340}
"""Width of a plot in pixels, on a desk and on a phone."""

INK, SOFT, RULE, MARK = (f"var(--{name})" for name in ("ink", "soft", "rule", "mark"))
SERIES = tuple(f"var(--series-{number})" for number in range(1, 7))
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3])
"""Colour, shape and dash of the first line or model, of the second, and so on."""

SHEET = Path(__file__).parents[1] / "templates" / "style.css"
FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"

_ELEMENTS = {"svg", "g", "path", "rect", "line", "text", "a", "defs", "clipPath"}
_ATTRIBUTES = {
    *("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox", "id"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
    *("stroke-miterlimit", "opacity", "text-anchor", "font-size", "font-style", "clip-path"),
}
_XLINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Picture:
    """A plot to be drawn, and the words that stand for it."""

    name: str
    """File name, without width, scheme and ending; letters, digits, - and _."""
    told: str
    """All of it in words, for those who can't see it."""
    draw: Callable[[int], Any]
    """The chart at a width in pixels."""
    links: tuple[str, ...] = ()
    """Where marks lead, by the number that they carry: pages of this report."""


def link_number(place: int, link: str) -> str | None:
    """What a mark's `href` holds: the number of its link; nothing where it has none."""
    return str(place) if link else None


def styled(chart: Any, *, width: int, height: int) -> Any:
    """A chart in the style of the pages, fitted into a size in pixels."""
    return (
        chart.properties(
            width=width, height=height, autosize={"type": "fit", "contains": "padding"}
        )
        .configure(background="transparent", font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            gridColor=RULE,
            gridOpacity=0.5,
            domain=False,
            tickColor=RULE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(
            orient="top",
            labelColor=INK,
            titleColor=SOFT,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=width - 60,
            symbolSize=90,
            columns=1 if width < WIDTHS["wide"] else 3,
        )
    )


def in_order(names: Sequence[str], looks: Sequence[Any]) -> alt.Scale:
    """A scale that gives each name the next look, from the first again where they run out."""
    return alt.Scale(domain=names, range=[looks[n % len(looks)] for n in range(len(names))])


def printable(text: str) -> str:
    """Without the control characters that no SVG may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def inline_svg(picture: Picture, width: str) -> str:
    """A plot as SVG to stand in a page.

    Args:
        picture: The plot.
        width: wide or narrow.
    """
    chart = picture.draw(WIDTHS[width])
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    drawn = ElementTree.fromstring(svg)
    ids: dict[str, str] = {}
    for each in drawn.iter():
        if "id" in each.attrib:
            ids[each.attrib["id"]] = f"{picture.name}-{width}-{len(ids)}"
    (root,) = _kept(drawn, picture.links, ids)
    root.attrib |= {"class": width, "role": "group", "aria-label": printable(picture.told)}
    root.attrib["font-family"] = FONT
    return ElementTree.tostring(root, encoding="unicode")


def as_file(svg: str, scheme: str) -> str:
    """The same as a file one folder below the pages: with colours, and links from there.

    Args:
        svg: As it stands in a page.
        scheme: light or dark.
    """
    colours = sheet_colours()[scheme]
    coloured = re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: colours[found[1]], svg)
    linked = coloured.replace('<a href="', '<a href="../')
    return linked.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@cache
def sheet_colours() -> dict[str, dict[str, str]]:
    """Scheme to the colours that the pages' sheet names."""
    sheet = SHEET.read_text(encoding="utf-8")
    light, _, rest = sheet.partition("@media (prefers-color-scheme: dark)")
    named = {
        scheme: dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+);", text))
        for scheme, text in (("light", light), ("dark", rest.partition("}\n}")[0]))
    }
    return {"light": named["light"], "dark": named["light"] | named["dark"]}


def _kept(
    drawn: ElementTree.Element, links: tuple[str, ...], ids: dict[str, str]
) -> Iterator[ElementTree.Element]:
    """An element as it may stand in a page; what it holds in its place where it may not."""
    tag = drawn.tag.partition("}")[2]
    if tag not in _ELEMENTS or _is_nothing(drawn):
        return
    inside = [kept for each in drawn for kept in _kept(each, links, ids)]
    link = _link(drawn, links) if tag == "a" else ""
    if tag == "a" and not link:
        yield from inside
        return
    if tag in ("g", "defs") and not inside:
        return
    kept = ElementTree.Element(tag, {"href": link} if link else _attributes(drawn, ids))
    kept.text = drawn.text
    if link:
        kept.extend(_named(drawn))
    kept.extend(inside)
    yield kept


def _is_nothing(drawn: ElementTree.Element) -> bool:
    return drawn.get("display") == "none" or drawn.get("d") in ("", "M0,0h0v0h0Z")


def _link(drawn: ElementTree.Element, links: tuple[str, ...]) -> str:
    number = drawn.get(_XLINK, "").rpartition("/")[2]
    return links[int(number)] if number.isdecimal() else ""


def _named(link: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """A mark's words, as the name of the link and where the pointer rests on it."""
    told = next((words for each in link if (words := each.get("aria-label"))), "")
    if told:
        title = ElementTree.Element("title")
        title.text = told
        yield title


def _attributes(drawn: ElementTree.Element, ids: dict[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in drawn.attrib.items():
        if name not in _ATTRIBUTES or (name, value) == ("opacity", "1"):
            continue
        if name == "id":
            value = ids[value]
        elif name == "clip-path":
            value = f"url(#{ids[value.removeprefix('url(#').removesuffix(')')]})"
        elif name in ("d", "transform"):
            value = re.sub(r"(\.\d\d)\d+", r"\1", value)
        kept[name] = value
    return kept
