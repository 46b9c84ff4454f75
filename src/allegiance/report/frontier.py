"""Subversion against wrongful refusal, in words and as a plot, of all models of a scenario.

Models that are read exactly and models that are sampled stand in plots of their own: a
preference share is no rate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from allegiance.analysis.frontier import REFUSAL, SUBVERSION
from allegiance.report import figures
from allegiance.report.addresses import safe, scenario_page, vignettes_of_cell
from allegiance.report.arms import Share, share, share_title, share_word
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.frontier import Field, Point, frontier
from allegiance.report.material import Material


@dataclass(frozen=True)
class Side:
    """One axis at one place."""

    share: Share
    cells: int
    """How many it is over."""
    coverage: str


@dataclass(frozen=True)
class FrontierRow:
    """Where a model stands, over all cells or in one."""

    model: str
    cell: str
    """The cell by its levels; empty for all in which an axis can arise."""
    link: str
    subversion: Side | None
    """None where no answer on the menu subverts anybody."""
    refusal: Side | None
    """None where obeying was not open."""


@dataclass(frozen=True)
class FrontierView:
    """The models of a scenario that were read in one way."""

    anchor: str
    title: str
    word: str
    """What a weight is called: a preference share on, a rate of."""
    whole: tuple[FrontierRow, ...]
    """Over all cells."""
    cells: tuple[FrontierRow, ...]
    """In each cell."""
    lacking: str
    """Why nothing is drawn; empty where something is."""
    picture: Picture | None


def frontier_views(material: Material, scenario: str) -> tuple[FrontierView, ...]:
    """The frontier of a scenario, for each way in which its models were read."""
    methods: dict[str, list[str]] = {}
    for model in material.resolved.models:
        if method := material.method(model, scenario):
            methods.setdefault(method, []).append(model)
    return tuple(_view(material, scenario, method, own) for method, own in methods.items())


def _view(material: Material, scenario: str, method: str, models: Sequence[str]) -> FrontierView:
    rows = [row for model in models for row in _rows(material, model, scenario)]
    whole = [row for row in rows if not row.cell]
    points = [point for row in rows if (point := _point(row, share_word(method)))]
    name = f"frontier-{safe(scenario)}-{method}"
    return FrontierView(
        anchor=name,
        title=share_title(method),
        word=share_word(method),
        whole=tuple(whole),
        cells=tuple(row for row in rows if row.cell),
        lacking="" if points else _lacking(whole),
        picture=_picture(name, share_word(method), models, whole, points) if points else None,
    )


def _rows(material: Material, model: str, scenario: str) -> Iterator[FrontierRow]:
    found: dict[str | None, dict[str, Mapping[str, Any]]] = {None: {}}
    for row in material.of("frontier", model, scenario).to_dicts():
        found.setdefault(row["cell"], {})[row["axis"]] = row
    for cell, axes in found.items():
        yield FrontierRow(
            model=model,
            cell=material.told(cell) if cell else "",
            link=vignettes_of_cell(cell) if cell else f"{scenario_page(scenario)}#cells",
            subversion=_side(material, axes.get(SUBVERSION)),
            refusal=_side(material, axes.get(REFUSAL)),
        )


def _side(material: Material, row: Mapping[str, Any] | None) -> Side | None:
    if row is None:
        return None
    return Side(
        share=share(material, {**row, "outcome": row["axis"]}),
        cells=row["n_cells"],
        coverage=figures.counted(row["n_trials"], row["n_planned"]),
    )


def _lacking(whole: Sequence[FrontierRow]) -> str:
    if not any(row.subversion for row in whole):
        return "In no cell is there an answer on the menu that subverts anybody."
    if not any(row.refusal for row in whole):
        return "In no cell was obeying open in both readings, so no refusal was wrongful."
    return "Nothing is drawn: too little was measured."


def _point(row: FrontierRow, word: str) -> Point | None:
    """A row as a mark; None where one of its figures does not arise or may not be shown."""
    up, across = row.subversion, row.refusal
    if not up or not across or up.share.part is None or across.share.part is None:
        return None
    where = row.cell or "all cells"
    return Point(
        model=row.model,
        refusal=across.share.part,
        subversion=up.share.part,
        across=across.share.reach,
        up=up.share.reach,
        whole=not row.cell,
        told=f"{row.model}, {where}: {word} subversion {_told(up)}; "
        f"{word} wrongful refusal {_told(across)}",
        link=row.link,
    )


def _told(side: Side) -> str:
    reach = f" {side.share.interval}" if side.share.interval else ""
    return f"{side.share.value}{reach}, chance {side.share.chance}"


def _picture(
    name: str,
    word: str,
    models: Sequence[str],
    whole: Sequence[FrontierRow],
    points: Sequence[Point],
) -> Picture:
    chance = next(
        (row.refusal.share.chance_part or 0.0, row.subversion.share.chance_part or 0.0)
        for row in whole
        if row.refusal and row.subversion
    )
    field = Field(
        points=tuple(points),
        models=tuple(models),
        chance=chance,
        across=f"{word} wrongful refusal",
        up=f"{word} subversion",
    )
    return Picture(
        name=name,
        told=f"Subversion against wrongful refusal. {'; '.join(p.told for p in points)}.",
        draw=partial(frontier, field),
        links=tuple(point.link for point in points),
    )
