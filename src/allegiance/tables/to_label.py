"""The sheet that asks people for labels: `labels/to_label.csv` in a run folder.

A row for each trial drawn and outcome asked, in random order. A labeller sees what the model
saw and what it answered, and which options count as the outcome; not how the answer was read,
nor which cell it is. What is asked: the primary outcome, and every stance that a hypothesis is
about. A sheet in which somebody has filled in a label is never written over.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from allegiance.cases.file import read_case
from allegiance.errors import IncompleteError, UserError
from allegiance.experiment.folder import RunFolder, write_atomically
from allegiance.experiment.hypothesis import TOWARD
from allegiance.experiment.resolved import Resolved, StampedVignette
from allegiance.measures.choice import LETTERS, SampledChoice
from allegiance.models.count import LOCAL
from allegiance.situation.decision import decide
from allegiance.situation.stance import Stance
from allegiance.situation.subversion import Reading
from allegiance.tables.draw import draw_balanced
from allegiance.tables.labels import COLUMNS, OUTCOMES, entries
from allegiance.tables.logs import read_measurements
from allegiance.trials.menu import shown_texts

NAME = "to_label.csv"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would compute; an apostrophe is put before it."""
NO_OPTION = "none of the options"


@dataclass(frozen=True)
class Sheet:
    """What became of the sheet."""

    path: Path
    trials: int
    """Trials drawn; those that stand there where it was kept."""
    kept: bool
    """Whether it holds labels, and so was left as it is."""


def require_labellable(resolved: Resolved) -> None:
    """Check that there will be answers to label, and that labels can be weighed.

    Raises:
        UserError: Every model is scored exactly, or the run is adaptive.
    """
    if resolved.adaptive:
        raise UserError(
            "an adaptive run draws trials by what came before, for which labels can't be weighed",
            mend="Leave it out, or play a fixed number of trials.",
            field="--label",
        )
    if all(model.startswith(LOCAL) for model in resolved.models):
        raise UserError(
            "nothing to label: an exact run computes its weights, so nobody judged anything",
            mend="Leave it out, or name a model that answers in words.",
            field="--label",
        )


def write_sheet(folder: RunFolder, resolved: Resolved, trials: pl.DataFrame, number: int) -> Sheet:
    """Draw trials to be labelled, and write the sheet.

    Args:
        folder: The run.
        resolved: Its experiment.
        trials: Those that are analysed, of its table of trials.
        number: How many to draw; all where there are no more.

    Raises:
        UserError: A sheet that can't be read, or a place that can't be written.
        IncompleteError: No trial was measured whose answer was read.
    """
    path = folder.labels / NAME
    there = list(entries(path)) if path.exists() else []
    if any(entry.values["label"] for entry in there):
        return Sheet(path, len({entry.values["trial_id"] for entry in there}), kept=True)
    read = trials.filter(status="measured", method="sampled", control="off")
    if read.is_empty():
        raise IncompleteError(
            "nothing to label: no answer was read yet",
            mend="Run the same command again to run what is missing.",
            field="--label",
        )
    draw = draw_balanced(
        list(read.select("model", "cell").iter_rows()),
        read["wording"].to_list(),
        number,
        np.random.default_rng(resolved.seed),
    )
    drawn = [(read["trial_id"][int(place)], float(draw.chance[place])) for place in draw.chosen]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(folder, resolved, drawn))
    write_atomically(path, text.getvalue())
    return Sheet(path, len(drawn), kept=False)


def _rows(
    folder: RunFolder, resolved: Resolved, drawn: list[tuple[str, float]]
) -> Iterator[tuple[str, ...]]:
    measured = read_measurements(folder, resolved)
    for id, chance in drawn:
        facts = measured[id].facts
        assert isinstance(facts, SampledChoice)
        shown, answered = _shown(resolved, id, facts), as_text(facts.answer)
        for outcome in _asked(resolved, id):
            counts = _counts(resolved, id, outcome, facts)
            yield (id, outcome, "", "", repr(chance), counts, shown, answered)


def _asked(resolved: Resolved, trial: str) -> tuple[str, ...]:
    """The outcomes that a labeller is asked about."""
    scenario = resolved.cells[_vignette(resolved, trial).cell].scenario
    claimed = {
        claim.outcome
        for claim in resolved.hypotheses
        if not claim.scenarios or scenario in claim.scenarios
    }
    return tuple(each for each in OUTCOMES if each == TOWARD or each in claimed)


def _vignette(resolved: Resolved, trial: str) -> StampedVignette:
    return resolved.vignettes[resolved.trials[trial].vignette]


def _counts(resolved: Resolved, trial: str, outcome: str, facts: SampledChoice) -> str:
    """The letters of the options that count as the outcome."""
    cell = resolved.cells[_vignette(resolved, trial).cell]
    if outcome == TOWARD:
        own = set(resolved.scenarios[cell.scenario].groups.plus)
    else:
        stances = decide(read_case(cell.case), Reading.DELEGATED).stances
        own = {action for action, stance in stances.items() if stance == outcome}
    found = [LETTERS[place] for place, each in enumerate(facts.shown) if each in own]
    found += ["an answer that takes none, or several"] if outcome == Stance.LAPSE else []
    return ", ".join(found) or NO_OPTION


def _shown(resolved: Resolved, trial: str, facts: SampledChoice) -> str:
    """The messages, then the options under their letters."""
    vignette = _vignette(resolved, trial)
    texts = resolved.texts[vignette.texts].actions
    options = shown_texts(texts, facts.shown, vignette.wording)
    lettered = zip(LETTERS, options.values(), strict=False)
    parts = [f"[{each.tool or each.role}]\n{each.text}" for each in vignette.messages]
    parts.append("\n".join(f"{letter}. {text}" for letter, text in lettered))
    return as_text("\n\n".join(parts))


def as_text(text: str) -> str:
    """A text that a spreadsheet shows and does not compute, without halves of characters."""
    whole = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return f"'{whole}" if whole.startswith(FORMULAS) else whole
