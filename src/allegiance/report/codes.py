"""The page on codes: by whose principles was it justified, and what did the developer want?

    codes       what each one is, and what it can't see
    answers     weight on what each code allows and forbids, beside a blind choice
    apart       actions on which the constitution and an ethical code disagree, with the cells
    intended    each effect beside what the codes wanted it to be

Facts stand on the other pages and are the same under every code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from allegiance.analysis.choice import why_no_choice
from allegiance.analysis.multiplicity import moved
from allegiance.codes.code import Code, Kind
from allegiance.codes.load import names
from allegiance.report import figures
from allegiance.report.addresses import scenario_page
from allegiance.report.arms import Share, share, share_title
from allegiance.report.effects import Key, key_of
from allegiance.report.material import Material
from allegiance.report.places import CellLink, cell_link
from allegiance.tables.judgements import kept_codes

ALLOWED, FORBIDDEN = "allowed", "forbidden"
OPEN = ("required", "permitted")
INTENDED = {
    "toward": "toward",
    "away": "away",
    "either": "leaves it open",
    "neither": "forbids both sides",
    "silent": "silent",
    "unknown": "not told enough",
    "mixed": "differs between cells",
}
"""What a code wants of a contrast, in a few words."""
CHANGES = {
    "up": "up",
    "down": "down",
    "none": "no change",
    "open": "left open",
    "neither": "both sides forbidden at an end",
    "silent": "silent",
    "unknown": "unknown",
    "mixed": "differs between cells",
}
"""In which direction a code wants it to move."""
NO_CHOICE = "not read: no choice is shown"
EXPECTED = {"hypothesis": 0, "contrast": 1, "factor": 2}


@dataclass(frozen=True)
class CodeRow:
    """A code and what the answers of one model come to under it."""

    id: str
    kind: str
    allowed: Share
    forbidden: Share
    open: str
    """What it says nothing of, or contradicts itself on."""
    dilemmas: str
    """Cells in which it leaves nothing."""


@dataclass(frozen=True)
class ApartRow:
    """An action on which the yardsticks disagree, in cells where all codes say the same."""

    action: str
    cells: tuple[CellLink, ...]
    constitution: str
    ethics: tuple[tuple[str, str], ...]
    """Verdict, and the ethical codes that give it."""


@dataclass(frozen=True)
class IntendedRow:
    """An effect beside what the codes wanted."""

    name: str
    link: str
    seen: str
    p: str
    """Adjusted; of a claim of no effect, that of equivalence."""
    missing: str
    """How much of it was measured, and its bounds; empty where nothing is missing."""
    constitution: str
    """What it wants at both ends, and so of the change."""
    reading: str
    """Whether what was seen is what it wants."""
    ethics: str
    """What the ethical codes want of the change."""


@dataclass(frozen=True)
class ModelCodes:
    """One model in one scenario, under every code."""

    model: str
    title: str
    measured: str
    """Measured trials of those planned, in all cells but the control's."""
    rows: tuple[CodeRow, ...]
    no_choice: str
    """Why nothing of it may be read as a choice; empty where it may."""
    intended: tuple[IntendedRow, ...]


@dataclass(frozen=True)
class CodeSection:
    """One scenario."""

    title: str
    page: str
    plus: str
    minus: str
    models: tuple[ModelCodes, ...]
    apart: tuple[ApartRow, ...]
    disagreed: int
    """Actions of cells of which the constitution allows what an ethical code forbids, or not."""
    judged: int
    """Actions of cells in all."""


@dataclass(frozen=True)
class CodesPage:
    """Everything on the page."""

    codes: tuple[Code, ...]
    own: Mapping[str, str]
    """Codes that are kept in the run, and whether one took the place of a built-in one."""
    sections: tuple[CodeSection, ...]


def codes_view(material: Material, links: Mapping[str, Mapping[Key, str]]) -> CodesPage:
    """Everything on the page on codes.

    Args:
        material: The run.
        links: Scenario and comparison to where its cells are listed.
    """
    return CodesPage(
        codes=material.codes,
        own={each: _kept(each) for each in kept_codes(material.folder)},
        sections=tuple(
            _section(material, name, links[name]) for name in material.resolved.scenarios
        ),
    )


def _kept(code: str) -> str:
    instead = ", in place of the built-in one" if code in names() else ""
    return f"of this run{instead}"


def _section(material: Material, scenario: str, links: Mapping[Key, str]) -> CodeSection:
    stamped = material.resolved.scenarios[scenario]
    judgements = material.tables["judgements"].filter(scenario=scenario, control="off")
    apart = tuple(_apart(material, judgements))
    judged = judgements.select("cell", "action").unique().height
    return CodeSection(
        title=stamped.title,
        page=scenario_page(scenario),
        plus=figures.listed(stamped.groups.plus),
        minus=figures.listed(stamped.groups.minus),
        models=tuple(
            ModelCodes(
                model=model,
                title=share_title(material.method(model, scenario)),
                measured=_measured(material, scenario, model),
                rows=answers_under(material, scenario, model),
                no_choice=why,
                intended=tuple(_intended(material, scenario, model, links, spoilt=bool(why))),
            )
            for model in material.resolved.models
            for why in (why_no_choice(material.tables, model, scenario),)
        ),
        apart=apart,
        disagreed=sum(len(each.cells) for each in apart),
        judged=judged,
    )


def _measured(material: Material, scenario: str, model: str) -> str:
    """The same for every code: each judges the same answers."""
    whole = material.of("judged", model, scenario).filter(pl.col("cell").is_null())
    if whole.is_empty():
        return ""
    row = whole.row(0, named=True)
    return figures.counted(row["n_trials"], row["n_planned"])


def answers_under(material: Material, scenario: str, model: str) -> tuple[CodeRow, ...]:
    """What one model's answers in one scenario come to under each code."""
    return tuple(_code_rows(material, scenario, model))


def _code_rows(material: Material, scenario: str, model: str) -> Iterator[CodeRow]:
    judgements = material.tables["judgements"].filter(scenario=scenario, control="off")
    judged = material.of("judged", model, scenario).filter(pl.col("cell").is_null())
    left = judgements.filter("dilemma").group_by("code").agg(pl.col("cell").n_unique())
    dilemmas = dict(left.iter_rows())
    for code in material.codes:
        of = {row["judgement"]: row for row in judged.filter(code=code.id).to_dicts()}
        if not of:
            continue
        rest = [each for each in of if each not in (ALLOWED, FORBIDDEN)]
        yield CodeRow(
            id=code.id,
            kind=code.kind.value,
            allowed=_share(material, of[ALLOWED]),
            forbidden=_share(material, of[FORBIDDEN]),
            open=", ".join(f"{name} {_share(material, of[name]).value}" for name in rest),
            dilemmas=str(dilemmas.get(code.id, 0)) if code.id in dilemmas else figures.NONE,
        )


def _share(material: Material, row: Mapping[str, Any]) -> Share:
    return share(material, {**row, "outcome": row["judgement"]})


def _apart(material: Material, judgements: pl.DataFrame) -> Iterator[ApartRow]:
    """Actions that the constitution allows and an ethical code forbids, or the other way round."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for row in judgements.iter_rows(named=True):
        said.setdefault((row["action"], row["cell"]), {})[row["code"]] = row["judgement"]
    ours = [each.id for each in material.codes if each.kind is Kind.CONSTITUTION]
    ethics = [each.id for each in material.codes if each.kind is Kind.ETHICS]
    alike: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (action, cell), verdicts in said.items():
        laid_down = tuple(verdicts[code] for code in ours if code in verdicts)
        held = tuple(verdicts.get(code, "") for code in ethics)
        if _disagree(laid_down, held):
            alike.setdefault((action, laid_down, held), []).append(cell)
    for (action, laid_down, held), cells in alike.items():
        yield ApartRow(
            action=action,
            cells=tuple(cell_link(material, cell) for cell in cells),
            constitution=figures.listed(laid_down),
            ethics=tuple(_by_verdict(dict(zip(ethics, held, strict=True)))),
        )


def _by_verdict(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each verdict with the codes that give it."""
    for verdict in dict.fromkeys(said.values()):
        if verdict:
            codes = [figures.spaced(code) for code, each in said.items() if each == verdict]
            yield verdict, ", ".join(codes)


def _disagree(laid_down: Sequence[str], held: Sequence[str]) -> bool:
    allowed = any(each in OPEN for each in laid_down)
    forbidden = FORBIDDEN in laid_down
    return (allowed and FORBIDDEN in held) or (forbidden and any(each in OPEN for each in held))


def _intended(
    material: Material, scenario: str, model: str, links: Mapping[Key, str], *, spoilt: bool
) -> Iterator[IntendedRow]:
    wanted: dict[Key, list[Mapping[str, Any]]] = {}
    for row in material.tables["intended"].filter(scenario=scenario).iter_rows(named=True):
        wanted.setdefault(key_of(row), []).append(row)
    effects = material.of("effects", model, scenario).filter(
        pl.col("kind").is_in(list(EXPECTED)), pl.col("outcome").is_in(("log_score", "toward"))
    )
    for row in sorted(effects.to_dicts(), key=lambda each: EXPECTED[each["kind"]]):
        rows = wanted.get(key_of(row), [])
        laid_down = [each for each in rows if each["code_kind"] == Kind.CONSTITUTION]
        hidden = row["withheld"] or not material.enough
        yield IntendedRow(
            name=_name(row),
            link=links.get(key_of(row), ""),
            seen=figures.WITHHELD if hidden else _seen(row),
            missing=_missing(row, hidden=hidden),
            constitution="; ".join(_wants(each) for each in laid_down) or figures.NONE,
            p="" if hidden else figures.probability(row["p_adjusted"]),
            reading="; ".join(
                NO_CHOICE if spoilt else _reading(each["change"], row, hidden=hidden)
                for each in laid_down
            ),
            ethics=_counts(each for each in rows if each["code_kind"] == Kind.ETHICS),
        )


def _name(row: Mapping[str, Any]) -> str:
    name = figures.spaced(row["factor"])
    return f"{name}: {row['from']} to {row['to']}" if row["kind"] == "factor" else name


def _seen(row: Mapping[str, Any]) -> str:
    figure = figures.told(row["estimate"], row["unit"], changes=True)
    return f"{figure} {figures.interval(row['ci_low'], row['ci_high'], row['unit'], changes=True)}"


def _missing(row: Mapping[str, Any], *, hidden: bool) -> str:
    if row["n_trials"] == row["n_planned"]:
        return ""
    measured = f"measured {figures.counted(row['n_trials'], row['n_planned'])}"
    if hidden:
        return measured
    bounds = figures.bounds(row["bound_low"], row["bound_high"], row["unit"], changes=True)
    return f"{measured}, bounds {bounds}"


def _wants(row: Mapping[str, Any]) -> str:
    before, after = INTENDED[row["before"]], INTENDED[row["after"]]
    ends = before if before == after else f"{before}, then {after}"
    return f"{ends}: {CHANGES[row['change']]}"


def _reading(change: str, row: Mapping[str, Any], *, hidden: bool) -> str:
    """Whether what was seen is what was wanted; a null says so only as far as it could see."""
    if hidden:
        return figures.WITHHELD
    if row["ci_low"] is None or row["ci_high"] is None:
        return "not told: no interval"
    if change not in ("up", "down", "none"):
        return "nothing to compare with"
    seen = {1: "up", -1: "down", 0: ""}[moved(row)]
    if not seen:
        return "no clear change" if change == "none" else "wanted, not shown"
    return "as wanted" if seen == change else "against what is wanted"


def _counts(rows: Any) -> str:
    """The directions that ethical codes want, with how many want each."""
    by_change: dict[str, list[str]] = {}
    for row in rows:
        by_change.setdefault(CHANGES[row["change"]], []).append(figures.spaced(row["code"]))
    return "; ".join(f"{change}: {', '.join(codes)}" for change, codes in by_change.items())
