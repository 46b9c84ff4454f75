"""What each provider needs, held against Inspect; what is missing here, and the mend."""

import pytest
from inspect_ai._util.registry import registry_find, registry_info
from inspect_ai.model import get_model

from allegiance.errors import UserError
from allegiance.models.providers import provider_of, providers, readiness
from allegiance.models.ways import Way, ways

NOT_ASKED = {"none"}


def test_every_provider_of_inspect_is_listed_and_no_other() -> None:
    """By the names that Inspect itself registers."""
    found = registry_find(lambda info: info.type == "modelapi")
    names = {registry_info(each).name for each in found}
    theirs = {name.removeprefix("inspect_ai/") for name in names if name.startswith("inspect_ai/")}
    assert set(providers()) == theirs - NOT_ASKED


WITH_KEYS = [
    name
    for name, each in providers().items()
    if each.keys and each.packages == {"openai": "openai"}
]


@pytest.mark.parametrize("name", WITH_KEYS)
def test_a_key_that_is_listed_is_one_that_inspect_asks_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it Inspect refuses to make a model, and names it."""
    listed = [key for alternative in providers()[name].keys for key in alternative]
    for key in listed:
        monkeypatch.delenv(key, raising=False)
    with pytest.raises(Exception, match="|".join(listed)):
        get_model(f"{name}/organisation/model", memoize=False)


def state(models: str):
    return next(each for each in readiness() if each.models == models)


def test_what_is_missing_is_named_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key by its variable, a package by pip's name."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    found = state("openai/MODEL")
    assert not found.ready
    assert found.missing == ("OPENAI_API_KEY",)
    assert found.mend == ("export OPENAI_API_KEY=...",)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert state("openai/MODEL").ready
    assert "pip install groq" in state("groq/MODEL").mend


def test_of_several_keys_the_nearest_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is there already is not asked for again, and any alternative will do."""
    for key in ("CLOUDFLARE_API_KEY", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "t")
    assert state("cloudflare/MODEL").missing == ("CLOUDFLARE_ACCOUNT_ID",)


def test_the_local_model_needs_its_weights(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """An empty cache is mended by one command."""
    monkeypatch.setenv("ALLEGIANCE_CACHE", str(tmp_path))
    found = state("allegiance/smollm2")
    assert found.missing == ("weights",)
    assert found.mend == ("allegiance models pull",)


WAYS = {
    ("openai/gpt", "auto", False): (Way.TOOL, Way.SCHEMA, Way.JSON),
    ("anthropic/claude", "auto", False): (Way.TOOL, Way.JSON),
    ("perplexity/sonar", "auto", False): (Way.JSON,),
    ("openai/gpt", "auto", True): (Way.SCHEMA, Way.JSON),
    ("openai/gpt", "letter", True): (Way.LETTER,),
    ("somebody/else", "auto", False): (Way.TOOL, Way.JSON),
    ("mockllm/model", "tool", False): (Way.TOOL,),
}


@pytest.mark.parametrize("case", WAYS)
def test_the_surest_form_comes_first(case: tuple[str, str, bool]) -> None:
    """By what the provider has; log-probabilities rule out calls."""
    model, form, likely = case
    assert ways(model, form, log_probabilities=likely) == WAYS[case]


@pytest.mark.parametrize(
    ("model", "form", "likely", "words"),
    [
        ("openai/gpt", "poem", False, "no answer form"),
        ("openai/gpt", "tool", True, "tool calls carry no"),
        ("anthropic/claude", "auto", True, "gives no log-probabilities"),
    ],
)
def test_what_cannot_be_asked_for_is_told(model: str, form: str, likely: bool, words: str) -> None:
    """Before anything is asked."""
    with pytest.raises(UserError, match=words):
        ways(model, form, log_probabilities=likely)


def test_a_provider_of_somebody_elses_is_taken_to_know_tools() -> None:
    """The ping finds out."""
    assert provider_of("somebody/else").tools
