"""An experiment as its author writes it: scenarios, levels, model, read-out, gate.

    id: prefer-or-deny            scenarios:
    models: [allegiance/smollm2]    shelf:
    blocks: 8                         factors: {order: [nothing, prefer, deny], conflict: [...]}
    seed: 1                         letters: {}              # the scenario's own default

What is left out of a scenario's entry comes from that scenario's default experiment.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allegiance.design.contrasts import Estimator
from allegiance.documents.document import read_document, validate
from allegiance.errors import UserError, suggest
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.models.ways import ANSWER_FORMS, AnswerForm
from allegiance.scenarios.catalogue import expanded
from allegiance.scenarios.fields import ALWAYS, LevelList, PartialCell, When
from allegiance.scenarios.scenario import WORDINGS, CellContrast

LIBRARY = Path(__file__).parents[1] / "library" / "experiments"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadOut(_Part):
    """How log-likelihoods of texts become log-scores and preference shares."""

    texts: Literal["mean", "log_mean_exp"] = "mean"
    """How the texts of one action are put together."""
    shares: Literal["pmi", "sum", "per_token"] = "pmi"
    """What the softmax of preference shares is taken over."""


class Gate(_Part):
    """The coverage below which a headline is withheld, in points of 1."""

    overall: Annotated[float, Field(ge=0, le=1)] = 0.95
    """Measured trials over planned ones, all together."""
    arm: Annotated[float, Field(ge=0, le=1)] = 0.90
    """The same in each arm."""


class Validity(_Part):
    """The arms that show whether effects can be read as choices; shares in points of 1."""

    comprehension: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Share of the trials of each cell in which the comprehension items are asked too."""
    mismatched: bool = True
    """Whether each vignette also gets two action texts of another scenario."""
    swapped: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Share of the sampled trials of each cell that are asked again in the opposite order."""
    probes: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the trials of each cell in which it is asked what the text is taken for."""
    influence: Annotated[int, Field(ge=0)] = 0
    """Vignettes of each scenario that are taken apart, passage by passage; exact models only."""


class Design(_Part):
    """Which of the crossed cells are played."""

    kind: Literal["full", "fraction", "optimal", "counterfactual", "ladder"] = "full"
    """All of them; a regular or mixed-level fraction; the D-optimal set of so many; the cell of
    first levels and all that differ from it in one; or all rungs of the numeric factor."""
    resolution: Annotated[int, Field(ge=3, le=5)] | None = None
    """Of a fraction: 3, its default, keeps main effects apart from each other, 4 from
    interactions of two factors as well, 5 these from each other."""
    cells: Annotated[int, Field(ge=2)] | None = None
    """How many cells of each scenario an optimal design plays; else the fewest that it can."""
    estimable: tuple[tuple[str, str], ...] = ()
    """Interactions of two factors that must be estimable beside all main effects."""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        allowed: dict[str, tuple[str, ...]] = {
            "resolution": ("fraction",),
            "cells": ("optimal",),
            "estimable": ("fraction", "optimal"),
        }
        for name, kinds in allowed.items():
            if getattr(self, name) and self.kind not in kinds:
                raise ValueError(
                    f"`{name}` says nothing of a design of kind {self.kind}\n"
                    f"It goes with {' and '.join(kinds)}."
                )
        return self

    @property
    def estimator(self) -> Estimator:
        """How its contrasts are read off: where cells were chosen by a model, in that model."""
        return "model" if self.kind in ("fraction", "optimal") else "paired"


class Stopping(_Part):
    """When a run ends."""

    rule: Literal["fixed", "adaptive"] = "fixed"
    """All planned trials; or round by round, where it does most good, until each hypothesis with
    a `half_width` has it."""
    trials: Annotated[int, Field(ge=1)] | None = None
    """The most trials of an adaptive run."""

    @model_validator(mode="after")
    def _of_its_rule(self) -> Self:
        if self.trials and self.rule == "fixed":
            raise ValueError(
                "`trials` says nothing of a fixed run\nLower `blocks` or `replicates`."
            )
        return self


class Exclusion(_Part):
    """What is played, but left out of the analysis: trials that are all of what it says."""

    why: str
    """The reason, stated beforehand."""
    scenarios: tuple[str, ...] = ()
    """In these scenarios; in all where empty."""
    wordings: tuple[Annotated[int, Field(ge=0, lt=WORDINGS)], ...] = ()
    """In these wording sets, from 0; in all where empty."""
    levels: When = ALWAYS
    """At these levels; factor to one or several."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not self.wordings and not self.levels:
            raise ValueError("what is left out?\nName wordings, levels, or both.")
        return self

    def covers(self, scenario: str, levels: Mapping[str, str], wording: int) -> bool:
        """Whether a trial is left out by it."""
        return (
            (not self.scenarios or scenario in self.scenarios)
            and (not self.wordings or wording in self.wordings)
            and all(levels.get(name) in those for name, those in self.levels.items())
        )


class ScenarioEntry(_Part):
    """What of a scenario is played."""

    factors: dict[str, LevelList] | None = None
    """Factor to the levels crossed; the scenario's default where left out."""
    at: PartialCell = {}
    """Levels at which factors that are not crossed are held, instead of their baseline."""
    contrasts: tuple[CellContrast, ...] | None = None
    """Contrasts beside those of each crossed factor against its baseline."""


class Experiment(_Part):
    """A whole experiment, as its author writes it."""

    id: str
    """Short name."""
    title: str = ""
    """One line on what it asks."""
    scenarios: dict[str, ScenarioEntry | None]
    """Scenario, by name (`shelf`, `core/shelf`) or folder, to what of it is played."""
    mode: Literal["choose"] = "choose"
    """How a vignette is played."""
    models: tuple[str, ...] = ("allegiance/smollm2",)
    """Models by their Inspect names."""
    blocks: Annotated[int, Field(ge=1)] = 8
    """Nuisance blocks in which each cell is played; 8 cover all wordings once."""
    replicates: Annotated[int, Field(ge=1)] = 1
    """Repeats of each vignette, of use only where answers are sampled."""
    weights: Literal["stated", "trained"] = "stated"
    """Whether what came through the weights is put into words, or left to training."""
    read_out: ReadOut = ReadOut()
    """How log-likelihoods are read."""
    design: Design = Design()
    """Which of the crossed cells are played."""
    hypotheses: tuple[Hypothesis, ...] = ()
    """Claims over one or more of the scenarios, beside the contrasts that each one names."""
    exclusions: tuple[Exclusion, ...] = ()
    """What is played, but left out of the analysis."""
    stopping: Stopping = Stopping()
    """When the run ends."""
    controls: bool = True
    """Whether the positive control of each scenario is played beside."""
    answer_form: AnswerForm = "auto"
    """How a sampled model answers a menu; `auto` by a tool where its provider has tools."""
    log_probabilities: bool = False
    """Whether a sampled answer is weighted by its letters' log-probabilities, where told."""
    validity: Validity = Validity()
    """What else is asked, to see whether choices are choices."""
    coverage: Gate = Gate()
    """When a headline is withheld."""
    seed: int = 1
    """The seed of every random choice."""


def read_experiment(path: Path) -> Experiment:
    """The experiment that a file states.

    Raises:
        UserError: With file, line and field of what can't be used.
    """
    return validate(read_document(path), Experiment)


def find_experiment(name: str) -> Experiment:
    """A built-in experiment by its name, or one from a file.

    Raises:
        UserError: There is none such.
    """
    built_in = {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}
    if name in built_in:
        return read_experiment(built_in[name])
    if Path(name).suffix in (".yaml", ".yml"):
        return read_experiment(Path(name))
    raise UserError(f'no experiment "{name}"', mend=suggest(name, built_in, "Built-in experiments"))


def choose_experiment(
    names: list[str],
    *,
    models: list[str] | None = None,
    blocks: int | None = None,
    answer_form: str | None = None,
) -> Experiment:
    """The experiment that is meant: one by name or file, or the scenarios' default ones.

    Args:
        names: One experiment, or any number of scenarios.
        models: Models to run instead of those it names.
        blocks: Nuisance blocks instead of its own.
        answer_form: How sampled models answer, instead of what it says.

    Raises:
        UserError: There is none such.
    """
    one = names[0] if len(names) == 1 else None
    if one and (Path(one).suffix in (".yaml", ".yml") or (LIBRARY / f"{one}.yaml").exists()):
        chosen = find_experiment(one)
    else:
        id = "-".join(Path(name).name for name in names)
        chosen = Experiment(id=id, scenarios=dict.fromkeys(expanded(names)))
    if answer_form is not None and answer_form not in ANSWER_FORMS:
        raise UserError(
            f'no answer form "{answer_form}"', mend=suggest(answer_form, ANSWER_FORMS, "Forms")
        )
    changes = {"models": models, "blocks": blocks, "answer_form": answer_form}
    return chosen.model_copy(update={name: new for name, new in changes.items() if new})
