"""What an adaptive run must say beforehand: what it is after, and when it gives up.

    hypotheses[].half_width   the run goes on until each of these intervals is as narrow as this
    stopping.trials           or until so many trials were played

It goes by the answers on one outcome, among all cells of its claims, and decides itself how
often a vignette is asked.

A model whose texts are scored gives a vignette the same score whenever it is asked. There is
something to draw only where more vignettes were planned than may be played; all of them, played
once, leave nothing to chance.
"""

from collections.abc import Iterator

from allegiance.errors import UserError
from allegiance.experiment.calls import is_exact
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.hypothesis import MISSING_OUTCOME
from allegiance.experiment.resolved import Resolved


def require_an_end(experiment: Experiment) -> None:
    """Check that an adaptive run has an aim and an end.

    Raises:
        UserError: What it lacks, or what does not go with it.
    """
    if experiment.stopping.rule == "adaptive":
        for problem, mend, field in _problems(experiment):
            raise UserError(problem, mend=mend, field=field)


def require_chance(resolved: Resolved) -> None:
    """Check that an adaptive run leaves something to chance.

    Raises:
        UserError: It may play every vignette by every model whose texts are scored.
    """
    scored = [model for model in resolved.models if is_exact(model)]
    count, most = len(resolved.vignettes) * len(scored), resolved.stopping.trials or 0
    if resolved.adaptive and 0 < count <= most:
        raise UserError(
            f"an adaptive run of up to {most} trials, where all that there is to score by "
            f"{', '.join(scored)} takes {count}",
            mend="Leave `stopping` out: each vignette is played once, which leaves nothing to "
            "chance. Or name a model that answers in words.",
            field="stopping",
        )


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
