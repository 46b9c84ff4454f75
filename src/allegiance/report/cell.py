"""A cell's page: the formal case and its reasons, what was measured, and the words shown."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from allegiance.analysis.values import SHARES
from allegiance.report import figures
from allegiance.report.addresses import cell_page, scenario_page
from allegiance.report.arms import Share, share, share_title
from allegiance.report.grounds import CodeGrounds, Ratios, grounds, ratios
from allegiance.report.material import Material
from allegiance.report.vignettes import ShownVignette, vignettes_of
from allegiance.situation.action import Action, Move
from allegiance.situation.explain import explain
from allegiance.situation.instruction import Instruction


@dataclass(frozen=True)
class InstructionRow:
    """Who says what."""

    id: str
    issuer: str
    channel: str
    force: str
    mode: str
    actions: str
    orders: str


@dataclass(frozen=True)
class ActionRow:
    """An action with what the policy says of it."""

    id: str
    moves: str
    declines: str
    exit: str
    stance: str
    stance_strict: str
    stance_counted: str
    strict: bool
    delegated: bool
    counted: bool


@dataclass(frozen=True)
class ActionFigures:
    """What one model did with one action, over the vignettes of the cell."""

    action: str
    log_score: str
    share: str
    chance: str
    part: float | None
    chance_part: float | None


@dataclass(frozen=True)
class OutcomeRow:
    """What became of a party, or of one of its instructions."""

    party: str
    instruction: str
    outcome: str
    by: str
    weight: str


@dataclass(frozen=True)
class ModelFigures:
    """What one model did in the cell."""

    model: str
    title: str
    exact: bool
    coverage: str
    hidden: str
    """Why there are no figures; empty where there are."""
    actions: tuple[ActionFigures, ...]
    shares: tuple[Share, ...]
    outcomes: tuple[OutcomeRow, ...]


@dataclass(frozen=True)
class CellPage:
    """Everything on a cell's page."""

    id: str
    page: str
    told: str
    control: str
    scenario: str
    scenario_title: str
    scenario_page: str
    levels: tuple[tuple[str, str, bool], ...]
    """Factor, level, and whether that differs from the baseline."""
    case_class: str
    flags: str
    reasons: tuple[str, ...]
    reasons_strict: tuple[str, ...]
    """Only what the strict reading says otherwise."""
    instructions: tuple[InstructionRow, ...]
    actions: tuple[ActionRow, ...]
    codes: tuple[CodeGrounds, ...]
    ratios: Ratios
    models: tuple[ModelFigures, ...]
    vignettes: tuple[ShownVignette, ...]
    before: str
    after: str
    """Pages of the neighbouring cells; empty at the ends."""


def cell_view(material: Material, cell: str) -> CellPage:
    """Everything on the page of one cell, in words."""
    stamped = material.resolved.cells[cell]
    scenario, decided = material.scenario_of(cell), material.decided[cell]
    case = decided.delegated.classification.case
    reasons, strict = explain(decided.delegated), explain(decided.strict)
    own = material.cells_of(stamped.scenario)
    place = own.index(cell)
    return CellPage(
        id=cell,
        page=cell_page(cell),
        told=material.told(cell),
        control=material.control_side(cell) or "",
        scenario=stamped.scenario,
        scenario_title=scenario.title,
        scenario_page=scenario_page(stamped.scenario),
        levels=tuple(
            (name, level, name in scenario.factors and level != scenario.factors[name].levels[0])
            for name, level in stamped.levels.items()
        ),
        case_class=decided.delegated.classification.case_class.value,
        flags=figures.listed(sorted(figures.spaced(flag) for flag in decided.delegated.flags)),
        reasons=reasons,
        reasons_strict=tuple(each for each in strict if each not in reasons),
        instructions=tuple(_instruction_row(each) for each in case.instructions),
        actions=tuple(_action_row(material, cell, each) for each in case.actions),
        codes=tuple(grounds(material, cell)),
        ratios=ratios(material, cell),
        models=tuple(_model(material, cell, model) for model in material.resolved.models),
        vignettes=vignettes_of(material, cell),
        before=cell_page(own[place - 1]) if place else "",
        after=cell_page(own[place + 1]) if place + 1 < len(own) else "",
    )


def _instruction_row(each: Instruction) -> InstructionRow:
    orders = (f"{kind} toward {party}" for kind, party in sorted(each.orders))
    return InstructionRow(
        id=each.id,
        issuer=each.issuer,
        channel=each.channel,
        force=each.force.value,
        mode=each.mode.value,
        actions=figures.listed(sorted(each.actions)),
        orders=figures.listed(orders),
    )


def _action_row(material: Material, cell: str, action: Action) -> ActionRow:
    decided = material.decided[cell]
    return ActionRow(
        id=action.id,
        moves=figures.listed(_move(move) for move in action.moves),
        declines=figures.listed(sorted(action.declines)),
        exit=action.exit.value if action.exit else "",
        stance=figures.spaced(decided.delegated.stances[action.id]),
        stance_strict=figures.spaced(decided.strict.stances[action.id]),
        stance_counted=figures.spaced(decided.delegated.stances_counted[action.id]),
        strict=action.id in decided.strict.admissible,
        delegated=action.id in decided.delegated.admissible,
        counted=action.id in decided.delegated.admissible_counted,
    )


def _move(move: Move) -> str:
    return f"{figures.spaced(move.kind)} toward {move.toward}"


def _model(material: Material, cell: str, model: str) -> ModelFigures:
    trials = material.in_cell("trials", cell).filter(model=model)
    measured = trials.filter(status="measured")
    methods = measured["method"].unique().to_list()
    hidden = ""
    if measured.is_empty():
        hidden = figures.NOT_MEASURED
    elif measured.height < material.resolved.coverage.arm * trials.height or not material.enough:
        hidden = figures.WITHHELD
    arms = material.in_cell("arms", cell).filter(pl.col("outcome").is_in(SHARES), model=model)
    return ModelFigures(
        model=model,
        title=share_title(methods[0] if methods else None),
        exact="exact" in methods,
        coverage=figures.counted(measured.height, trials.height),
        hidden=hidden,
        actions=() if hidden else tuple(_action_figures(material, cell, model)),
        shares=tuple(
            share(material, row)
            for row in arms.to_dicts()
            if (row["chance"] or 0) > 0 or (row["estimate"] or 0) > 0
        ),
        outcomes=() if hidden else tuple(_outcomes(material, cell, model, measured.height)),
    )


def _action_figures(material: Material, cell: str, model: str) -> Iterator[ActionFigures]:
    """Means over the measured trials; one that gave an action no weight counts as 0 for it."""
    rows = material.in_cell("responses", cell).filter(model=model)
    trials = rows["trial_id"].n_unique()
    means = rows.group_by("action", maintain_order=True).agg(
        pl.col("log_score").mean(), pl.col("probability").sum() / trials, pl.col("chance").mean()
    )
    for row in means.to_dicts():
        yield ActionFigures(
            action=row["action"] or "no choice: the answer names none",
            log_score=figures.nats(row["log_score"]),
            share=figures.points(row["probability"]),
            chance="none" if row["chance"] is None else figures.points(row["chance"]),
            part=row["probability"],
            chance_part=row["chance"],
        )


def _outcomes(material: Material, cell: str, model: str, trials: int) -> Iterator[OutcomeRow]:
    """Weights summed over actions, as a mean over the measured trials."""
    rows = material.in_cell("outcomes", cell).filter(model=model)
    keys = ("party", "instruction", "outcome", "by")
    sums = rows.group_by(*keys).agg(pl.col("weight").sum() / trials)
    for row in sums.sort(*keys, nulls_last=False).to_dicts():
        yield OutcomeRow(
            party=row["party"],
            instruction=row["instruction"] or "",
            outcome=figures.spaced(row["outcome"]),
            by=row["by"],
            weight=figures.points(min(1.0, row["weight"])),
        )
