"""What an adaptive run must say beforehand: what it is after, and when it gives up.

    hypotheses[].half_width   the run goes on until each of these intervals is as narrow as this
    stopping.trials           or until so many trials were played

It goes by the answers on one outcome, among all cells of its claims, and decides itself how
often a vignette is asked.
"""

from collections.abc import Iterator

from allegiance.errors import UserError
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.hypothesis import MISSING_OUTCOME


def require_an_end(experiment: Experiment) -> None:
    """Check that an adaptive run has an aim and an end.

    Raises:
        UserError: What it lacks, or what does not go with it.
    """
    if experiment.stopping.rule == "adaptive":
        for problem, mend, field in _problems(experiment):
            raise UserError(problem, mend=mend, field=field)


def _problems(experiment: Experiment) -> Iterator[tuple[str, str, str]]:
    outcomes = {claim.outcome for claim in experiment.hypotheses if claim.half_width}
    if not outcomes:
        yield (
            "an adaptive run without a half-width has no end",
            "Give a hypothesis its `half_width`, in the unit of its outcome.",
            "hypotheses",
        )
    if experiment.stopping.trials is None:
        yield (
            "an adaptive run needs a most number of trials",
            "Give `trials`: it ends there, whatever is known by then.",
            "stopping.trials",
        )
    if len(outcomes) > 1:
        yield (
            "an adaptive run goes by one outcome, and these half-widths are of several",
            "Leave `half_width` out of the claims on the others: they are estimated all the same.",
            "hypotheses",
        )
    if MISSING_OUTCOME in outcomes:
        yield (
            "an adaptive run can't go by what is missing",
            "Give the half-width to a claim on what was answered.",
            "hypotheses",
        )
    if experiment.design.estimator == "model":
        yield (
            f"a design of kind {experiment.design.kind} leaves an adaptive run no cells to choose",
            "Leave `design` out.",
            "design.kind",
        )
    if experiment.replicates > 1:
        yield (
            "an adaptive run decides itself how often it asks again",
            "Leave `replicates` out.",
            "replicates",
        )
    if experiment.exclusions:
        yield (
            "an adaptive run would draw what is excluded, and count it as missing",
            "Leave the levels out of `factors` instead.",
            "exclusions",
        )
