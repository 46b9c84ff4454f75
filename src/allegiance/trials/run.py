"""Run the planned trials of a folder, or what is left of them.

Inspect's evaluation set does the work: it finds the newest log of each task, copies finished
samples over, runs the rest, and removes the log that a crash left behind. Sample ids hash
their content, and the folder's stamp is checked before, so no answer outlives its question.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from anyio import from_thread
from inspect_ai import Task, eval_set
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, get_model
from inspect_ai.util import display_counter

from allegiance.errors import UserError, suggest
from allegiance.experiment.folder import RunFolder, cannot_write
from allegiance.experiment.resolved import Resolved
from allegiance.models.protocol import ScoresOptions
from allegiance.models.provider import AllegianceAPI
from allegiance.models.ways import Way
from allegiance.scenarios.setting import FRAME
from allegiance.trials.noise import scoring_noise
from allegiance.trials.ping import no_model, ping
from allegiance.trials.prompts import FRAMES, has_prompt
from allegiance.trials.task import calibrate_task, choose_task

SAMPLES_AT_ONCE = 16
"""Trials in flight: enough to fill a batch, few enough that a crash costs little."""


REQUEST_RETRIES = 6
"""Times that a request to a provider is tried again, ever more slowly, before its trial is
given up as missing. Running the same command again tries it anew."""


def run_trials(
    folder: RunFolder,
    resolved: Resolved,
    *,
    quiet: bool = False,
    request_retries: int = REQUEST_RETRIES,
    only: Collection[str] | None = None,
    logs: Path | None = None,
    calibrate: bool = True,
) -> list[EvalLog]:
    """Run every trial that no log has yet; the headers of the logs.

    Every model is asked for a word first: one that can't answer costs no trial.

    Args:
        folder: Where it is kept.
        resolved: The experiment.
        quiet: Whether nothing is shown.
        request_retries: Times that a request is tried again.
        only: The trials that are run; all where left out.
        logs: Where the logs of these are kept; the folder's own place where left out.
        calibrate: Whether documents with a known answer are asked too, where probes are.

    Raises:
        UserError: A model that can't be made or does not answer, or a place that can't be written.
    """
    ways = ping(
        {name: name for name in _models(resolved, only)},
        answer_form=resolved.answer_form,
        log_probabilities=resolved.log_probabilities,
    )
    if any(ways.values()):
        _require_questions(resolved)
    tasks = [
        task
        for name, way in ways.items()
        for task in _tasks(resolved, name, way, only, calibrate=calibrate)
    ]
    place = logs or folder.logs
    try:
        place.mkdir(parents=True, exist_ok=True)
        _, headers = eval_set(
            tasks=tasks,
            log_dir=str(place),
            display="none" if quiet else "rich",
            retry_attempts=0,
            retry_immediate=False,
            max_samples=SAMPLES_AT_ONCE,
            max_retries=request_retries,
            log_model_api=False,
            log_realtime=False,  # what it brings back after a kill has lost its store: no facts
            log_buffer=SAMPLES_AT_ONCE,
            score_display=False,
            ctl_server=False,
        )
    except OSError as error:
        raise cannot_write(place, error) from error
    return headers


def _models(resolved: Resolved, only: Collection[str] | None) -> list[str]:
    """The models that have a trial to run."""
    if only is None:
        return resolved.models
    there = {resolved.trials[id].model for id in only}
    return [name for name in resolved.models if name in there]


def _tasks(
    resolved: Resolved,
    name: str,
    way: Way | None,
    only: Collection[str] | None,
    *,
    calibrate: bool,
) -> Iterator[Task]:
    model = _model(name)
    if resolved.known and calibrate:
        yield calibrate_task(resolved, name, model, way=way)
    noise = scoring_noise(resolved, name, model.api)
    yield choose_task(resolved, name, model, way=way, noise=noise, only=only)


def _model(name: str) -> Model:
    """The model, made and in memory.

    Raises:
        UserError: No such name, or a package, key or file that it needs is missing.
    """
    try:
        model = get_model(name)
    except UserError:
        raise
    except Exception as error:  # each provider has its own errors for a missing key or package
        raise no_model(name, error) from error
    if isinstance(model.api, ScoresOptions):
        model.api.load()
    if isinstance(model.api, AllegianceAPI):
        model.api.progress = _show_tokens
    return model


def _show_tokens(done: int, of: int) -> None:
    """Show how far a batch of texts is, beside the samples that are done."""
    from_thread.run_sync(display_counter, "tokens scored", f"{done:,} of {of:,}")


def _require_questions(resolved: Resolved) -> None:
    """Check that there are words to ask a sampled model for its choice in every frame."""
    frames = {cell.levels[FRAME] for cell in resolved.cells.values() if FRAME in cell.levels}
    for frame in sorted(frames):
        if not has_prompt(f"choose-{frame}"):
            raise UserError(
                f'no words to ask for a choice in the frame "{frame}"',
                mend=suggest(frame, FRAMES, "Frames that a sampled model can be asked in"),
                field=f"factors.{FRAME}",
            )
