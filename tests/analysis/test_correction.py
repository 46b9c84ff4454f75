"""Labels mend what a machine read: closed forms, another implementation, and simulation."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from allegiance.analysis.correction import Arm, Corrected, Judged, corrected, sides_of
from allegiance.analysis.estimate import Numbers
from allegiance.analysis.grid import Contrast, contrast_on, grid_from
from allegiance.analysis.judge import Refused, differ, errors_of, rogan_gladen

PLACE = Path(__file__).parents[2] / "benchmarks" / "correction.py"
NONE = float("nan")

answers = st.floats(0, 1)
labels = st.sampled_from([0.0, 1.0])


def arm(prediction: Any, label: Any, chance: Any = None) -> Arm:
    """An arm; every label was drawn with the same chance unless said otherwise."""
    prediction, label = np.array(prediction, float), np.array(label, float)
    share = float((~np.isnan(label)).mean())
    chances = np.full(label.size, share) if chance is None else np.array(chance, float)
    return Arm(prediction, label, np.where(np.isnan(label), NONE, chances))


def judged(prediction: Any, label: Any, chance: float = 0.5) -> Judged:
    """Cells by wordings by replicates: what was read, and what people say."""
    prediction, label = np.array(prediction, float), np.array(label, float)
    names = [f"cell {place}" for place in range(len(prediction))]
    wordings = np.arange(prediction.shape[1])
    grid = grid_from(names, wordings, prediction, bounded=True, drawn=True)
    known = np.nonzero(~np.isnan(prediction))
    return Judged(
        grid, known[0], known[1], prediction[known], label[known], np.full(known[0].size, chance)
    )


def compared(of: Judged, *cells: int) -> Contrast:
    """Two cells, or four, compared; one alone is a rate."""
    names = tuple(f"cell {place}" for place in cells)
    found = contrast_on(of.grid, [names], (1.0,) if len(cells) == 1 else ())
    assert found
    return found


def made(of: Judged, *cells: int, tuned: bool = True) -> Corrected:
    """The correction, which is there."""
    found = corrected(of, compared(of, *cells), tuned=tuned)
    assert found
    return found


@st.composite
def runs(draw: st.DrawFn) -> tuple[Numbers, Numbers, Numbers]:
    """Two cells, 2 to 5 wordings, 2 replicates: what was read, the truth, and who is asked."""
    shape = 2, draw(st.integers(2, 5)), 2

    def filled(strategy: st.SearchStrategy[Any]) -> Numbers:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(strategy, min_size=size, max_size=size))).reshape(shape)

    asked = filled(st.booleans()).astype(bool)
    asked[:, 0, 0] = True
    return filled(answers), filled(labels), asked


@given(runs())
def test_labels_that_agree_change_nothing(run) -> None:
    """Whatever part was labelled, and whichever answers are read."""
    _, truth, asked = run
    of = judged(truth, np.where(asked, truth, NONE))
    raw = np.mean(list(compared(of, 0, 1).by_wording().values()))
    assert made(of, 0, 1).found.estimate == pytest.approx(raw, abs=1e-9)
    assert made(of, 0, 1).slopes == (1.0, 1.0)


@given(runs())
def test_where_all_is_labelled_labels_decide(run) -> None:
    """Whatever was read: the estimate is the difference of the mean labels."""
    read, truth, _ = run
    found = made(judged(read, truth, 1.0), 0, 1).found.estimate
    assert found == pytest.approx(truth[1].mean() - truth[0].mean(), abs=1e-9)


@given(runs())
def test_an_interaction_is_the_difference_of_two_changes(run) -> None:
    """One change less its opposite is twice the change; each side holds two cells."""
    read, truth, _ = run
    of = judged(np.concatenate([read, read]), np.concatenate([truth, truth[::-1]]), 1.0)
    found = made(of, 0, 1, 2, 3).found.estimate
    assert found == pytest.approx(2 * (truth[1] - truth[0]).mean(), abs=1e-9)
    assert [side.weight for side in sides_of(of, compared(of, 0, 1, 2, 3))] == [-2.0, 2.0]


READ = [0.9, 0.2, 0.1, 0.7, 0.4, 0.3, 0.6, 0.1, 0.8, 0.2, 0.95, 0.05]
SAID = [1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0]
NOT_ASKED = [
    *(0.3, 0.8, 0.1, 0.55, 0.6, 0.2, 0.9, 0.05, 0.35, 0.4),
    *(0.15, 0.7, 0.25, 0.5, 0.1, 0.85, 0.45, 0.2, 0.65, 0.3),
]


def at_a_half(values: list[float]) -> list[float]:
    """Yes or no."""
    return [float(value > 0.5) for value in values]


@pytest.mark.parametrize(
    ("read", "unread", "slope", "estimate", "half"),
    [
        (READ, NOT_ASKED, 0.625, 0.403125, 0.20978721),
        (at_a_half(READ), at_a_half(NOT_ASKED), 0.41071429, 0.38928571, 0.23728314),
    ],
)
def test_the_estimate_is_that_of_ppi_python(
    read: list[float], unread: list[float], slope: float, estimate: float, half: float
) -> None:
    """Figures of its version 0.2.3 with our slope; its unlabelled trials are all but the labelled.

    Its lambda is ours times the share that is not labelled: the same line through the same data.
    """
    own = arm(read + unread, SAID + [NONE] * len(unread))
    line = own.line(tuned=True)
    values = own.values(line)
    assert line.slope * len(unread) / values.size == pytest.approx(slope)
    assert values.mean() == pytest.approx(estimate)
    assert stats.sem(values) * stats.norm.ppf(0.975) == pytest.approx(half, rel=0.03)


def many() -> tuple[Numbers, Numbers]:
    """6,000 trials: what was read, and what is true."""
    random = np.random.default_rng(3)
    truth = (random.random(6000) < 0.3).astype(float)
    return np.clip(0.8 * truth + 0.1 + 0.4 * random.standard_normal(6000), 0, 1), truth


def test_tuning_ends_where_ppi_python_does() -> None:
    """Its own tuned estimate, interval and all, on 1,500 labels of 6,000."""
    read, truth = many()
    own = arm(read, np.where(np.arange(6000) < 1500, truth, NONE))
    values = own.values(own.line(tuned=True))
    half = stats.sem(values) * stats.norm.ppf(0.975)
    assert values.mean() == pytest.approx(0.30600763, abs=1e-4)
    assert values.mean() - half == pytest.approx(0.28757566, abs=1e-4)
    assert values.mean() + half == pytest.approx(0.3244396, abs=1e-4)


def test_the_installed_ppi_python_agrees() -> None:
    """The same against the package itself, where it is installed."""
    ppi = pytest.importorskip("ppi_py")
    read, truth = many()
    own = arm(read, np.where(np.arange(6000) < 1500, truth, NONE))
    line = own.line(tuned=True)
    parts = truth[:1500], read[:1500], read[1500:]
    theirs = ppi.ppi_mean_pointestimate(*parts, lam=line.slope * 0.75)
    assert own.values(line).mean() == pytest.approx(float(np.squeeze(theirs)), abs=1e-9)
    ends = [float(np.squeeze(end)) for end in ppi.ppi_mean_ci(*parts, alpha=0.05)]
    half = stats.sem(own.values(line)) * stats.norm.ppf(0.975)
    assert own.values(line).mean() - half == pytest.approx(ends[0], abs=1e-3)
    assert own.values(line).mean() + half == pytest.approx(ends[1], abs=1e-3)


def test_yes_or_no_is_the_mean_label_of_either_prediction() -> None:
    """Of those read as 1, three in four are 1; of those read as 0, one in five."""
    labelled = [(1.0, 1.0)] * 3 + [(1.0, 0.0)] + [(0.0, 1.0)] + [(0.0, 0.0)] * 4
    rest = [1.0] * 2 + [0.0] * 9
    own = arm(
        [read for read, _ in labelled] + rest, [said for _, said in labelled] + [NONE] * len(rest)
    )
    values = own.values(own.line(tuned=True))
    assert values.mean() == pytest.approx(6 / 20 * 3 / 4 + 14 / 20 * 1 / 5)


def test_a_trial_that_was_drawn_less_likely_counts_for_more() -> None:
    """Labels alone: 1 drawn with chance a half, 0 with a quarter."""
    own = arm([0.0] * 6, [1.0, 0.0, *[NONE] * 4], [0.5, 0.25, *[NONE] * 4])
    assert own.values(own.line(tuned=False)).mean() == pytest.approx(2 / (2 + 4))
    assert own.weights.sum() == pytest.approx(36 / 20)


def test_a_judge_that_says_the_opposite_is_not_relied_on() -> None:
    """The slope stays within 0 to 1, as PPI++'s does."""
    own = arm([1, 1, 0, 0, 1, 0], [0, 0, 1, 1, NONE, NONE])
    assert own.line(tuned=True).slope == 0.0


def test_labels_that_met_one_prediction_take_the_judge_at_his_word() -> None:
    """No line can be fitted; what was read as 1 is taken so, with an interval that doubts it."""
    read = np.zeros((1, 8, 10))
    read[0, :, 0] = 1.0
    said = np.full(read.shape, NONE)
    said[0, :, 5] = 0.0
    found = made(judged(read, said), 0)
    assert found.slopes == (1.0,)
    assert found.found.estimate == pytest.approx(0.1)
    assert found.found.ci_low is not None
    assert found.found.ci_low < 0.0


def test_no_error_in_fifty_labels_is_no_certainty() -> None:
    """About the rule of three: rates up to 6 % are not ruled out."""
    read = np.zeros((1, 10, 100))
    said = np.full(read.shape, NONE)
    said[0, :, :5] = 0.0
    found = made(judged(read, said), 0).found
    assert found.estimate == 0.0
    assert found.ci_high is not None
    assert 3 / 50 < found.ci_high < 6 / 50


def test_the_interval_is_over_wordings() -> None:
    """All labelled, and alike within a wording: its repeats make nothing surer."""
    once = np.array([[[1.0], [0.0], [1.0], [1.0], [0.0], [0.0]]])
    often = np.repeat(once, 50, axis=2)
    few, many = (made(judged(of, of, 1.0), 0, tuned=False).found for of in (once, often))
    assert few.se is not None
    assert many.se is not None
    assert few.estimate == many.estimate == 0.5
    assert many.n_wordings == 6
    assert many.se > stats.sem(once.ravel())


def test_a_side_without_a_label_is_not_corrected() -> None:
    """No estimate, and above all not the raw one."""
    said = np.full((2, 4, 3), NONE)
    said[0] = 1.0
    of = judged(np.zeros((2, 4, 3)), said)
    assert corrected(of, compared(of, 0, 1)) is None


def test_one_wording_has_no_interval() -> None:
    """An estimate alone."""
    found = made(judged(np.ones((2, 1, 9)), np.ones((2, 1, 9)), 1.0), 0, 1).found
    assert found.estimate == 0.0
    assert found.se is found.ci_low is None


def judge_of(counts: tuple[int, int, int, int]) -> Arm:
    """An arm of so many true positives, false negatives, false positives, true negatives."""
    kinds = ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0))
    rows = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    return arm([read for read, _ in rows], [said for _, said in rows])


def test_error_rates_of_an_arm() -> None:
    """Each is a share of the labels of one kind."""
    found = errors_of(judge_of((16, 4, 3, 27)))
    assert found.false_negative == pytest.approx(4 / 20)
    assert found.false_positive == pytest.approx(3 / 30)
    assert errors_of(judge_of((0, 0, 3, 27))).false_negative is None


def test_judge_error_by_arm_is_fishers() -> None:
    """Of either error; the smaller p counts, doubled. Unknown where no label shows it."""
    one, other = judge_of((16, 4, 3, 27)), judge_of((18, 2, 12, 18))
    positive = stats.fisher_exact(np.array([[3, 27], [12, 18]])).pvalue
    negative = stats.fisher_exact(np.array([[4, 16], [2, 18]])).pvalue
    assert differ(one, other) == pytest.approx(2 * min(positive, negative))
    assert differ(judge_of((0, 0, 3, 27)), other) == pytest.approx(positive)
    assert differ(judge_of((0, 0, 0, 9)), judge_of((9, 0, 0, 0))) is None


def read_with(sensitivity: float, specificity: float, raw: float) -> Judged:
    """One cell in 10 wordings of 100: 20 labels of 1 and 20 of 0 in all, read with those errors."""
    read, said = np.zeros((1, 10, 100)), np.full((1, 10, 100), NONE)
    said[0, :, :2], said[0, :, 2:4] = 1.0, 0.0
    for kind, share in ((0, sensitivity), (2, 1 - specificity)):
        places = read[0, :, kind : kind + 2].reshape(-1)
        places[: round(20 * share)] = 1.0
        read[0, :, kind : kind + 2] = places.reshape(10, 2)
    missing = round(raw * 1000 - read.sum())
    rest = read[0, :, 4:].reshape(-1)
    rest[:missing] = 1.0
    read[0, :, 4:] = rest.reshape(96, 10).T
    return judged(read, said, 0.04)


def test_rogan_and_gladen_turn_a_rate_around() -> None:
    """Their equation; the interval by the delta method is theirs but for labels that are added."""
    of = read_with(0.8, 0.9, 0.3)
    found = rogan_gladen(of, compared(of, 0))
    assert not isinstance(found, Refused)
    rate = (0.3 + 0.9 - 1) / (0.8 + 0.9 - 1)
    assert found.estimate == pytest.approx(rate)
    spread = rate**2 * 0.8 * 0.2 / 20 + (1 - rate) ** 2 * 0.9 * 0.1 / 20
    raw = np.array(list(compared(of, 0).by_wording().values()))
    published = np.sqrt((stats.sem(raw) ** 2 + spread) / 0.7**2)
    assert found.se == pytest.approx(published, rel=0.1)
    assert found.se is not None
    assert found.se > published


@pytest.mark.parametrize(
    ("sensitivity", "specificity"), [(0.5, 0.5), (0.2, 0.6)], ids=["a guess", "worse"]
)
def test_a_judge_no_better_than_a_guess_turns_nothing(
    sensitivity: float, specificity: float
) -> None:
    """Said, not computed."""
    of = read_with(sensitivity, specificity, 0.4)
    found = rogan_gladen(of, compared(of, 0))
    assert isinstance(found, Refused)
    assert "no better than a guess" in found.why


def test_without_labels_of_both_kinds_nothing_is_turned() -> None:
    """One error rate is unknown."""
    of = judged(np.zeros((2, 4, 3)), np.zeros((2, 4, 3)))
    found = rogan_gladen(of, compared(of, 0, 1))
    assert isinstance(found, Refused)
    assert "no label of 1" in found.why


def _benchmark() -> Any:
    spec = spec_from_file_location("correction", PLACE)
    assert spec
    assert spec.loader
    found = module_from_spec(spec)
    sys.modules["correction"] = found
    spec.loader.exec_module(found)
    return found


benchmark = _benchmark()

RUNS, LEAST = 150, 0.89
"""Of 150 runs, with a coverage of 0.95, fewer hold the truth once in a thousand times."""


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rate": 0.01, "labels": 50},
        {"rate": 0.1, "trials": 400, "labels": 40},
    ],
    ids=["as shipped", "rare", "few"],
)
def test_a_judge_that_differs_by_arm_is_mended(changes: dict[str, Any]) -> None:
    """A small part of the benchmark: no effect is true, one is read, none is left."""
    truth = yaml.safe_load(benchmark.TRUTH.read_text("utf-8"))
    for one in truth["arms"].values():
        one |= changes
    tallies, _ = benchmark.simulate(benchmark.read_world(truth), RUNS, seed=5)
    mended, raw = tallies["prediction-powered"], tallies["uncorrected"]
    assert mended.held / RUNS >= LEAST
    assert abs(mended.bias / RUNS) < 0.02
    assert raw.bias / RUNS > 0.05
    assert mended.width < 1.02 * tallies["labels alone"].width
