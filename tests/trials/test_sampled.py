"""Sampled trials behind a real server: forms, the second try, side questions, weights."""

from pathlib import Path

import pytest

from allegiance.measures.choice import read_choice, read_missing
from tests.servers.openai import Reply, Request, called, failed, menu_of, said
from tests.trials.trial import QUESTION, TEXTS, facts_of, in_turn, play_on, trial

REFUSAL = "I won't take part in this, whoever asks for it."


def letter_for(request: Request, action: str) -> str:
    """The letter under which an action stands in the last menu."""
    return next(
        letter for letter, text in menu_of(request).items() if text in TEXTS.get(action, [action])
    )


def calls(action: str):
    """Choose an action by a call, wherever it stands."""
    return lambda request: called(letter_for(request, action), "It is fair.")


def writes(action: str):
    """Choose an action in JSON."""
    return lambda request: said(f'{{"option": "{letter_for(request, action)}", "reason": "Fair."}}')


FORMS = {
    "tool": ("auto", calls("hide"), "tool", "hide", False),
    "tool, broken then good": (
        "auto",
        in_turn(said("Let me think."), calls("ask")),
        "tool",
        "ask",
        True,
    ),
    "tool, a letter the second time": ("tool", in_turn(said("Hm."), said("A")), "tool", "A", True),
    "json": ("json", writes("tell"), "json", "tell", False),
    "json, broken then good": ("json", in_turn(said("B"), writes("hide")), "json", "hide", True),
    "letter": ("letter", lambda request: said(letter_for(request, "ask")), "letter", "ask", False),
    "a refusal in prose": ("auto", said(REFUSAL), "tool", None, True),
    "a refusal in place of JSON": ("json", said(REFUSAL), "json", None, True),
    "a refusal in place of a letter": ("letter", said(REFUSAL), "letter", None, True),
    "two options": ("json", said('{"option": "A"} {"option": "B"}'), "json", None, True),
    "nothing at all": ("auto", said(""), "tool", None, True),
}


@pytest.mark.parametrize("case", FORMS)
def test_an_answer_is_read_in_its_form(case: str, tmp_path: Path) -> None:
    """Asked once more where it broke; what names nothing is no choice, and measured."""
    asked, answer, form, choice, retried = FORMS[case]
    reply = answer if callable(answer) else lambda _: answer
    sample, server = play_on(reply, trial(answer_form=asked), tmp_path)
    facts = facts_of(sample)
    assert facts.choice == (facts.shown[0] if choice == "A" else choice)
    assert (facts.form, facts.retried) == (form, retried)
    assert len(server.asked) == 1 + retried
    assert read_missing(sample.store) is None
    assert not sample.error


def test_the_tool_puts_the_option_before_the_reason(tmp_path: Path) -> None:
    """And must be called; the reason is kept by itself."""
    sample, server = play_on(calls("hide"), trial(), tmp_path)
    (request,) = server.asked
    (tool,) = request["tools"]
    parameters = tool["function"]["parameters"]
    assert list(parameters["properties"]) == ["option", "reason"]
    assert parameters["properties"]["option"]["enum"] == ["A", "B", "C"]
    assert request["tool_choice"] == {"type": "function", "function": {"name": "choose"}}
    assert facts_of(sample).reason == "It is fair."


def test_a_schema_holds_the_answer_where_the_provider_has_one(tmp_path: Path) -> None:
    """In words alone where it was refused; the form stays JSON."""
    for way, held in {"schema": True, "json": False}.items():
        sample, server = play_on(writes("tell"), trial(way=way), tmp_path)
        assert ("response_format" in server.asked[0]) is held
        assert facts_of(sample).form == "json"


def test_the_second_try_says_what_was_wrong(tmp_path: Path) -> None:
    """In the same conversation, as a result of the call where there was one."""
    answer = in_turn(called("Q"), calls("tell"))
    sample, server = play_on(answer, trial(), tmp_path)
    *_, asked, call, result = server.asked[1]["messages"]
    assert "These are your options" in asked["content"]
    assert call["tool_calls"][0]["function"]["name"] == "choose"
    assert result["role"] == "tool"
    assert "none of the letters" in result["content"]
    assert facts_of(sample).choice == "tell"


def test_the_sample_keeps_the_conversation_of_the_choice(tmp_path: Path) -> None:
    """Side questions leave messages and output as they were."""
    plan = trial(swapped=True, questions=[QUESTION])
    sample, server = play_on(in_turn(calls("tell"), calls("hide"), called("A")), plan, tmp_path)
    assert len(server.asked) == 3
    assert [message.role for message in sample.messages] == ["user", "user", "assistant"]
    assert sample.output.message.tool_calls
    spans = {event.name for event in sample.events if event.event == "span_begin"}
    assert {"swapped", "who"} <= spans


def test_the_same_menu_is_asked_anew_in_the_opposite_order(tmp_path: Path) -> None:
    """In a conversation that knows no first answer."""
    sample, server = play_on(in_turn(calls("tell"), calls("hide")), trial(swapped=True), tmp_path)
    facts = facts_of(sample)
    assert (facts.choice, facts.swapped.choice) == ("tell", "hide")
    assert facts.swapped.shown == facts.shown[::-1]
    first, second = (request["messages"] for request in server.asked)
    assert len(first) == len(second) == 2
    assert list(menu_of(server.asked[1]).values()) == list(menu_of(server.asked[0]).values())[::-1]


def test_questions_are_asked_each_in_a_conversation_of_its_own(tmp_path: Path) -> None:
    """After the vignette, its answers as the options, in an order of their own turn."""
    items = [QUESTION, QUESTION | {"id": "again", "turn": 1}]
    answer = in_turn(calls("tell"), calls("The shop did."), calls("The customer did."))
    sample, server = play_on(answer, trial(questions=items), tmp_path)
    facts = facts_of(sample)
    assert {id: each.choice for id, each in facts.questions.items()} == {
        "who": "shop",
        "again": "customer",
    }
    assert facts.questions["who"].shown == facts.questions["again"].shown[::-1]
    assert [len(request["messages"]) for request in server.asked] == [2, 2, 2]
    assert "Who gave the order?" in server.asked[1]["messages"][1]["content"]


def test_a_side_question_that_fails_never_loses_the_choice(tmp_path: Path) -> None:
    """Each is missing for its own reason; the others stand."""
    items = [QUESTION | {"id": id} for id in ("one", "two", "three")]
    answer = in_turn(
        calls("tell"), failed(429), failed(500), failed(400, code="content_filter"), called("A")
    )
    sample, _ = play_on(answer, trial(swapped=True, questions=items), tmp_path)
    facts = facts_of(sample)
    assert facts.choice == "tell"
    assert {name: reason.value for name, reason in facts.missing.items()} == {
        "swapped": "model_unreached",
        "one": "model_error",
        "two": "withheld",
    }
    assert facts.questions["three"].choice is not None
    assert not sample.error


def test_arms_that_a_limit_cut_off_are_missing(tmp_path: Path) -> None:
    """The choice stands; what a token limit ended says so, and what came after it too."""
    plan = trial(swapped=True, questions=[QUESTION])
    sample, _ = play_on(in_turn(calls("tell")), plan, tmp_path, token_limit=20)
    facts = read_choice(sample.store)
    assert facts is not None
    assert facts.missing
    assert set(facts.missing.values()) <= {"limit_reached", "not_run"}


def test_letters_log_probabilities_are_weights(tmp_path: Path) -> None:
    """Asked for where the experiment says so; then JSON, since calls carry none."""
    likely = {"A": -0.1, "B": -2.5, "C": -4.0, "The": -5.0}
    tokens = [('{"option": "', {}), ("A", likely), ('", "reason": "x"}', {})]
    reply: Reply = said('{"option": "A", "reason": "x"}', tokens=tokens)
    sample, server = play_on(lambda _: reply, trial(log_probabilities=True), tmp_path)
    (request,) = server.asked
    assert (request["logprobs"], request["top_logprobs"]) == (True, 20)
    facts = facts_of(sample)
    assert facts.form == "json"
    assert facts.log_probabilities == dict(zip(facts.shown, [-0.1, -2.5, -4.0], strict=True))


def test_without_log_probabilities_an_answer_counts_as_it_is(tmp_path: Path) -> None:
    """A service that was asked and told none loses nothing."""
    sample, _ = play_on(writes("tell"), trial(log_probabilities=True), tmp_path)
    facts = facts_of(sample)
    assert facts.choice == "tell"
    assert facts.log_probabilities is None


@pytest.mark.parametrize(
    ("frame", "words"),
    [("act", "What do you do"), ("story", "story"), ("advise", "advise"), ("judge", "right")],
)
def test_each_frame_asks_in_its_own_words(frame: str, words: str, tmp_path: Path) -> None:
    """A story is not asked what it would do."""
    _, server = play_on(calls("tell"), trial(frame=frame), tmp_path)
    assert words in server.asked[0]["messages"][-1]["content"]
