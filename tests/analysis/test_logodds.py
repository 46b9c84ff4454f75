"""Log-odds of a change at one level of another factor are those of that level."""

from itertools import product

import numpy as np
import pytest

from allegiance.analysis.contrasts import Comparison
from allegiance.analysis.grid import Grid
from allegiance.analysis.logodds import AT_A_LEVEL, LOGISTIC, log_odds

FACTORS = {"aim": ["none", "there"], "threat": ["none", "there"], "order": ["a", "b"]}
CELLS = {
    str(place): dict(zip(FACTORS, levels, strict=True))
    for place, levels in enumerate(product(*FACTORS.values()))
}


def grid() -> Grid:
    """Shares whose log-odds are -2 + 1.3 aim + 0.8 threat + 0.7 of both, in endless trials."""
    odds = np.array(
        [
            -2.0
            + 1.3 * (cell["aim"] == "there")
            + 0.8 * (cell["threat"] == "there")
            + 0.7 * (cell["aim"] == cell["threat"] == "there")
            for cell in CELLS.values()
        ]
    )
    shares = 1 / (1 + np.exp(-odds))
    many = np.full((len(CELLS), 3), 10**6)
    return Grid(
        cells={id: place for place, id in enumerate(CELLS)},
        wordings=np.arange(3),
        mean=np.column_stack([shares] * 3),
        measured=many,
        planned=many,
        bounded=True,
        drawn=True,
    )


def compared(source: dict[str, str], target: dict[str, str]) -> Comparison:
    """Cells alike in all that is not named."""
    pairs = [
        (one, other)
        for one, levels in CELLS.items()
        if source.items() <= levels.items()
        for other, others in CELLS.items()
        if others == levels | target
    ]
    return Comparison("hypothesis", "claim", "", "", "", tuple(pairs), None, True)


@pytest.mark.parametrize(
    ("source", "target", "odds", "estimator"),
    [
        ({"aim": "none", "threat": "none"}, {"aim": "there"}, 1.3, AT_A_LEVEL),
        ({"aim": "none", "threat": "there"}, {"aim": "there"}, 2.0, AT_A_LEVEL),
        ({"aim": "none", "threat": "none"}, {"aim": "there", "threat": "there"}, 2.8, AT_A_LEVEL),
        ({"order": "a"}, {"order": "b"}, 0.0, LOGISTIC),
    ],
)
def test_a_change_is_told_at_the_levels_it_names(
    source: dict[str, str], target: dict[str, str], odds: float, estimator: str
) -> None:
    found = log_odds(grid(), CELLS, FACTORS, compared(source, target))
    assert found is not None
    assert found.found.estimate == pytest.approx(odds, abs=1e-3)
    assert found.estimator == estimator
