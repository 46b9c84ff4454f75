"""Playing what is left of a run: all of it at once, or round after round.

    fixed      every trial of the plan that was not measured yet
    adaptive   a round is built from the rounds before it, written down, then played; again, until
               the run says that it has ended

Whatever is killed goes on where it stopped, for only files are read.
"""

from statistics import fmean

from allegiance.experiment.folder import RunFolder
from allegiance.experiment.resolved import Resolved
from allegiance.experiment.rounds import open_run, read_rounds, why_ended, write_end, write_round
from allegiance.trials.run import run_trials


def play(folder: RunFolder, resolved: Resolved, *, quiet: bool = False) -> None:
    """Play what is left to play of a stamped run.

    Raises:
        UserError: A model can't be made, or the disk is full.
    """
    if resolved.adaptive:
        _play_rounds(folder, quiet=quiet)
    else:
        run_trials(folder, resolved, quiet=quiet)


def _play_rounds(folder: RunFolder, *, quiet: bool) -> None:
    """Play round after round of an adaptive run, until its end.

    What is missing of a round is tried once more; on a round that stays below the gate no other
    is built.
    """
    from allegiance.analysis.rounds import next_round
    from allegiance.tables.build import build_frames
    from allegiance.tables.logs import read_measurements

    tried: set[int] = set()
    while True:
        _, resolved = open_run(folder.path)
        rounds, found = read_rounds(folder, resolved), read_measurements(folder, resolved)
        shares = [
            fmean(found[id].facts is not None for id in each.trials) if each.trials else 1.0
            for each in rounds
        ]
        due = [e for e, share in zip(rounds, shares, strict=True) if share < 1]
        again = next((each for each in due if each.number not in tried), None)
        if again:
            place = folder.logs / f"round-{again.number:04d}"
            first = again.number == 1
            run_trials(
                folder, resolved, quiet=quiet, only=again.trials, logs=place, calibrate=first
            )
            tried.add(again.number)
        elif min(shares, default=1.0) < resolved.coverage.overall or why_ended(folder):
            return
        else:
            frames = build_frames(resolved, found)
            told = next_round(resolved, rounds, frames.trials, frames.responses, frames.checks)
            if isinstance(told, str):
                write_end(folder, told)
                return
            write_round(folder, told)
