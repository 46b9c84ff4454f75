"""The spread between wordings of an earlier run, where it is known what it is."""

from pathlib import Path
from statistics import stdev

import pytest

from allegiance.analysis.pilot import pilot_sd
from allegiance.design.contrasts import Step
from allegiance.design.power import detectable
from allegiance.pipeline import _pilot, analyse, foresee
from allegiance.tables.store import read_table
from tests.report.synthetic import synthetic_run

ORDER = Step({"conflict": "none"}, {"conflict": "conflicting"})


def test_it_is_the_spread_of_the_effect_over_wordings(tmp_path: Path) -> None:
    """The made-up order adds 2, 2.4, 2.8, 3.2 nats in its four wordings."""
    folder, resolved = synthetic_run(tmp_path)
    tables = read_table(folder, "trials"), read_table(folder, "responses")
    model = resolved.models[0]
    found = pilot_sd(resolved, *tables, "shelf", model, "primary", ORDER, None)
    assert found is not None
    assert found[0] == pytest.approx(stdev([2.0, 2.4, 2.8, 3.2]))
    assert found[1] == "nats"
    for scenario, other in (("nowhere", model), ("shelf", "another/model")):
        assert pilot_sd(resolved, *tables, scenario, other, "primary", ORDER, None) is None
    there = Step({"conflict": "none"}, {"conflict": "aligned"})
    assert pilot_sd(resolved, *tables, "shelf", model, "primary", there, None) is None
    shares = pilot_sd(resolved, *tables, "shelf", model, "comply", ORDER, None)
    assert shares is not None
    assert shares[1] == "points of 1"
    missing = pilot_sd(resolved, *tables, "shelf", model, "missing", ORDER, None)
    assert missing == (0.0, "points of 1")
    assert _pilot(folder.path)("shelf", model, "primary", ORDER, None) == found


def test_it_agrees_with_the_effect_that_the_run_found(tmp_path: Path) -> None:
    """Its standard error is the spread over the root of the number of wordings."""
    folder, resolved = synthetic_run(tmp_path)
    rows = analyse(folder.path).filter(scenario="shelf", kind="factor", outcome="log_score")
    planned = foresee(resolved, pilot=folder.path)
    (one,) = [e for e in planned.contrasts if (e.scenario, e.kind) == ("shelf", "factor")]
    sd = rows["se"][0] * rows["n_wordings"][0] ** 0.5
    assert one.unit == "nats"
    assert one.smallest == pytest.approx(sd * (detectable(4) or 0))
    assert f"{sd:.3g}" in one.basis
