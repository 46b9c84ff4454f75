"""The first page: what ran, how much of it was measured, and what moved in each scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from allegiance.analysis.contrasts import comparisons
from allegiance.analysis.pooled import POOLED_SCENARIO
from allegiance.analysis.values import LOG_SCORE, MISMATCHED, MISSING
from allegiance.experiment.experiment import Exclusion
from allegiance.experiment.folder import tried_before
from allegiance.report import figures
from allegiance.report.addresses import chart_name, scenario_anchor, scenario_page
from allegiance.report.arms import ArmTable, arm_table, reference_words
from allegiance.report.charts.canvas import Picture
from allegiance.report.charts.forest import Line, forest
from allegiance.report.coverage import CoverageView, coverage_view
from allegiance.report.crossings import CrossingView, crossing_views
from allegiance.report.effects import (
    EffectRow,
    Key,
    Verdict,
    control_verdict,
    effect_rows,
    key_of_comparison,
    lines,
)
from allegiance.report.frontier import FrontierView, frontier_views
from allegiance.report.ladders import ApartRow, DoseRow, apart_rows, dose_rows
from allegiance.report.material import Material
from allegiance.report.ranks import rank_words
from allegiance.report.validity import comprehension_verdict, mismatched_words


@dataclass(frozen=True)
class ModelSection:
    """One model in one scenario."""

    model: str
    anchor: str
    method: str
    """exact, sampled, or not measured."""
    verdict: Verdict
    comprehension: Verdict
    mismatched: str
    effects: tuple[EffectRow, ...]
    control: tuple[EffectRow, ...]
    plot: Picture | None
    """None where there are no log-scores to draw."""
    crossings: tuple[CrossingView, ...]
    """Two factors crossed: each claimed interaction, else the first two."""
    reference: str
    arms: ArmTable


@dataclass(frozen=True)
class ScenarioSection:
    """One scenario on the first page."""

    id: str
    anchor: str
    page: str
    title: str
    version: int
    tried: int
    """Versions before this one."""
    summary: str
    plus: str
    minus: str
    scored: bool
    """Whether any model has log-scores, so that what they mean must be said."""
    models: tuple[ModelSection, ...]
    frontier: tuple[FrontierView, ...]
    """Subversion against wrongful refusal, for each way in which models were read."""


@dataclass(frozen=True)
class PooledSection:
    """The hypotheses of one model over several scenarios."""

    model: str
    anchor: str
    effects: tuple[EffectRow, ...]


@dataclass(frozen=True)
class Front:
    """The first page."""

    title: str
    experiment: str
    facts: tuple[tuple[str, str], ...]
    """What ran: name and value."""
    coverage: CoverageView
    scenarios: tuple[ScenarioSection, ...]
    pooled: tuple[PooledSection, ...]
    """What was claimed over more than one scenario."""
    apart: tuple[ApartRow, ...]
    """Models compared, where there are two or more."""
    doses: tuple[DoseRow, ...]
    """Numeric factors with rungs enough."""
    ranks: tuple[str, ...]
    """What hangs on rank and trust root, a sentence each; none where that was not asked."""


def front(material: Material) -> Front:
    """Everything on the first page, in words."""
    resolved = material.resolved
    return Front(
        title=resolved.title or figures.spaced(resolved.id),
        experiment=resolved.id,
        facts=tuple(_facts(material)),
        coverage=coverage_view(material),
        scenarios=tuple(_scenario(material, name) for name in resolved.scenarios),
        pooled=tuple(_pooled(material)),
        apart=apart_rows(material),
        doses=dose_rows(material),
        ranks=rank_words(material) if material.ranked else (),
    )


def comparison_links(material: Material, scenario: str) -> dict[Key, str]:
    """Each comparison to where its cells, and so its vignettes, are listed."""
    page = scenario_page(scenario)
    return {
        key_of_comparison(each): f"{page}#compare-{number}"
        for number, each in enumerate(comparisons(material.resolved, scenario), start=1)
    }


def _pooled(material: Material) -> Iterator[PooledSection]:
    for number, model in enumerate(material.resolved.models, start=1):
        rows = material.of("effects", model, POOLED_SCENARIO).to_dicts()
        if rows:
            yield PooledSection(model, f"pooled-{number}", effect_rows(material, rows, {}))


def _facts(material: Material) -> Iterator[tuple[str, str]]:
    resolved = material.resolved
    wordings = {each.wording for each in resolved.vignettes.values()}
    inspect = sorted({log.inspect for log in material.logs})
    yield "Experiment", resolved.id
    yield "Models", figures.listed(resolved.models)
    yield "Mode", f"{resolved.mode}: one out of a list of actions"
    yield "Read-out", _read_out(material)
    yield "Begun", _begun(material)
    yield (
        "Scenarios",
        figures.listed(
            f"{name} (version {each.version})" for name, each in resolved.scenarios.items()
        ),
    )
    yield (
        "Design",
        (
            f"{len(resolved.cells)} cells, {len(wordings)} wordings, "
            f"{len(resolved.vignettes)} vignettes, {len(resolved.trials)} trials"
        ),
    )
    yield "Seed", str(resolved.seed)
    yield "Runs tried before", f"{tried_before(material.folder)}, beside this one"
    for each in resolved.exclusions:
        yield "Left out of the analysis", _left_out(each)
    by = figures.listed(inspect, "not known: no logs")
    yield "Versions", f"Allegiance {resolved.allegiance}, Inspect {by}"
    yield "Stamp", resolved.stamp


def _left_out(exclusion: Exclusion) -> str:
    levels = [f"{name} {' or '.join(each)}" for name, each in exclusion.levels.items()]
    wordings = [f"wording {number}" for number in exclusion.wordings]
    of = f" of {figures.listed(exclusion.scenarios)}" if exclusion.scenarios else ""
    return f"{figures.listed([*levels, *wordings])}{of}: {exclusion.why}"


def _read_out(material: Material) -> str:
    read_out = material.resolved.read_out
    texts = {"mean": "the mean over its texts", "log_mean_exp": "log-mean-exp over its texts"}
    shares = {
        "pmi": "log-scores less those after a neutral context",
        "sum": "log-scores",
        "per_token": "log-scores per token",
    }
    methods = set(material.tables["trials"]["method"].drop_nulls().to_list())
    exact = (
        f"an action's log-score is {texts[read_out.texts]}; "
        f"preference shares are a softmax over {shares[read_out.shares]}"
    )
    sampled = "answers are sampled from a menu of the actions' texts"
    told = {"exact": exact, "sampled": sampled}
    return "; ".join(told[method] for method in sorted(methods)) or figures.NOT_MEASURED


def _begun(material: Material) -> str:
    if not material.logs:
        return "not known: there are no logs in this folder"
    return material.logs[0].created.replace("T", " ")[:16]


def _scenario(material: Material, name: str) -> ScenarioSection:
    stamped = material.resolved.scenarios[name]
    links = comparison_links(material, name)
    methods = {material.method(model, name) for model in material.resolved.models}
    return ScenarioSection(
        id=name,
        anchor=scenario_anchor(name),
        page=scenario_page(name),
        title=stamped.title,
        version=stamped.version,
        tried=stamped.version - 1,
        summary=stamped.summary,
        plus=figures.listed(stamped.groups.plus),
        minus=figures.listed(stamped.groups.minus),
        scored=methods != {"sampled"},
        models=tuple(
            _model(material, name, model, number, links)
            for number, model in enumerate(material.resolved.models, start=1)
        ),
        frontier=frontier_views(material, name),
    )


def _model(
    material: Material, scenario: str, model: str, number: int, links: Mapping[Key, str]
) -> ModelSection:
    rows, method = material.of("effects", model, scenario), material.method(model, scenario)
    choices = rows.filter(~pl.col("outcome").is_in((MISSING, MISMATCHED)))
    claimed = (pl.col("outcome") == LOG_SCORE) | (pl.col("kind") == "hypothesis")
    shown = choices if method == "sampled" else rows.filter(claimed)
    control = shown.filter(kind="control")
    return ModelSection(
        model=model,
        anchor=f"{scenario_anchor(scenario)}-{number}",
        method=method or figures.NOT_MEASURED,
        verdict=control_verdict(material, rows.filter(kind="control")),
        comprehension=comprehension_verdict(material, model, scenario),
        mismatched=mismatched_words(rows),
        effects=effect_rows(material, shown.filter(pl.col("kind") != "control").to_dicts(), links),
        control=effect_rows(material, control.to_dicts(), links),
        plot=_plot(tuple(lines(material, rows, links)), scenario, model)
        if method != "sampled"
        else None,
        crossings=crossing_views(material, model, scenario),
        reference=reference_words(material, model, scenario),
        arms=arm_table(material, model, scenario),
    )


def _plot(drawn: tuple[Line, ...], scenario: str, model: str) -> Picture | None:
    if not any(line.estimate is not None for line in drawn):
        return None
    words = "; ".join(f"{line.label}: {line.told or line.instead}" for line in drawn)
    return Picture(
        name=chart_name(scenario, model),
        told=f"Changes in the log-score difference, with 95 % intervals. {words}.",
        draw=partial(forest, drawn, "change in log-score difference, nats"),
        links=tuple(line.link for line in drawn),
    )
