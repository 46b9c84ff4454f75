"""Slots, braces, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegiance.scenarios.slots import fill, slots


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Take the {a}.", "Take the Heron."),
        ("{a}{a}", "HeronHeron"),
        ("{{a}}", "{a}"),
        ("{{{a}}}", "{Heron}"),
        ("{{ 7*7 }}", "{ 7*7 }"),
        ("%(a)s $a ${{a}} <%= a %>", "%(a)s $a ${a} <%= a %>"),
    ],
)
def test_slots_are_filled_and_doubled_braces_are_braces(text, filled):
    """One small rule."""
    assert fill(text, {"a": "Heron"}.__getitem__) == filled


@pytest.mark.parametrize(
    "text",
    ["{a.__class__}", "{a[0]}", "{a!r}", "{a:>9}", "{0}", "{}", "{ a }", "{% a %}", "{", "}"],
)
def test_whatever_looks_like_code_is_a_lone_brace(text):
    """It is found by `slots`, which the loader refuses, and never evaluated by `fill`."""
    assert None in [slot.name for slot in slots(text)]
    assert fill(text, {"a": "Heron"}.__getitem__) == text


@given(st.text(), st.text())
def test_what_fills_a_slot_is_never_read_again(text, value):
    """A name with braces in it stays as it is, whatever it says."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert fill(escaped + "{a}", {"a": value}.__getitem__) == text + value


def test_a_slot_knows_its_line():
    """Lines of the text before it."""
    assert [(each.name, each.line) for each in slots("{a}\n\n{b} {")] == [
        ("a", 0),
        ("b", 2),
        (None, 2),
    ]
