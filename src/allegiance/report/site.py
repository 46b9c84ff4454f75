"""The pages of a run, written from files alone; the first page last, so that it marks a whole.

    index.html              what ran, coverage, what moved
    scenario-<id>.html      what is compared with what, and every cell
    factors-<id>.html       the words that each level changes
    cell-<id>.html          the formal case, its reasons, the figures, the words shown
    validity.html           comprehension, mismatched control, order, framing, missingness
    data.html               tables, logs, how to check, what each column holds
    charts/*.svg            each chart as a file

Each page stands by itself: style and charts are inside it, nothing is fetched and nothing
runs. Whatever an author or a model wrote is escaped.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from allegiance.experiment.folder import RunFolder, write_atomically
from allegiance.experiment.resolved import Resolved
from allegiance.report.addresses import CHARTS, DATA, INDEX, VALIDITY
from allegiance.report.cell import cell_view
from allegiance.report.charts import SCHEMES, WIDTHS, forest, ladder
from allegiance.report.data import data_view
from allegiance.report.factors import factors_view
from allegiance.report.front import Front, comparison_links, front
from allegiance.report.material import Material, read_material
from allegiance.report.scenario import scenario_view
from allegiance.report.validity import validity_view

TEMPLATES = Path(__file__).parent / "templates"


def write_site(folder: RunFolder, resolved: Resolved) -> Path:
    """Write all pages of a run into its folder; the path of the first page.

    Raises:
        UserError: No tables yet, a log that can't be read, or a place that can't be written.
    """
    material = read_material(folder, resolved)
    environment = _environment(resolved)
    first = front(material)
    drawn = _draw(folder, first)
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
    _write(folder, DATA, environment, "data.html", {"page": data_view(material)})
    content = {"page": first, "drawn": drawn, "warnings": _warnings(material)}
    return _write(folder, INDEX, environment, "index.html", content)


def _environment(resolved: Resolved) -> Environment:
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


def _draw(folder: RunFolder, first: Front) -> dict[str, dict[str, str]]:
    """Chart to its pictures as data URIs, by width and scheme; also written as files."""
    plots = [m.plot for scenario in first.scenarios for m in scenario.models if m.plot]
    drawn = {plot.name: _pictures(folder, plot.name, partial(forest, plot.lines)) for plot in plots}
    ladders = [dose.plot for dose in first.doses if dose.plot]
    return drawn | {
        plot.name: _pictures(folder, plot.name, partial(ladder, plot)) for plot in ladders
    }


def _pictures(folder: RunFolder, name: str, draw: Callable[..., str]) -> dict[str, str]:
    pictures = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            svg = draw(scheme=scheme, width=width)
            write_atomically(folder.report / CHARTS / f"{name}-{width}-{scheme}.svg", svg)
            data = base64.b64encode(svg.encode()).decode()
            pictures[f"{width}_{scheme}"] = f"data:image/svg+xml;base64,{data}"
    return pictures


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
