"""Stakes are a ladder: six rungs or more, and a number that the texts show.

Fewer leave no curve between dose and response, only two ends. `level-not-shown` sees to it
that the number stands in a text.
"""

from collections.abc import Iterator

from allegiance.vignettes.lint.finding import Finding, Severity
from allegiance.vignettes.lint.subject import Subject

STAKES = "stakes"
"""The factor by which stakes are raised and lowered."""
RUNGS = 6
"""Fewest values of the ladder."""


def stakes_ladder(subject: Subject) -> Iterator[Finding]:
    """No stakes to raise, or too few rungs."""
    factor = subject.scenario.factors.get(STAKES)
    mend = f"Write at least {RUNGS} values from trifling to grave, with their unit."
    if factor is None:
        yield subject.fault(("factors",), "no factor `stakes`", mend, Severity.WARNING)
    elif not factor.numeric:
        problem = "stakes that are no numbers"
        yield subject.fault(("factors", STAKES), problem, mend, Severity.WARNING)
    elif len(factor.level_ids) < RUNGS:
        problem = f"{len(factor.level_ids)} rungs of {RUNGS}"
        yield subject.fault(("factors", STAKES, "values"), problem, mend, Severity.WARNING)
