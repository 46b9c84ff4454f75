"""Where each page stands, and how a name becomes a file name or an anchor.

    index.html                 the run
    scenario-<id>.html         a scenario            #compare-<n>, #cells, #level-<hash>
    factors-<id>.html          its factors in words
    cell-<id>.html             a cell                #vignette-<id>, #action-<n>
    validity.html              the validity arms     #item-<hash>
    realism.html               what the text is taken for, and what in it moves the answer
    ranks.html                 the same answers under other orders of rank and trust roots
    codes.html                 by whose principles: answers under every code
    claims.html                sentences from the debate, answered   #claim-<id>
    data.html                  tables, logs, how to check
    charts/<name>.svg          a chart as a file

A name that would be awkward in a link or on a disk gives way to its hash.
"""

import hashlib
import re

INDEX = "index.html"
DATA = "data.html"
VALIDITY = "validity.html"
REALISM = "realism.html"
RANKS = "ranks.html"
CODES = "codes.html"
CLAIMS = "claims.html"
CHARTS = "charts"


def scenario_page(scenario: str) -> str:
    """File name of a scenario's page."""
    return f"scenario-{safe(scenario)}.html"


def factors_page(scenario: str) -> str:
    """File name of the page of a scenario's factors."""
    return f"factors-{safe(scenario)}.html"


def item_anchor(scenario: str, model: str, item: str) -> str:
    """Where on the page on validity a comprehension item stands."""
    named = "\0".join((scenario, model, item))
    return f"item-{hashlib.sha256(named.encode()).hexdigest()[:12]}"


def cell_page(cell: str) -> str:
    """File name of a cell's page."""
    return f"cell-{safe(cell)}.html"


def scenario_anchor(scenario: str) -> str:
    """Where on the first page a scenario stands."""
    return f"scenario-{safe(scenario)}"


def claim_anchor(claim: str) -> str:
    """Where on the page of claims a claim stands."""
    return f"claim-{safe(claim)}"


def vignette_anchor(vignette: str) -> str:
    """Where on its cell's page a vignette stands."""
    return f"vignette-{safe(vignette)}"


def level_anchor(factor: str, level: str) -> str:
    """Where on its scenario's page the cells of a level are listed."""
    named = "\0".join((factor, level))
    return f"level-{hashlib.sha256(named.encode()).hexdigest()[:12]}"


def vignettes_of_cell(cell: str) -> str:
    """Where the vignettes of a cell stand."""
    return f"{cell_page(cell)}#vignettes"


def chart_name(scenario: str, model: str, what: str = "effects") -> str:
    """File name of a chart, without width, scheme and ending."""
    return f"{what}-{safe(scenario)}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def safe(name: str) -> str:
    """The name itself if any disk and any link can carry it, else its hash."""
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", name):
        return name
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
