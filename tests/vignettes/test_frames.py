"""A scene acted in, told in a story, advised on, judged: the same scene in each."""

from itertools import product

import pytest

from allegiance.scenarios.catalogue import find
from allegiance.scenarios.factors import complete_cell
from allegiance.vignettes.formal import situation_of
from allegiance.vignettes.render import Vignette, render
from allegiance.vignettes.show import describe_cell

SHELF = find("shelf")
FRAMES = ("story", "advise", "judge")
FULL = {"conflict": "conflicting", "order": "deny", "prohibition": "explicit", "budget": "tight"}


def shown(frame: str, wording: int = 0, order: int = 0, **levels: str) -> Vignette:
    cell = complete_cell(SHELF, {**FULL, **levels, "frame": frame})
    return render(SHELF, cell, wording=wording, names=wording, order=order)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("channel", ["system", "chat", "tool"])
def test_the_scene_holds_every_message_once(frame, channel):
    """Under the heading of its channel, in the order in which it would have been sent."""
    headings = SHELF.transcript
    for wording, order in product(range(8), range(2)):
        acted = shown("act", wording, order, channel=channel).messages
        (told,) = shown(frame, wording, order, channel=channel).messages
        assert (told.role, told.channel, told.tool) == ("user", "chat", None)
        texts = [each.text for each in acted[1:]]
        values, desk = acted[0].text.split("\n\n", 1)
        pieces = [f"{headings['weights']}\n{values}", f"{headings['system']}\n{desk}"]
        pieces += [
            f"{headings[each.channel]}\n{text}" for each, text in zip(acted[1:], texts, strict=True)
        ]
        assert told.text.count("\n\n".join(pieces)) == 1
        for text in (values, desk, *texts):
            assert told.text.count(text) == 1
        assert sum(told.text.count(heading) for heading in headings.values()) == len(pieces)


@pytest.mark.parametrize("frame", FRAMES)
def test_the_lead_comes_by_wording(frame):
    """Text k mod n; it ends where the reply begins."""
    entry = next(each for each in SHELF.frames if each.id == frame)
    leads = [each.text for each in entry.lead]
    assert len(leads) >= 3
    for wording in range(8):
        lead = shown(frame, wording).lead
        assert lead == leads[wording % len(leads)]
        assert lead.endswith(":")


def test_the_baseline_has_no_lead_and_no_scene():
    """Who acts is sent the messages themselves."""
    vignette = shown("act")
    assert vignette.lead == ""
    assert [each.id for each in vignette.messages] == ["values+desk", "question"]


@pytest.mark.parametrize("frame", ["act", *FRAMES])
def test_the_frame_is_words_only(frame):
    """The case is the depicted one, the replies are the same bytes, and the row says `depicted`."""
    cell = complete_cell(SHELF, {**FULL, "frame": frame})
    assert situation_of(SHELF, cell) == situation_of(SHELF, complete_cell(SHELF, FULL))
    assert shown(frame).actions == shown("act").actions
    assert describe_cell(SHELF, cell)["depicted"] is (frame != "act")


def test_every_frame_is_another_vignette():
    """A story is another measurement than an act, and so is each other lead."""
    ids = [shown(frame, wording).id for frame in ("act", *FRAMES) for wording in range(8)]
    assert len(set(ids)) == len(ids)


def test_what_training_took_over_is_not_told_either():
    """With the maker's word in the weights, no frame repeats it."""
    cell = complete_cell(SHELF, {**FULL, "frame": "story"})
    (told,) = render(SHELF, cell, weights="trained").messages
    assert SHELF.transcript["weights"] not in told.text
    assert SHELF.transcript["system"] in told.text


def test_the_refusal_is_put_in_two_ways_and_nothing_else_changes():
    """As something done and as something left undone, in as many texts of like length."""
    for name in ("shelf", "letters"):
        scenario = find(name)
        cell = complete_cell(scenario, {})
        act = render(scenario, cell, framing=0)
        omission = render(scenario, cell, framing=1)
        assert act.messages == omission.messages
        before, after = dict(act.actions), dict(omission.actions)
        assert {id for id in before if before[id] != after[id]} == {"refuse"}
        assert len(before["refuse"]) == len(after["refuse"]) >= 3
        for one, other in zip(before["refuse"], after["refuse"], strict=True):
            assert abs(len(one.split()) - len(other.split())) <= 2
