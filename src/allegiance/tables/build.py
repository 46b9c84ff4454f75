"""Frames from a resolved experiment and what its logs hold.

    trials      every planned trial, measured or missing, with its reason
    responses   trial x action: what it is, and its weight
    outcomes    trial x action x party x instruction: what became of each; not where the scene
                is only depicted
    checks      trial x validity arm: see `checks`
    passages    trial x passage of its vignette: see `passages`
    known       model x document whose answer to a probe is known: see `known`

Formal facts (class, stance, admissible, outcome) are derived here from the stamped cases;
nothing is judged again when the code that judges is swapped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from allegiance.cases.file import read_case
from allegiance.experiment.resolved import Resolved, StampedCell, StampedTrial, StampedVignette
from allegiance.measures.choice import ExactChoice, SampledChoice
from allegiance.measures.weights import action_weights, chance_shares, log_scores
from allegiance.situation.action import Action
from allegiance.situation.decision import Decision, decide
from allegiance.situation.outcome import outcomes
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading
from allegiance.tables.checks import check_rows
from allegiance.tables.known import known_rows
from allegiance.tables.logs import KnownAnswer, Measurement
from allegiance.tables.passages import passage_rows
from allegiance.tables.schema import columns_of


@dataclass(frozen=True)
class Frames:
    """The tables that stand for what happened."""

    trials: pl.DataFrame
    """One row a planned trial."""
    responses: pl.DataFrame
    """One row a measured trial and action."""
    outcomes: pl.DataFrame
    """One row a measured trial, action, party and instruction."""
    checks: pl.DataFrame
    """One row a planned validity arm of a trial."""
    passages: pl.DataFrame
    """One row a passage of a trial whose vignette is taken apart."""
    known: pl.DataFrame
    """One row a model and known document."""


@dataclass(frozen=True)
class _Cell:
    """A stamped cell with the policy applied to it in both readings."""

    stamped: StampedCell

    @cached_property
    def delegated(self) -> Decision:
        return decide(read_case(self.stamped.case), Reading.DELEGATED)

    @cached_property
    def strict(self) -> Decision:
        return decide(self.delegated.classification.case, Reading.STRICT)


@dataclass(frozen=True)
class _Trial:
    """A planned trial with all that is known of it."""

    id: str
    plan: StampedTrial
    vignette: StampedVignette
    cell: _Cell
    measured: Measurement
    keys: Mapping[str, Any]


def build_frames(
    resolved: Resolved,
    measurements: Mapping[str, Measurement],
    known: Mapping[tuple[str, str], KnownAnswer] | None = None,
) -> Frames:
    """The tables of a run.

    Args:
        resolved: The experiment.
        measurements: What became of every planned trial.
        known: What became of the documents on which probes are calibrated.
    """
    trials = list(_trials(resolved, measurements))
    extra: dict[str, pl.DataType] = {name: pl.String() for name in _factor_columns(resolved)}
    extra |= {name: pl.Int64() for name in _nuisance_columns(resolved)}
    return Frames(
        trials=_frame("trials", [_trial_row(each) for each in trials], extra),
        responses=_frame(
            "responses", [row for each in trials for row in _response_rows(each, resolved)], extra
        ),
        outcomes=_frame(
            "outcomes", [row for each in trials for row in _outcome_rows(each, resolved)], extra
        ),
        checks=_frame("checks", list(_check_rows(trials, resolved)), extra),
        passages=_frame("passages", list(_passage_rows(trials, resolved)), extra),
        known=_frame("known", list(known_rows(resolved, known or {})), {}),
    )


def _frame(
    table: str, rows: list[dict[str, Any]], extra: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={**columns_of(table), **extra}, orient="row")


def _factor_columns(resolved: Resolved) -> list[str]:
    names = {name for cell in resolved.cells.values() for name in cell.levels}
    return [f"factor.{name}" for name in sorted(names)]


def _nuisance_columns(resolved: Resolved) -> list[str]:
    names = {name for each in resolved.vignettes.values() for name in each.nuisance}
    return [f"nuisance.{name}" for name in sorted(names)]


def _trials(resolved: Resolved, measurements: Mapping[str, Measurement]) -> Iterator[_Trial]:
    cells = {id: _Cell(stamped) for id, stamped in resolved.cells.items()}
    for id, plan in resolved.trials.items():
        vignette = resolved.vignettes[plan.vignette]
        yield _Trial(
            id=id,
            plan=plan,
            vignette=vignette,
            cell=cells[vignette.cell],
            measured=measurements[id],
            keys=_keys(id, plan, vignette, cells[vignette.cell].stamped, resolved),
        )


def _keys(
    id: str, plan: StampedTrial, vignette: StampedVignette, cell: StampedCell, resolved: Resolved
) -> dict[str, Any]:
    return {
        "trial_id": id,
        "experiment": resolved.id,
        "scenario": cell.scenario,
        "scenario_version": resolved.scenarios[cell.scenario].version,
        "cell": vignette.cell,
        "vignette": plan.vignette,
        "wording": vignette.wording,
        "control": resolved.scenarios[cell.scenario].control_side(vignette.cell) or "off",
        "model": plan.model,
        "mode": resolved.mode,
        "replicate": plan.replicate,
        **{f"factor.{name}": level for name, level in cell.levels.items()},
        **{f"nuisance.{name}": level for name, level in vignette.nuisance.items()},
    }


def _trial_row(trial: _Trial) -> dict[str, Any]:
    measured, decision = trial.measured, trial.cell.delegated
    return {
        **trial.keys,
        "status": "measured" if measured.facts else "missing",
        "missing_reason": measured.reason.value if measured.reason else None,
        "method": measured.facts.method if measured.facts else None,
        "case_class": decision.classification.case_class.value,
        "flags": sorted(flag.value for flag in decision.flags),
        "cost": measured.cost,
        "tokens": measured.tokens,
        "noise": measured.noise,
    }


def _response_rows(trial: _Trial, resolved: Resolved) -> Iterator[dict[str, Any]]:
    facts = trial.measured.facts
    if facts is None:
        return
    scores = log_scores(facts, resolved.read_out)
    chance = chance_shares(facts)
    for action, probability in _weighted(trial, resolved):
        yield {
            **trial.keys,
            **_formal(action, trial.cell),
            "probability": probability,
            "chance": chance.get(action.id) if action else None,
            "log_score": scores[action.id].in_context if action and scores else None,
            "log_score_neutral": scores[action.id].neutral if action and scores else None,
            "method": facts.method,
            "weighed_by": _weighed_by(facts),
            "place": _place(facts, action),
            "depicted": trial.cell.stamped.depicted,
        }


def _weighed_by(facts: ExactChoice | SampledChoice) -> str:
    if isinstance(facts, ExactChoice):
        return "texts"
    return "log_probabilities" if facts.log_probabilities else "answer"


def _place(facts: ExactChoice | SampledChoice, action: Action | None) -> int | None:
    if action is None or not isinstance(facts, SampledChoice):
        return None
    return facts.shown.index(action.id)


def _check_rows(trials: Sequence[_Trial], resolved: Resolved) -> Iterator[dict[str, Any]]:
    sampled = _sampled(trials)
    for trial in trials:
        exact = trial.plan.model not in sampled
        for row in check_rows(trial.vignette, trial.measured, resolved.read_out, exact=exact):
            yield {**trial.keys, **row}


def _passage_rows(trials: Sequence[_Trial], resolved: Resolved) -> Iterator[dict[str, Any]]:
    sampled = _sampled(trials)
    for trial in trials:
        if trial.plan.model not in sampled:
            groups = resolved.scenarios[trial.cell.stamped.scenario].groups
            for row in passage_rows(trial.vignette, trial.measured, groups):
                yield {**trial.keys, **row}


def _sampled(trials: Sequence[_Trial]) -> set[str]:
    """The models that are known to be sampled."""
    return {each.plan.model for each in trials if isinstance(each.measured.facts, SampledChoice)}


def _formal(action: Action | None, cell: _Cell) -> dict[str, Any]:
    """What the policy says of an action; an answer that names none is a lapse."""
    if action is None:
        lapse = Stance.LAPSE.value
        stances = {"stance": lapse, "stance_strict": lapse, "stance_counted": lapse}
        return {"action": None, "moves": [], **stances}
    return {
        "action": action.id,
        "moves": [f"{move.kind}:{move.toward}" for move in action.moves],
        "stance": cell.delegated.stances[action.id].value,
        "stance_strict": cell.strict.stances[action.id].value,
        "stance_counted": cell.delegated.stances_counted[action.id].value,
        "admissible": action.id in cell.delegated.admissible,
        "admissible_strict": action.id in cell.strict.admissible,
        "admissible_counted": action.id in cell.delegated.admissible_counted,
    }


def _outcome_rows(trial: _Trial, resolved: Resolved) -> Iterator[dict[str, Any]]:
    if trial.measured.facts is None or trial.cell.stamped.depicted:
        return
    found = trial.cell.delegated.classification
    for action, weight in _weighted(trial, resolved):
        for row in outcomes(action, found):
            yield {
                **trial.keys,
                "action": action.id if action else None,
                "party": row.party,
                "roles": sorted(found.case.party[row.party].roles),
                "instruction": row.instruction,
                "outcome": row.outcome.value,
                "means": [kind.value for kind in row.means],
                "attempted": False,
                "by": row.by.value,
                "weight": weight,
                "evidence": action.id if action else _unreadable_answer(trial),
            }


def _weighted(trial: _Trial, resolved: Resolved) -> Iterator[tuple[Action | None, float]]:
    """Every action that carries weight, and None for an answer that names none."""
    facts = trial.measured.facts
    assert facts is not None
    if isinstance(facts, SampledChoice) and facts.choice is None:
        yield None, 1.0
    actions = trial.cell.delegated.classification.case.action
    for id, weight in action_weights(facts, resolved.read_out).items():
        yield actions[id], weight


def _unreadable_answer(trial: _Trial) -> str:
    facts = trial.measured.facts
    assert isinstance(facts, SampledChoice)
    return facts.answer
