"""What a plan says it takes and tells is what it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from allegiance.design.power import detectable, sampling_sd
from allegiance.errors import UserError
from allegiance.experiment import detectable as room
from allegiance.experiment.detectable import Detectable
from allegiance.experiment.experiment import Experiment
from allegiance.experiment.forecast import Forecast, forecast
from allegiance.experiment.resolve import resolve
from allegiance.models.count import token_counter
from allegiance.models.prices import VARIABLE, Price, cost, read_prices
from allegiance.pipeline import foresee

API, LOCAL = "openai/gpt-4o-mini", "allegiance/hf:nowhere"
SHELF = {
    "at": {"conflict": "conflicting"},
    "factors": {"order": ["prefer", "deny"], "prohibition": ["none", "explicit"]},
}
CLAIM = {"id": "ban", "from": {"prohibition": "none"}, "to": {"prohibition": "explicit"}}
PRICES = {API: Price(input=1.0, output=4.0)}


def foreseen(base_rate: float | None = None, **changes: Any) -> Forecast:
    content: dict[str, Any] = {
        "id": "one",
        "scenarios": {"shelf": SHELF},
        "models": [API, LOCAL],
        "hypotheses": [CLAIM],
    }
    resolved = resolve(Experiment.model_validate(content | changes))
    return forecast(resolved, prices=PRICES, base_rate=base_rate)


def of(found: Forecast, model: str, id: str = "ban") -> Detectable:
    (one,) = [each for each in found.contrasts if (each.model, each.id) == (model, id)]
    return one


def test_what_it_counts_is_what_is_planned() -> None:
    """Cells, wordings, trials of each model; nothing needs labels."""
    found = foreseen()
    (scenario,) = found.scenarios
    assert (scenario.cells, scenario.control_cells, scenario.wordings) == (4, 2, 8)
    assert [each.trials for each in found.calls] == [48, 48]
    assert (found.trials, found.blocks, found.labels) == (96, 8, 0)
    assert scenario.scope == "wordings at large"
    assert foreseen(blocks=4).scenarios[0].scope == "these wordings only"
    assert {each.kind for each in found.contrasts} == {"hypothesis", "factor"}


def test_tokens_and_cost_follow_the_words() -> None:
    """Estimated from length without a tokenizer; nothing is written where texts are scored."""
    api, local = foreseen().calls
    assert not api.counted
    assert not local.counted
    assert api.tokens_out > 0 == local.tokens_out
    assert local.tokens_in > api.tokens_in
    assert api.cost == pytest.approx((api.tokens_in + 4 * api.tokens_out) / 1e6)
    assert local.cost == 0
    twice = foreseen(replicates=2).calls[0]
    assert twice.tokens_in == 2 * api.tokens_in
    unpriced = foreseen(models=["openai/other"])
    assert unpriced.calls[0].cost is None
    assert unpriced.cost is None


def test_a_tokenizer_that_is_here_counts(tiny_model: Path) -> None:
    counter = token_counter(f"allegiance/hf:{tiny_model}")
    assert counter.exact
    assert counter.count("a few words") >= 3
    assert not token_counter("openai/gpt-4o-mini").exact


def test_exact_effects_are_in_spreads_between_wordings() -> None:
    """Eight wordings find 1.16 of them; four need more."""
    one = of(foreseen(), LOCAL)
    assert one.smallest == detectable(8)
    assert one.unit == "sd between wordings"
    fewer = of(foreseen(blocks=4), LOCAL).smallest
    assert fewer is not None
    assert fewer > 1.7


def test_sampled_effects_are_in_points() -> None:
    """From the worst case, or the base rate that is stated; replicates help."""
    worst, stated = of(foreseen(), API), of(foreseen(0.1), API)
    assert worst.squares == pytest.approx(1.0)
    assert worst.smallest == pytest.approx((detectable(8) or 0) * sampling_sd(0.5, 1.0, 1))
    assert stated.smallest is not None
    assert stated.smallest == pytest.approx((worst.smallest or 0) * 0.6)
    assert "worst case" in worst.basis
    assert "as stated" in stated.basis
    more = of(foreseen(replicates=4), API).smallest
    assert more == pytest.approx((worst.smallest or 0) / 2)
    again = of(foreseen(blocks=16), API).smallest
    assert again == pytest.approx((worst.smallest or 0) / 2**0.5)


def test_exclusions_leave_fewer_wordings() -> None:
    out = [{"why": "odd", "wordings": [0, 1]}]
    assert of(foreseen(exclusions=out), LOCAL).smallest == detectable(6)


def test_a_fraction_says_what_it_mixes_up() -> None:
    """In the plan, with the cells that each contrast is read off."""
    retrain = {
        "at": {"request": "harmful"},
        "factors": {
            "goal_conflict": ["none", "explicit"],
            "threat": ["none", "removal"],
            "oversight": ["watched", "unwatched"],
        },
    }
    found = foreseen(
        scenarios={"retrain": retrain}, hypotheses=[], design={"kind": "fraction"}, models=[LOCAL]
    )
    assert found.scenarios[0].aliases[:3] == (
        "goal_conflict is aliased with threat x oversight",
        "threat is aliased with goal_conflict x oversight",
        "oversight is aliased with goal_conflict x threat",
    )
    assert {each.cells for each in found.contrasts if each.kind == "factor"} == {4}


def test_a_factor_that_can_not_be_told_says_why() -> None:
    """No two cells differ in it alone; the rest of the plan stands."""
    tied = {"factors": {"conflict": ["none", "conflicting"], "order": ["nothing", "deny"]}}
    found = foreseen(scenarios={"shelf": tied}, hypotheses=[], models=[LOCAL])
    assert all(each.smallest is None for each in found.contrasts)
    assert "alike in all else" in found.contrasts[0].basis
    assert found.scenarios[0].aliases[0] == "conflict is aliased with order"


def test_without_scipy_the_rest_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(_: int) -> float:
        raise UserError("power needs the package scipy", mend='pip install "allegiance[design]"')

    monkeypatch.setattr(room, "detectable", lacking)
    found = foreseen()
    assert found.trials == 96
    assert "allegiance[design]" in of(found, LOCAL).basis


def test_prices_are_read_from_inspects_own_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By option or by its variable; what it does not know has no price, local models have none."""
    file = tmp_path / "prices.yaml"
    file.write_text(
        f"{API}: {{input: 2, output: 8, input_cache_write: 2, input_cache_read: 1}}\n",
        encoding="utf-8",
    )
    assert cost(API, read_prices(file), tokens_in=500_000, tokens_out=500_000) == 5.0
    monkeypatch.delenv(VARIABLE, raising=False)
    assert read_prices() == {}
    monkeypatch.setenv(VARIABLE, str(file))
    assert API in read_prices()
    assert cost("other/one", read_prices(file), tokens_in=1, tokens_out=1) is None
    assert cost("mockllm/model", {}, tokens_in=1, tokens_out=1) == 0.0
    file.write_text(f"{API}: cheap\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"prices\.yaml:1"):
        read_prices(file)


@pytest.mark.parametrize("rate", [0.0, 1.0, -2.0])
def test_a_base_rate_lies_between_0_and_1(rate: float) -> None:
    resolved = resolve(Experiment.model_validate({"id": "x", "scenarios": {"shelf": SHELF}}))
    with pytest.raises(UserError, match="is no base rate"):
        foresee(resolved, base_rate=rate)


def test_it_can_be_written_as_json() -> None:
    from allegiance.commands.plan import forecast_data

    assert json.loads(json.dumps(forecast_data(foreseen())))["trials"] == 96
