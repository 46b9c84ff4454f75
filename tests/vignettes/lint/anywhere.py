"""Faults that can be planted into any scenario: edits of its data and texts, by place.

A copy's `scenario.yaml` is written anew from its data, so that each place has a line of its
own; what lint says of the copy before anything is planted does not count. A fault that needs
something that the scenario lacks is not applicable to it, and says so.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from allegiance.documents.document import Location, read_document
from allegiance.scenarios.load import load_scenario
from allegiance.scenarios.scenario import Scenario
from allegiance.situation.action import Exit
from allegiance.vignettes.lint.canary import CANARY
from allegiance.vignettes.lint.wordings import FOCAL

THREE = ["This, then.", "Something of the kind comes to mind.", "So it shall be, says one."]


class NotApplicableError(Exception):
    """The scenario has no such part."""


class Copy:
    """A copy of a scenario's folder that can be edited."""

    def __init__(self, source: Path, folder: Path) -> None:
        shutil.copytree(source, folder)
        self.folder, self.file = folder, folder / "scenario.yaml"
        self.data: dict[str, Any] = read_document(self.file).data
        self.write()
        self.scenario: Scenario = load_scenario(folder)

    def write(self) -> None:
        """Write `scenario.yaml` from the data."""
        text = yaml.safe_dump(self.data, sort_keys=False, allow_unicode=True, width=1000)
        self.file.write_text(f"# canary: {CANARY}\n{text}", encoding="utf-8")

    def line_of(self, *at: str | int) -> int:
        """The line of a place, once it has been written."""
        self.write()
        return read_document(self.file).line_of(at)

    def first(self, room: str, holds: Callable[[Any], bool]) -> int:
        """The place of the first entry of a list of which something holds."""
        entries = getattr(self.scenario, room)
        found = next((place for place, each in enumerate(entries) if holds(each)), None)
        if found is None:
            raise NotApplicableError
        return found

    def always_offered(self) -> str:
        """The first action that is no exit and is on every menu."""
        place = self.first("actions", lambda each: each.exit is None and not each.when)
        return str(self.scenario.actions[place].id)

    def add(self, room: str, entry: dict[str, Any]) -> Location:
        """Put an entry at the end of a list; its place."""
        self.data.setdefault(room, []).append(entry)
        return room, len(self.data[room]) - 1

    def texts(self, room: str, place: int) -> list[str]:
        """The texts of an entry, to be changed in place: written out where it stands."""
        kept = [each.text for each in getattr(self.scenario, room)[place].texts]
        self.data[room][place]["texts"] = kept
        return kept


Plant = Callable[[Copy], tuple[str, Location]]
"""Plants a fault; the rule that must tell it, and the place in `scenario.yaml`."""


def level_that_changes_nothing(copy: Copy) -> tuple[str, Location]:
    copy.data["factors"]["idle"] = {"levels": ["one", "other"]}
    return "level-changes-nothing", ("factors", "idle", "levels", 1)


def factor_that_no_text_shows(copy: Copy) -> tuple[str, Location]:
    copy.data["factors"]["hidden"] = {"levels": ["one", "other"]}
    copy.data["welfare"] = [
        *copy.data.get("welfare", []),
        {
            "action": copy.always_offered(),
            "party": copy.scenario.parties[0].id,
            "amount": [7, 9],
            "when": {"hidden": ["other"]},
        },
    ]
    return "level-not-shown", ("factors", "hidden", "levels", 1)


def words_only_factor_in_the_situation(copy: Copy) -> tuple[str, Location]:
    factor_that_no_text_shows(copy)
    copy.data["factors"]["hidden"]["words_only"] = True
    return "words-only-changes-structure", ("factors", "hidden", "words_only")


def element_of_two_factors(copy: Copy) -> tuple[str, Location]:
    place = copy.first("elements", lambda each: "conflict" in each.when)
    copy.data["factors"]["season"] = {"levels": ["summer", "winter"]}
    copy.data["elements"][place]["when"] |= {"season": ["summer"]}
    return "shared-element", ("elements", place, "when", "season")


def two_wordings_less(copy: Copy) -> tuple[str, Location]:
    place = copy.first("elements", lambda each: FOCAL & each.when.keys() and len(each.texts) == 8)
    del copy.texts("elements", place)[6:]
    return "too-few-wordings", ("elements", place, "texts")


def two_texts_of_an_action(copy: Copy) -> tuple[str, Location]:
    del copy.texts("actions", 0)[2:]
    return "too-few-wordings", ("actions", 0, "texts")


def near_duplicate(copy: Copy) -> tuple[str, Location]:
    place = copy.first("elements", lambda each: FOCAL & each.when.keys() and len(each.texts) == 8)
    texts = copy.texts("elements", place)
    texts[5] = f"{texts[1]} Indeed."
    return "near-duplicate-words", ("elements", place, "texts", 5)


def level_in_an_action_text(copy: Copy) -> tuple[str, Location]:
    number = next((k for k, each in copy.scenario.factors.items() if each.numeric), None)
    if number is None:
        raise NotApplicableError
    copy.texts("actions", 0)[1] += f" {{{number}}}"
    return "slots", ("actions", 0, "texts", 1)


def action_that_no_cell_offers(copy: Copy) -> tuple[str, Location]:
    rules = copy.data.setdefault("impossible", [])
    if not rules:
        factor, other = list(copy.scenario.factors.items())[:2]
        rules.append({factor[0]: factor[1].level_ids[-1], other[0]: other[1].level_ids[-1]})
    at = copy.add("actions", {"id": "nowhere", "texts": THREE, "when": rules[0]})
    return "action-not-offered", at


def no_exit(copy: Copy) -> tuple[str, Location]:
    place = copy.first("actions", lambda each: each.exit is Exit.REFUSE)
    copy.data["actions"][place] = {"id": copy.data["actions"][place]["id"], "texts": THREE}
    return "names", ("actions",)


def no_legitimate_exit(copy: Copy) -> tuple[str, Location]:
    first = copy.first("actions", lambda each: each.exit is not None)
    for place, action in enumerate(copy.scenario.actions):
        if action.exit is not None:
            copy.data["actions"][place]["counts_as"] = copy.always_offered()
    return "no-way-out", ("actions", first, "counts_as")


def refusal_framed_once(copy: Copy) -> tuple[str, Location]:
    place = copy.first("actions", lambda each: each.exit is Exit.REFUSE and each.omission)
    del copy.data["actions"][place]["omission"]
    return "refusal-framed-once", ("actions", place)


def no_reference_arm(copy: Copy) -> tuple[str, Location]:
    crossed = copy.data.setdefault("experiment", {}).setdefault("factors", {})
    crossed["conflict"] = [each for each in crossed.get("conflict", []) if each != "none"]
    if not crossed["conflict"]:
        raise NotApplicableError
    return "no-reference-arm", ("experiment", "factors", "conflict")


def no_positive_control(copy: Copy) -> tuple[str, Location]:
    copy.data["controls"] = {}
    return "form", ("controls",)


def control_that_moves_nothing(copy: Copy) -> tuple[str, Location]:
    contrast = copy.data["controls"]["positive"]["contrast"]
    contrast["for"], contrast["against"] = contrast["against"], contrast["for"]
    return "positive-control", ("controls", "positive", "up")


def fact_that_nobody_could_know(copy: Copy) -> tuple[str, Location]:
    without = {
        each.id for each in copy.scenario.elements if "none" in each.when.get("conflict", ("none",))
    }
    place = copy.first("elements", lambda each: each.id not in without)
    element = copy.scenario.elements[place].id
    action = copy.scenario.contrast.against[0]
    at = copy.add("facts", {"id": "unknown", "element": element, "needed_by": [action]})
    return "fact-not-shown", (*at, "element")


def order_without_the_move(copy: Copy) -> tuple[str, Location]:
    move = ["coerce", copy.scenario.parties[0].id]
    actions = [each for each in copy.data["actions"] if each["id"] in copy.scenario.contrast.for_]
    for action in actions:
        action.setdefault("moves", []).append(move)
    channel = next(k for k, v in copy.scenario.channels.items() if v[0].value == "operator")
    order = {
        "id": "push_on",
        "issuer": next(each.id for each in copy.scenario.parties if "operator" in each.roles),
        "channel": channel,
        "mode": "require",
        "actions": [each["id"] for each in actions],
    }
    return "move-not-ordered", copy.add("instructions", order)


def instruction_no_longer_stated(copy: Copy) -> tuple[str, Location]:
    controls = copy.scenario.controls.positive
    stated = {id for each in copy.scenario.elements for id in each.states}
    place = copy.first(
        "instructions",
        lambda each: each.when and each.id in stated - {controls.up, controls.down},
    )
    lost = copy.scenario.instructions[place].id
    for element in copy.data["elements"]:
        element["states"] = [id for id in element.get("states", []) if id != lost]
    return "instruction-not-stated", ("instructions", place)


def undeclared_action(copy: Copy) -> tuple[str, Location]:
    copy.data["instructions"][0]["actions"] = ["nothing_of_the_kind"]
    return "names", ("instructions", 0, "actions")


def words_that_give_it_away(copy: Copy) -> tuple[str, Location]:
    place = copy.first("messages", lambda each: len(each.texts) > 1)
    copy.texts("messages", place)[1] += "\nThis is a test scenario."
    return "gives-the-test-away", ("messages", place, "texts", 1)


def party_never_mentioned(copy: Copy) -> tuple[str, Location]:
    return "party-not-mentioned", copy.add("parties", {"id": "Zyx", "about": "the quaestor"})


def question_of_a_kind_that_is_missing(copy: Copy) -> tuple[str, Location]:
    for item in copy.data.get("comprehension", []):
        item["about"] = "principals"
    if "comprehension" not in copy.data:
        raise NotApplicableError
    return "comprehension-missing", ("comprehension",)


def leak_to_one_who_may_have_it(copy: Copy) -> tuple[str, Location]:
    party = copy.scenario.parties[0].id
    copy.add("items", {"id": "ledger_of_it", "may_have": [party]})
    move = {"kind": "leak", "toward": party, "item": "ledger_of_it"}
    place = copy.first("actions", lambda each: each.exit is None)
    moves = copy.data["actions"][place].setdefault("moves", [])
    moves.append(move)
    return "access-list", ("actions", place, "moves", len(moves) - 1)


def too_few_rungs(copy: Copy) -> tuple[str, Location]:
    factor = copy.data["factors"].get("stakes")
    if factor is None:
        raise NotApplicableError
    factor["values"] = [*factor["values"][:1], *factor["values"][-1:]]
    for rooms in (copy.data.get("experiment", {}).get("factors", {}),):
        rooms.pop("stakes", None)
    items = copy.data.get("comprehension", [])
    copy.data["comprehension"] = [
        item
        for item in items
        if not any("stakes" in right.get("when", {}) for right in _variants(item["right"]))
    ]
    return "stakes-ladder", ("factors", "stakes", "values")


def _variants(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def place_still_to_be_written(copy: Copy) -> tuple[str, Location]:
    copy.data["title"] = "FILL IN: a title"
    return "unfinished", ("title",)


def unknown_key(copy: Copy) -> tuple[str, Location]:
    copy.data["actions"][0]["wording"] = "x"
    return "form", ("actions", 0, "wording")


PLANTS: tuple[Plant, ...] = (
    level_that_changes_nothing,
    factor_that_no_text_shows,
    words_only_factor_in_the_situation,
    element_of_two_factors,
    two_wordings_less,
    two_texts_of_an_action,
    near_duplicate,
    level_in_an_action_text,
    action_that_no_cell_offers,
    no_exit,
    no_legitimate_exit,
    refusal_framed_once,
    no_reference_arm,
    no_positive_control,
    control_that_moves_nothing,
    fact_that_nobody_could_know,
    order_without_the_move,
    instruction_no_longer_stated,
    undeclared_action,
    words_that_give_it_away,
    party_never_mentioned,
    question_of_a_kind_that_is_missing,
    leak_to_one_who_may_have_it,
    too_few_rungs,
    place_still_to_be_written,
    unknown_key,
)
"""Every fault."""
