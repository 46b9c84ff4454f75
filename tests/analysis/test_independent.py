"""Our figures against published ones, other packages and closed forms: one fixed table each."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import DescrStatsW

from allegiance.analysis.contrasts import Comparison
from allegiance.analysis.effects import estimate_effects
from allegiance.analysis.estimate import Estimate, equivalence, over_wordings, student
from allegiance.analysis.grid import grid_from
from allegiance.analysis.logodds import FIRTH, LogOdds, log_odds
from allegiance.analysis.multiplicity import adjusted
from allegiance.analysis.pool import at_large, pooled
from tests.analysis.made_up import made_up

BCG = (
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)
"""Thirteen trials of a vaccine (Colditz et al. 1994): ill and well with it, then without."""


def trials() -> list[Estimate]:
    """Log risk ratios with their standard errors."""
    return [
        Estimate(
            math.log(a / (a + b)) - math.log(c / (c + d)),
            math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
            n_wordings=1,
        )
        for a, b, c, d in BCG
    ]


def test_scenarios_at_large_against_the_vaccine_trials() -> None:
    """Paule-Mandel: tau2 0.3181, mean -0.7150; Hartung-Knapp after its own formula."""
    found = at_large(trials())
    assert found
    assert found.between**2 == pytest.approx(0.3181, abs=5e-5)
    assert found.found.estimate == pytest.approx(-0.7150, abs=5e-5)
    effects = np.array([each.estimate for each in trials()], float)
    variances = np.array([each.se for each in trials()], float) ** 2
    weights = 1 / (variances + found.between**2)
    mean = weights @ effects / weights.sum()
    se = math.sqrt(weights @ (effects - mean) ** 2 / (12 * weights.sum()))
    reach = float(stats.t.ppf(0.975, 12))
    assert found.found.se == pytest.approx(se, rel=1e-4)
    assert found.found.ci_low == pytest.approx(mean - reach * se, rel=1e-4)
    wide = reach * math.sqrt(found.between**2 + se**2)
    assert (found.predicted_low, found.predicted_high) == pytest.approx(
        (mean - wide, mean + wide), rel=1e-4
    )


def test_four_scenarios_are_too_few_to_speak_for_others() -> None:
    """Five are the least."""
    assert at_large(trials()[:4]) is None
    assert at_large(trials()[:5]) is not None


def test_two_scenarios_together_are_welch_and_satterthwaite() -> None:
    """The mean of two means has half the interval that Welch's test gives their difference."""
    one, two = np.array([0.1, 0.9, 0.4, 0.6, 0.2, 0.8, 0.5, 0.3]), np.array([2.0, 5.0, 1.0])
    found = pooled([over_wordings(one), over_wordings(two)])
    judged = stats.ttest_ind(one, -two, equal_var=False)
    low, high = judged.confidence_interval()
    assert found
    assert found.df == pytest.approx(judged.df)
    assert (found.ci_low, found.ci_high) == pytest.approx((low / 2, high / 2))
    assert found.p == pytest.approx(judged.pvalue)


def test_a_scenario_without_an_interval_is_not_pooled() -> None:
    """Its variance isn't 0 but unknown."""
    assert pooled([over_wordings(np.array([1.0])), over_wordings(np.array([1.0, 2.0]))]) is None


def test_equivalence_is_two_one_sided_t_tests() -> None:
    """Against statsmodels."""
    means = np.array([0.02, -0.05, 0.04, 0.01, -0.02, 0.03, 0.00, -0.01])
    p, *_ = DescrStatsW(means).ttost_mean(-0.05, 0.05)
    assert equivalence(over_wordings(means), 0.05) == pytest.approx(p)


def test_holm_and_benjamini_hochberg_by_hand() -> None:
    """Four p: Holm multiplies by 4, 3, 2, 1; Benjamini and Hochberg by 4, 2, 4/3, 1."""
    values = [0.01, 0.04, 0.03, 0.005]
    assert adjusted(values, "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjusted(values, "fdr_bh") == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_false_discoveries_as_published() -> None:
    """Benjamini and Hochberg 1995, table of 15 hypotheses: theirs reject four, Holm's three."""
    values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    assert sum(each <= 0.05 for each in adjusted(values, "fdr_bh")) == 4
    assert sum(each <= 0.05 for each in adjusted(values, "holm")) == 3


PAIR = Comparison("factor", "f", "a", "b", "", (("0", "1"),), None, confirmatory=False)
LEVELS = {"0": {"f": "a"}, "1": {"f": "b"}}


def in_odds(hits: tuple[int, int], each: int, wordings: int) -> LogOdds:
    """Answers of two cells, spread over wordings as evenly as can be."""
    values = np.zeros((2, wordings, each))
    for cell, count in enumerate(hits):
        for place in range(count):
            values[cell, place % wordings, place // wordings] = 1.0
    grid = grid_from(["0", "1"], np.arange(wordings), values, bounded=True, drawn=True)
    found = log_odds(grid, LEVELS, {"f": ["a", "b"]}, PAIR)
    assert found
    return found


def test_log_odds_of_a_two_by_two_table() -> None:
    """The estimate is the log of the cross ratio; the interval has one degree per wording less."""
    told = in_odds((8, 24), each=5, wordings=8)
    assert told.found.estimate == pytest.approx(math.log((24 / 16) / (8 / 32)))
    assert (told.clustered, told.found.df) == (True, 7)


def test_answers_that_are_all_alike_on_one_side_go_to_firth() -> None:
    """In a two by two table Firth's estimate is that of half an answer more in each cell."""
    told = in_odds((0, 9), each=5, wordings=8)
    assert told.estimator == FIRTH
    expected = math.log((9.5 / 31.5) / (0.5 / 40.5))
    assert told.found.estimate == pytest.approx(expected, abs=1e-3)
    assert told.found.ci_low is not None
    assert told.found.ci_high is not None
    assert 0 < told.found.ci_low < expected < told.found.ci_high < 10
    assert not told.clustered


def test_the_sandwich_is_that_of_statsmodels_on_single_answers() -> None:
    """Answers added up by vignette give what answers one by one give.

    But for statsmodels' correction for the number of rows: 16 vignettes here, 480 answers there.
    """
    import statsmodels.api as sm

    random = np.random.default_rng(3)
    values = (random.random((2, 8, 30)) < np.array([0.2, 0.4])[:, None, None]).astype(float)
    grid = grid_from(["0", "1"], np.arange(8), values, bounded=True, drawn=True)
    told = log_odds(grid, LEVELS, {"f": ["a", "b"]}, PAIR)
    cell, wording, _ = np.indices(values.shape).reshape(3, -1)
    whole = sm.GLM(values.ravel(), sm.add_constant(cell), family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": wording}, use_t=True
    )
    assert told
    assert told.found.estimate == pytest.approx(whole.params[1])
    rows = math.sqrt((15 / 14) / (479 / 478))
    assert told.found.se == pytest.approx(whole.bse[1] * rows, rel=1e-4)


def test_student_on_given_figures() -> None:
    """An estimate of 2, standard error 1, 10 degrees of freedom: t tables say 2.228 and 0.073."""
    found = student(2.0, 1.0, 10, 11)
    assert found.ci_low == pytest.approx(2 - 2.228, abs=5e-4)
    assert found.p == pytest.approx(0.0734, abs=5e-5)


SCORES: dict[tuple[str, str], tuple[float | None, ...]] = {
    ("none", "low"): (0.2, -0.4, 1.1, 0.6, -0.1, 0.9, 0.3, -0.6),
    ("none", "high"): (0.5, -0.9, 0.8, 1.4, 0.0, 0.7, 1.2, -0.2),
    ("plain", "low"): (1.9, 1.0, 2.2, 1.3, None, 2.4, 0.7, 1.5),
    ("plain", "high"): (2.8, 0.3, 2.9, 2.0, 1.6, 3.3, 2.5, 0.4),
    ("polite", "low"): (0.9, -0.5, 2.0, 0.4, 0.8, 1.0, 1.3, -0.9),
    ("polite", "high"): (0.1, 0.6, 1.5, 2.3, -0.6, 1.8, 1.1, 0.5),
}
"""A whole run: order and stakes to the answers' score in each of eight wordings; one is missing."""

CLAIMS: tuple[dict[str, Any], ...] = (
    {"id": "obeys", "from": {"order": "none"}, "to": {"order": "plain"}, "direction": "up"},
    {"id": "manners", "from": {"order": "plain"}, "to": {"order": "polite"}},
    {"id": "stakes", "from": {"stakes": "low"}, "to": {"stakes": "high"}},
    {
        "id": "price",
        "from": {"order": "none", "stakes": "high"},
        "to": {"order": "plain", "stakes": "high"},
        "less": {
            "from": {"order": "none", "stakes": "low"},
            "to": {"order": "plain", "stakes": "low"},
        },
    },
)

Numbers = npt.NDArray[np.float64]
Pairs = list[tuple[Numbers, Numbers]]
"""From and to; each one score a wording."""

CELL = {cell: np.array(scores, float) for cell, scores in SCORES.items()}
ORDERED = [(CELL["none", at], CELL["plain", at]) for at in ("low", "high")]
STAKES = [(CELL[order, "low"], CELL[order, "high"]) for order in ("none", "plain", "polite")]

CLAIMED: dict[tuple[str, str], Pairs] = {
    ("obeys", "order: plain"): ORDERED,
    ("manners", "order: polite"): [
        (CELL["plain", at], CELL["polite", at]) for at in ("low", "high")
    ],
    ("stakes", "stakes: high"): STAKES,
    ("price", "order: plain, stakes: high"): [
        (CELL["plain", "low"] - CELL["none", "low"], CELL["plain", "high"] - CELL["none", "high"])
    ],
}
FACTORS: dict[tuple[str, str], Pairs] = {
    ("order", "plain"): ORDERED,
    ("order", "polite"): [(CELL["none", at], CELL["polite", at]) for at in ("low", "high")],
    ("stakes", "high"): STAKES,
}
"""What each row of the table compares: a factor or claim and where it arrives, to its pairs."""


def paired_t(pairs: Pairs) -> Any:
    """SciPy's paired t over wordings, each with its mean over the pairs that are whole."""
    old, new = (np.array(side) for side in zip(*pairs, strict=True))
    gap = np.isnan(new - old)
    old, new = (np.ma.array(side, mask=gap).mean(axis=0).compressed() for side in (old, new))
    return stats.ttest_rel(new, old)


@pytest.mark.parametrize(
    ("kind", "compared", "method"),
    [("hypothesis", CLAIMED, "holm"), ("factor", FACTORS, "fdr_bh")],
)
def test_one_table_of_answers_goes_through_the_whole_of_it(
    kind: str, compared: dict[tuple[str, str], Pairs], method: str
) -> None:
    """Estimate, standard error, interval, p and adjusted p: all by SciPy and statsmodels."""
    run = made_up(
        {"order": ("none", "plain", "polite"), "stakes": ("low", "high")},
        lambda scenario, model, cell, wording: SCORES[cell["order"], cell["stakes"]][wording],
        hypotheses=CLAIMS,
    )
    found = estimate_effects(*run).filter(kind=kind, outcome="log_score").to_dicts()
    assert [(row["factor"], row["to"]) for row in found] == list(compared)
    judged = [paired_t(pairs) for pairs in compared.values()]
    adjusted = multipletests([each.pvalue for each in judged], method=method)[1]
    for row, t, p in zip(found, judged, adjusted, strict=True):
        interval = t.confidence_interval()
        middle = (interval.low + interval.high) / 2
        assert row["estimate"] == pytest.approx(middle)
        assert row["se"] == pytest.approx(middle / t.statistic)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))
        assert row["n_wordings"] == t.df + 1
        assert row["p"] == pytest.approx(t.pvalue)
        assert row["p_adjusted"] == pytest.approx(p)
        assert row["p_adjusted"] >= row["p"]
    assert any(row["p_adjusted"] > row["p"] for row in found)
