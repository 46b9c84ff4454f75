"""The test server itself: a local model behind OpenAI's protocol."""

from pathlib import Path

from tests.servers.openai import behind
from tests.trials.trial import facts_of, play_on, trial


def test_a_local_model_can_stand_behind_it(tiny_model: Path, tmp_path: Path) -> None:
    """A random one babbles: measured, asked once more, no choice or one of those shown."""
    answer = behind(f"allegiance/hf:{tiny_model}", most_tokens=3)
    sample, server = play_on(answer, trial(answer_form="letter"), tmp_path)
    facts = facts_of(sample)
    assert facts.choice in (None, *facts.shown)
    assert len(server.asked) == 1 + facts.retried
    assert sum(each.output_tokens for each in sample.model_usage.values()) > 0
