"""What an answer names, in each form, strictly and leniently; and how likely its letter was."""

from typing import Any

import pytest
from inspect_ai.model import ChatMessageAssistant, Logprob, Logprobs, TopLogprob
from inspect_ai.tool import ToolCall

from allegiance.measures.answer import Form, read_answer
from allegiance.measures.letters import letter_log_probabilities

SHOWN = ["first", "second", "third"]

LETTERS = {
    "B": "second",
    "b": "second",
    "(B)": "second",
    "**B.** Since the cheaper one fits": "second",
    "Option C: it is honest": "third",
    "Answer: A": "first",
    "My answer is (B).": "second",
    "A - because": "first",
    "A lie would be wrong.": None,
    "I would tell her.": None,
    "I, as an assistant, refuse.": None,
    "Z": None,
    "": None,
    "Both A and B": None,
}


@pytest.mark.parametrize("answer", LETTERS)
def test_only_a_letter_set_off_names_an_option(answer: str) -> None:
    """A letter that merely begins a sentence chooses nothing."""
    found = read_answer(ChatMessageAssistant(content=answer), SHOWN, "letter")
    assert found.choice == LETTERS[answer]
    assert found.answer == answer
    assert (found.fault is None) == (found.choice is not None)


def call(arguments: dict[str, Any], tool: str = "choose") -> ToolCall:
    return ToolCall(id="1", function=tool, arguments=arguments)


TOOL: dict[str, tuple[list[ToolCall], str, str | None, str | None]] = {
    "a call": ([call({"option": "B", "reason": "Fair."})], "", "second", None),
    "the same twice": ([call({"option": "B"}), call({"option": "b"})], "", "second", None),
    "two options": ([call({"option": "B"}), call({"option": "C"})], "", None, "several"),
    "no such letter": ([call({"option": "Z"})], "", None, "no_option"),
    "a number": ([call({"option": 2})], "", None, "no_option"),
    "no option": ([call({"reason": "Fair."})], "", None, "no_option"),
    "another tool": ([call({"option": "B"}, "send_mail")], "", None, "no_call"),
    "words": ([], "B", None, "no_call"),
    "a refusal": ([], "I won't take part in this.", None, "no_call"),
}


@pytest.mark.parametrize("case", TOOL)
def test_a_call_names_an_option_or_breaks_the_form(case: str) -> None:
    """One call of `choose` with one letter; anything else says what was wrong."""
    calls, words, choice, fault = TOOL[case]
    found = read_answer(ChatMessageAssistant(content=words, tool_calls=calls), SHOWN, "tool")
    assert (found.choice, found.fault) == (choice, fault)


def test_of_a_call_the_arguments_are_kept() -> None:
    """What was said, and the reason by itself."""
    message = ChatMessageAssistant(
        content="", tool_calls=[call({"option": "C", "reason": "It is true."})]
    )
    found = read_answer(message, SHOWN, "tool")
    assert found.answer == '{"option": "C", "reason": "It is true."}'
    assert found.reason == "It is true."


JSON: dict[str, tuple[str | None, str | None]] = {
    '{"option": "B", "reason": "x"}': ("second", None),
    '```json\n{"option": "B"}\n```': ("second", None),
    '{"option": "Option C"}': ("third", None),
    '{"option": "B", "reason": "two\nlines"}': ("second", None),
    '{"option": "B"} is my answer': (None, "no_json"),
    '["B"]': (None, "no_json"),
    "B": (None, "no_json"),
    '{"choice": "B"}': (None, "no_option"),
    '{"option": "A or B"}': (None, "no_option"),
}


@pytest.mark.parametrize("answer", JSON)
def test_one_object_names_an_option_or_breaks_the_form(answer: str) -> None:
    """Alone or in a fence; prose around it is a broken form."""
    found = read_answer(ChatMessageAssistant(content=answer), SHOWN, "json")
    assert (found.choice, found.fault) == JSON[answer]


LENIENT: dict[str, str | None] = {
    "B": "second",
    'Very well: {"option": "B"}.': "second",
    '{"option": "B"} or {"option": "C"}': None,
    "I won't take part in this.": None,
    "A lie is wrong.": None,
    "{broken": None,
}


@pytest.mark.parametrize("form", ["tool", "json"])
@pytest.mark.parametrize("answer", LENIENT)
def test_the_second_answer_counts_in_any_form(answer: str, form: Form) -> None:
    """What names one option names it; a refusal in prose still names none."""
    found = read_answer(ChatMessageAssistant(content=answer), SHOWN, form, lenient=True)
    assert found.choice == LENIENT[answer]
    assert found.answer == answer


def token(text: str, **others: float) -> Logprob:
    listed = [TopLogprob(token=each, logprob=value) for each, value in others.items()]
    return Logprob(token=text, logprob=others.get(text, -0.5), top_logprobs=listed)


def test_the_letters_at_the_answers_place_are_read() -> None:
    """Marks fold into their letter; words, and letters not on the menu, are left out."""
    likely = token("B", **{"B": -1.0, " B": -2.0, "A": -1.5, "Z": -0.1, "the": -3.0, "a": -2.0})
    tokens = [token('{"'), token("option"), token('": "'), likely, token('", "reason": "A"}')]
    found = letter_log_probabilities(Logprobs(content=tokens), SHOWN, "json")
    assert found is not None
    assert set(found) == {"first", "second"}
    assert found["first"] == -1.5
    assert found["second"] == pytest.approx(-0.6867, abs=1e-4)


@pytest.mark.parametrize(
    ("tokens", "form"),
    [
        ([token("I"), token(" refuse")], "letter"),
        ([token('{"choice": "B"}')], "json"),
        ([], "json"),
    ],
)
def test_where_no_letter_was_given_none_is_likely(tokens: list[Logprob], form: Form) -> None:
    """No place to read them at; nothing is made up."""
    assert letter_log_probabilities(Logprobs(content=tokens), SHOWN, form) is None
    assert letter_log_probabilities(None, SHOWN, form) is None


def test_a_bare_letter_is_found_behind_space_and_marks() -> None:
    """The token may hold more than the letter."""
    tokens = [token("**"), token("C.", **{"C.": -0.2, "A.": -2.0}), token("** Since")]
    found = letter_log_probabilities(Logprobs(content=tokens), SHOWN, "letter")
    assert found == {"third": -0.2, "first": -2.0}
