"""The pages of a run, written from files alone; the first page last, so that it marks a whole.

    index.html              what ran, coverage, what moved
    scenario-<id>.html      what is compared with what, and every cell
    factors-<id>.html       the words that each level changes
    cell-<id>.html          the formal case, its reasons, the figures, the words shown
    validity.html           comprehension, mismatched control, order, framing, missingness
    realism.html            what the text is taken for, what in it moves the answer
    ranks.html              the same answers under other ranks and trust roots, if asked for
    codes.html              by whose principles: answers under every code
    claims.html             sentences from the debate, answered from these tables
    data.html               tables, logs, how to check, what each column holds
    charts/*.svg            each chart as a file

Each page stands by itself: style and charts are inside it, nothing is fetched and nothing
runs. Whatever an author or a model wrote is escaped.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from allegiance.experiment.folder import RunFolder, write_atomically
from allegiance.experiment.resolved import Resolved
from allegiance.report.addresses import (
    CHARTS,
    CLAIMS,
    CODES,
    DATA,
    INDEX,
    RANKS,
    REALISM,
    VALIDITY,
)
from allegiance.report.cell import cell_view
from allegiance.report.charts.canvas import WIDTHS, Picture, as_file, inline_svg
from allegiance.report.claims_checked import claims_view
from allegiance.report.codes import codes_view
from allegiance.report.data import data_view
from allegiance.report.factors import factors_view
from allegiance.report.front import comparison_links, front
from allegiance.report.material import Material, read_material
from allegiance.report.ranks import ranks_view
from allegiance.report.realism import realism_view
from allegiance.report.scenario import scenario_view
from allegiance.report.validity import validity_view

TEMPLATES = Path(__file__).parent / "templates"


def write_site(folder: RunFolder, resolved: Resolved) -> Path:
    """Write all pages of a run into its folder; the path of the first page.

    Raises:
        UserError: No tables yet, a log that can't be read, or a place that can't be written.
    """
    material = read_material(folder, resolved)
    environment = _environment(folder, material)
    first = front(material)
    for cell in resolved.cells:
        page = cell_view(material, cell)
        _write(folder, page.page, environment, "cell.html", {"page": page})
    for name in resolved.scenarios:
        view = scenario_view(material, name)
        _write(folder, view.page, environment, "scenario.html", {"page": view})
        words = factors_view(material, name)
        _write(folder, words.page, environment, "factors.html", {"page": words})
    links = {name: comparison_links(material, name) for name in resolved.scenarios}
    validity = validity_view(material, links)
    _write(folder, VALIDITY, environment, "validity.html", {"page": validity})
    realism = realism_view(material, links)
    _write(folder, REALISM, environment, "realism.html", {"page": realism})
    codes = codes_view(material, links)
    _write(folder, CODES, environment, "codes.html", {"page": codes})
    _write(folder, CLAIMS, environment, "claims.html", {"page": claims_view(material)})
    if material.ranked:
        _write(folder, RANKS, environment, "ranks.html", {"page": ranks_view(material)})
    _write(folder, DATA, environment, "data.html", {"page": data_view(material)})
    content = {"page": first, "warnings": _warnings(material)}
    return _write(folder, INDEX, environment, "index.html", content)


def _environment(folder: RunFolder, material: Material) -> Environment:
    resolved = material.resolved
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "run_title": resolved.title or resolved.id,
        "style": style,
        "style_hash": _hash(style),
        "stamp": resolved.stamp,
        "ranked": material.ranked,
        "draw": partial(_draw, folder),
    }
    return environment


def _hash(style: str) -> str:
    """The style's hash as a Content-Security-Policy names it: no other style is let in."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _warnings(material: Material) -> tuple[str, ...]:
    return tuple(
        f"The log {log.name} ended with status {log.status}."
        for log in material.logs
        if log.counted and log.status != "success"
    )


def _draw(folder: RunFolder, picture: Picture) -> Markup:
    """A plot for wide and for narrow pages, to stand in one; also written as files."""
    drawn = {width: inline_svg(picture, width) for width in WIDTHS}
    for width, svg in drawn.items():
        for scheme in ("light", "dark"):
            path = folder.report / CHARTS / f"{picture.name}-{width}-{scheme}.svg"
            write_atomically(path, as_file(svg, scheme))
    return Markup("").join(map(Markup, drawn.values()))


def _write(
    folder: RunFolder,
    name: str,
    environment: Environment,
    template: str,
    content: Mapping[str, Any],
) -> Path:
    text = environment.get_template(template).render(content)
    path = folder.report / name
    write_atomically(path, text)
    return path
