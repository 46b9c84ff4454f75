"""From an experiment to all of its trials.

    scenario -> cells (by the design, none impossible) -> blocks -> vignettes -> trials
                vignettes with what is asked beside: see `beside`

Every name is checked here, so that a wrong factor or level costs nothing.
"""

from collections.abc import Mapping
from importlib.metadata import version

from allegiance.design.factorial import Cell
from allegiance.design.nuisance import Block, balanced_blocks
from allegiance.errors import UserError
from allegiance.experiment.beside import beside, drawn, known_of
from allegiance.experiment.cells import Played, played
from allegiance.experiment.claims import (
    checked,
    checked_exclusions,
    require_contrasts,
    told_contrasts,
)
from allegiance.experiment.experiment import Experiment, ScenarioEntry
from allegiance.experiment.mismatch import action_texts
from allegiance.experiment.resolved import (
    ActionGroups,
    Resolved,
    StampedCell,
    StampedControl,
    StampedFactor,
    StampedMessage,
    StampedScenario,
    StampedTexts,
    StampedVignette,
    digest_of,
)
from allegiance.experiment.stopping import require_an_end, require_chance
from allegiance.scenarios.catalogue import built_in, find
from allegiance.scenarios.factors import CONTROL, complete_cell
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.scenario import WORDINGS, Contrast, Scenario
from allegiance.vignettes.formal import case_dict, situation_of
from allegiance.vignettes.render import FRAMINGS, Vignette, has_framings, is_depicted, render

MOST_TRIALS = 1_000_000
"""Trials that one scenario may have in an experiment."""


def resolve(experiment: Experiment) -> Resolved:
    """Everything that `experiment` will run, with nothing left open.

    Raises:
        UserError: A scenario, factor, level or action that does not exist; a design that can't
            be; a hypothesis that its cells can't tell; an adaptive run without an aim or an end, or
            that leaves nothing to chance.
    """
    require_an_end(experiment)
    cells: dict[str, StampedCell] = {}
    texts: dict[str, StampedTexts] = {}
    vignettes: dict[str, StampedVignette] = {}
    scenarios: dict[str, StampedScenario] = {}
    drawable = action_texts(load_scenario(folder) for folder in built_in())
    names, design, entries = _designed(experiment)
    exclusions = checked_exclusions(experiment.exclusions, design, names)
    analysed = {id: (each, all_.without(exclusions)) for id, (each, all_) in design.items()}
    hypotheses = checked(experiment, analysed, names)
    for scenario, playing in design.values():
        control = _control_cells(scenario) if experiment.controls else {}
        scenarios[scenario.id] = _stamp_scenario(scenario, entries[scenario.id], playing, control)
        places = drawn(scenario, playing, experiment)
        for place, cell in enumerate((*playing.cells, *control.values())):
            cells[_cell_id(scenario, cell)] = StampedCell(
                scenario=scenario.id,
                levels=cell,
                case=case_dict(situation_of(scenario, cell)),
                depicted=is_depicted(scenario, cell),
            )
            menu = _control_menu(scenario) if cell in control.values() else None
            for number, block in enumerate(_blocks(scenario, experiment)):
                vignette = _rendered(scenario, cell, block, experiment)
                stamped, words = _stamp_vignette(vignette, _cell_id(scenario, cell), menu)
                if menu is None:
                    asked = beside(
                        scenario,
                        vignette,
                        block,
                        (place, number),
                        places,
                        experiment.validity,
                        drawable,
                        seed=experiment.seed,
                    )
                    stamped = stamped.model_copy(update=asked)
                texts[stamped.texts] = words
                vignettes[digest_of(stamped.model_dump())[:16]] = stamped
    resolved = Resolved(
        id=experiment.id,
        title=experiment.title,
        allegiance=version("allegiance"),
        mode=experiment.mode,
        models=list(experiment.models),
        weights=experiment.weights,
        read_out=experiment.read_out,
        coverage=experiment.coverage,
        design=experiment.design,
        hypotheses=hypotheses,
        exclusions=exclusions,
        estimator=experiment.design.estimator,
        stopping=experiment.stopping,
        answer_form=experiment.answer_form,
        log_probabilities=experiment.log_probabilities,
        seed=experiment.seed,
        scenarios=scenarios,
        cells=cells,
        texts=texts,
        vignettes=vignettes,
        trials={},
        known=known_of(experiment.validity),
    )
    require_chance(resolved)
    if resolved.adaptive:
        return resolved
    return resolved.model_copy(update={"trials": resolved.every_trial(experiment.replicates)})


def _refuse_endless(experiment: Experiment, cells: int) -> None:
    """Insist on a number of trials that somebody could mean."""
    each = experiment.blocks * experiment.replicates * len(experiment.models)
    if cells * each > MOST_TRIALS:
        raise UserError(
            f"{cells * each:,} trials, more than {MOST_TRIALS:,}",
            mend="They are cells x blocks x replicates x models: lower one of them.",
            field="blocks" if experiment.blocks >= experiment.replicates else "replicates",
        )


def _designed(
    experiment: Experiment,
) -> tuple[dict[str, str], dict[str, tuple[Scenario, Played]], dict[str, ScenarioEntry]]:
    """Names to ids; by id each scenario with what is played of it; and its entry."""
    names: dict[str, str] = {}
    design: dict[str, tuple[Scenario, Played]] = {}
    entries: dict[str, ScenarioEntry] = {}
    for name, entry in experiment.scenarios.items():
        scenario = find(name)
        if scenario.id in design:
            raise UserError(
                f'two scenarios with the id "{scenario.id}"',
                mend="Tables tell scenarios apart by id: change one, or run them apart.",
                field=f"scenarios.{name}",
            )
        given = entry or ScenarioEntry()
        chosen = given if given.factors is not None else _with_defaults(given, scenario)
        playing = played(scenario, chosen, experiment.design, seed=experiment.seed)
        _refuse_endless(experiment, len(playing.cells))
        require_contrasts(given.contrasts or (), scenario, playing)
        if given.contrasts is None:
            told = told_contrasts(chosen.contrasts or (), playing)
            chosen = chosen.model_copy(update={"contrasts": told})
        names[name], entries[scenario.id] = scenario.id, chosen
        design[scenario.id] = (scenario, playing)
    return names, design, entries


def _with_defaults(given: ScenarioEntry, scenario: Scenario) -> ScenarioEntry:
    """The entry, with what it leaves out taken from the scenario's default experiment."""
    default = scenario.experiment
    contrasts = default.contrasts if given.contrasts is None else given.contrasts
    return given.model_copy(update={"factors": default.factors, "contrasts": contrasts})


def _control_cells(scenario: Scenario) -> dict[str, Cell]:
    at = scenario.controls.positive.at
    return {level: complete_cell(scenario, at | {CONTROL: level}) for level in ("up", "down")}


def _rendered(scenario: Scenario, cell: Cell, block: Block, experiment: Experiment) -> Vignette:
    return render(
        scenario,
        cell,
        wording=block.wording,
        names=block.names,
        order=block.order,
        framing=block.framing,
        documents=block.documents,
        weights=experiment.weights,
    )


def _blocks(scenario: Scenario, experiment: Experiment) -> tuple[Block, ...]:
    return balanced_blocks(
        experiment.blocks,
        wordings=WORDINGS,
        names=max(1, len(scenario.nuisance.names)),
        orders=max(1, len(scenario.nuisance.order)),
        framings=len(FRAMINGS) if has_framings(scenario) else 1,
        seed=experiment.seed,
    )


def _cell_id(scenario: Scenario, cell: Mapping[str, str]) -> str:
    """Short, stable name of a cell."""
    return f"{scenario.id}-{digest_of(dict(cell))[:10]}"


def _control_menu(scenario: Scenario) -> set[str]:
    """The actions of a control cell: only those compared, since only they are read off it."""
    contrast = scenario.controls.positive.contrast
    return {*contrast.for_, *contrast.against}


def _stamp_vignette(
    vignette: Vignette, cell: str, menu: set[str] | None
) -> tuple[StampedVignette, StampedTexts]:
    words = StampedTexts(
        neutral=vignette.neutral,
        actions={
            action: list(texts)
            for action, texts in vignette.actions
            if menu is None or action in menu
        },
    )
    stamped = StampedVignette(
        cell=cell,
        texts=digest_of(words.model_dump())[:12],
        wording=vignette.wording,
        nuisance=dict(vignette.nuisance),
        messages=[
            StampedMessage(
                id=each.id, channel=each.channel, role=each.role, text=each.text, tool=each.tool
            )
            for each in vignette.messages
        ],
        lead=vignette.lead,
    )
    return stamped, words


def _stamp_scenario(
    scenario: Scenario, entry: ScenarioEntry, playing: Played, control: dict[str, Cell]
) -> StampedScenario:
    positive = scenario.controls.positive
    return StampedScenario(
        title=scenario.title,
        summary=scenario.summary,
        sources=list(scenario.sources),
        version=scenario.version,
        digest=scenario.digest,
        factors={
            name: StampedFactor(
                about=factor.about,
                levels=list(factor.level_ids),
                unit=factor.unit,
                words_only=factor.words_only,
            )
            for name, factor in scenario.factors.items()
        },
        crossed={name: list(levels) for name, levels in playing.crossed.items()},
        contrasts=list(entry.contrasts or ()),
        groups=_groups(scenario.contrast),
        control=StampedControl(
            up=_cell_id(scenario, control["up"]),
            down=_cell_id(scenario, control["down"]),
            groups=_groups(positive.contrast),
        )
        if control
        else None,
        parties={party.id: party.about for party in scenario.parties},
        welfare_unit=scenario.welfare_unit,
    )


def _groups(contrast: Contrast) -> ActionGroups:
    return ActionGroups(plus=list(contrast.for_), minus=list(contrast.against))
