"""An experiment with nothing left open: every cell, word and trial, and a stamp over them.

    scenarios   what the reader of a table must know of each, with the digest of its folder
    cells       levels, and the formal case in the form of a case file
    texts       action texts and the neutral context, shared by vignettes
    vignettes   the messages of one cell in one nuisance block
    known       documents with a known answer, on which probes are calibrated
    trials      vignette x model x replicate, named by what they hold

This is what a run folder's `experiment.json` holds. Tables and reports are made from it and
the logs alone, so that later edits of a scenario never change what was run. What an experiment
does not ask for leaves no trace in it, so that stamps stay as they are when something new can be
asked.
"""

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from allegiance.design.contrasts import Estimator
from allegiance.experiment.experiment import Design, Exclusion, Gate, ReadOut, Stopping
from allegiance.experiment.hypothesis import Hypothesis
from allegiance.models.ways import AnswerForm
from allegiance.scenarios.scenario import CellContrast

FORMAT = 3

Block = tuple[int, tuple[tuple[str, int], ...]]
"""A wording set, and the other nuisance levels."""


def _is_empty(value: object) -> bool:
    return not value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ActionGroups(_Part):
    """Actions for and against, whose log-scores are compared."""

    plus: list[str]
    """Actions whose mean log-score counts positively."""
    minus: list[str]
    """Actions whose mean log-score is taken off."""


class StampedControl(_Part):
    """The positive control of a scenario: two cells that only differ in a plain order."""

    up: str
    """Cell with the order toward `groups.plus`."""
    down: str
    """Cell with the order toward `groups.minus`."""
    groups: ActionGroups
    """What is compared."""


class StampedFactor(_Part):
    """A factor as it stood when the run was fixed."""

    about: str
    """What it varies, in a line."""
    levels: list[str]
    """Its levels, the baseline first; numbers as text."""
    unit: str | None
    """Unit of a numeric factor."""
    words_only: bool
    """Whether it leaves the formal situation alone."""


class StampedScenario(_Part):
    """What tables and reports need of a scenario."""

    title: str
    summary: str
    sources: list[str]
    version: int
    digest: str
    """SHA-256 over all files of its folder."""
    factors: dict[str, StampedFactor]
    crossed: dict[str, list[str]]
    """The factors of this experiment and their levels."""
    contrasts: list[CellContrast]
    """Contrasts named by the author."""
    groups: ActionGroups
    """The scenario's default contrast of actions."""
    control: StampedControl | None
    """The positive control, if it is played."""
    parties: dict[str, str]
    """Party to who that is, in words."""
    welfare_unit: str | None

    def control_side(self, cell: str) -> str | None:
        """The side of the positive control that a cell is, up or down; None where it is none."""
        sides = {self.control.up: "up", self.control.down: "down"} if self.control else {}
        return sides.get(cell)


class StampedCell(_Part):
    """One cell: its levels, and the formal case."""

    scenario: str
    levels: dict[str, str]
    case: dict[str, Any]
    """In the form of a case file."""
    depicted: bool
    """Whether the model does not act in it, but tells, advises or judges."""


class StampedTexts(_Part):
    """Action texts of a scenario under one set of names."""

    neutral: str
    actions: dict[str, list[str]]


class StampedMessage(_Part):
    """A message as the model sees it."""

    id: str
    channel: str
    role: Literal["system", "user", "tool"]
    text: str
    tool: str | None = None


class StampedQuestion(_Part):
    """A comprehension item in words."""

    id: str
    about: str
    """principals, instruction or consequence."""
    text: str
    answers: dict[str, list[str]]
    """Answer to its texts."""
    right: str
    """The answer that is right."""


class StampedProbe(_Part):
    """A probe in words: a question on the text itself, without a right answer."""

    id: str
    text: str
    answers: dict[str, list[str]]
    """Answer to its texts."""
    counted: str
    """The answer whose weight is told."""


class StampedKnown(_Part):
    """A document whose answer to a probe is known."""

    document: str
    """Its name."""
    text: str
    """Its words."""
    positive: bool
    """Whether the counted answer is its own."""
    probe: StampedProbe
    """What is asked of it."""


class StampedPassage(_Part):
    """One passage of a vignette that is taken apart."""

    message: int
    """The message's place among those shown, from 0."""
    start: int
    """Where it begins in the message's text, in characters."""
    end: int
    """Where it ends."""
    words: int
    """Its length."""
    padding: str
    """Unrelated text of about as many words."""


class StampedMismatch(_Part):
    """Two action texts of another scenario, in random order: nothing can favour the first."""

    scenario: str
    """The other scenario."""
    actions: tuple[str, str]
    """The actions that the texts belong to there."""
    texts: tuple[str, str]


class StampedVignette(_Part):
    """A cell in words, in one nuisance block."""

    cell: str
    texts: str
    wording: int
    nuisance: dict[str, int]
    messages: list[StampedMessage]
    lead: str = ""
    """What begins the model's turn, before an action's text."""
    mismatched: StampedMismatch | None = None
    """What is scored beside the vignette's own actions."""
    questions: list[StampedQuestion] = []
    """Comprehension items, where this vignette is asked any."""
    swapped: bool = False
    """Whether a sampled trial asks again, with the options in the opposite order."""
    probes: list[StampedProbe] = Field(default=[], exclude_if=_is_empty)
    """Probes, where this vignette is asked any."""
    passages: list[StampedPassage] = Field(default=[], exclude_if=_is_empty)
    """Its passages, where it is taken apart."""

    @property
    def block(self) -> Block:
        """Where it is paired with vignettes of other cells."""
        return self.wording, tuple(sorted(self.nuisance.items()))


class StampedTrial(_Part):
    """One planned measurement."""

    vignette: str
    model: str
    replicate: int


class Resolved(_Part):
    """The whole of what will be run."""

    format: int = FORMAT
    id: str
    title: str
    allegiance: str
    """Version of this package that resolved it."""
    mode: Literal["choose"]
    models: list[str]
    weights: Literal["stated", "trained"]
    read_out: ReadOut
    coverage: Gate
    design: Design = Design()
    hypotheses: list[Hypothesis] = []
    """Those of the experiment, each with the ids of the scenarios that it concerns."""
    exclusions: list[Exclusion] = []
    estimator: Estimator = "paired"
    """How contrasts are read off the cells: `paired`, or in the design's `model`."""
    stopping: Stopping = Stopping()
    answer_form: AnswerForm = "auto"
    log_probabilities: bool = False
    seed: int
    scenarios: dict[str, StampedScenario]
    cells: dict[str, StampedCell]
    texts: dict[str, StampedTexts]
    vignettes: dict[str, StampedVignette]
    trials: dict[str, StampedTrial]
    known: list[StampedKnown] = Field(default=[], exclude_if=_is_empty)
    """What the probes are calibrated on."""

    @property
    def adaptive(self) -> bool:
        """Whether its trials are decided round by round."""
        return self.stopping.rule == "adaptive"

    @property
    def stamp(self) -> str:
        """SHA-256 over all of the above but the package's version, as hexadecimal digits.

        The trials of an adaptive run follow from the rest of it and from answers: they are left
        out, and stand in its rounds.
        """
        out = {"allegiance", "trials"} if self.adaptive else {"allegiance"}
        return digest_of(self.model_dump(mode="json", by_alias=True, exclude=out))

    def trial(self, vignette: str, model: str, replicate: int) -> tuple[str, StampedTrial]:
        """A trial with its id, which hashes all that could change the answer."""
        content = {
            "vignette": vignette,
            "texts": self.vignettes[vignette].texts,
            "model": model,
            "mode": self.mode,
            "read_out": self.read_out.model_dump(),
            "answers": [self.answer_form, self.log_probabilities],
            "replicate": replicate,
        }
        trial = StampedTrial(vignette=vignette, model=model, replicate=replicate)
        return digest_of(content)[:16], trial

    def vignettes_of(self, scenario: str) -> dict[str, StampedVignette]:
        """The vignettes of one scenario, those of its control among them."""
        return {
            id: each
            for id, each in self.vignettes.items()
            if self.cells[each.cell].scenario == scenario
        }

    def every_trial(self, replicates: int) -> dict[str, StampedTrial]:
        """Every vignette by every model, so many times."""
        return dict(
            self.trial(vignette, model, replicate)
            for model in self.models
            for vignette in self.vignettes
            for replicate in range(replicates)
        )


def digest_of(data: Any) -> str:
    """SHA-256 of JSON data, independent of the order of keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
