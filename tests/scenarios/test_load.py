"""A scenario's folder, and everything that can be wrong with it."""

import os

import pytest

from allegiance.errors import UserError
from allegiance.scenarios.load import digest_of_folder, load_scenario

from .conftest import PARCEL

YAML = "scenario.yaml"


def test_a_lawful_folder_is_read_whole():
    """Ids, versions, levels, texts with their places, and a digest."""
    scenario = load_scenario(PARCEL)
    assert (scenario.id, scenario.version, scenario.folder) == ("parcel", 3, PARCEL)
    assert scenario.factors["postage"].level_ids == ("3", "4.5", "12")
    assert scenario.factors["desk"].level_ids == ("on", "off")
    assert scenario.experiment.contrasts[0].source == {"postage": "3"}
    fast = next(action for action in scenario.actions if action.id == "fast")
    assert [(text.path.name, text.line) for text in fast.texts] == [
        ("actions.md", 7),
        ("actions.md", 11),
    ]
    assert len(scenario.digest) == 64


BROKEN = [
    # file, old, new, line, field, problem, mend
    (YAML, "title: A", "colour: red\ntitle: A", 4, "colour", "unknown key", "Keys here"),
    (YAML, "about: the maker}", "abuot: the maker}", 7, "parties[0].abuot", "unknown key",
     'Did you mean "about"?'),
    (YAML, "version: 3\n", "", 2, "version", "missing", "Write `version:`"),
    (YAML, "version: 3", "version: off", 3, "version", '"off" can\'t stand here', "whole number"),
    (YAML, "id: parcel", "id: 'my parcel!'", 2, "id", "is no name", "Start with a letter"),
    (YAML, "{id: O, roles: [operator], ", "{id: O, roles: [oparator], ", 8, "parties[1].roles",
     'no role in a tier "oparator"', 'Did you mean "operator"?'),
    (YAML, "when: {overlap: [one]}}\n- {id: C", "when: {overlp: [one]}}\n- {id: C", 10,
     "parties[3].when.overlp", 'no factor "overlp"', 'Did you mean "overlap"?'),
    (YAML, "when: {overlap: [one]}}\n- {id: C", "when: {overlap: [noe]}}\n- {id: C", 10,
     "parties[3].when.overlap", 'no level of overlap "noe"', 'Did you mean "one"?'),
    (YAML, "when: {overlap: [one]}}\n- {id: C", "when: {overlap: [apart]}}\n- {id: C", 10,
     "parties[3].when", '"U" may stand twice in one cell', "other levels"),
    (YAML, "{value: system, when: {overlap: [one]}}", "{value: systm, when: {overlap: [one]}}", 15,
     "claims[0].vouched", 'no channel "systm"', 'Did you mean "system"?'),
    (YAML, "when: {conflict: conflicting}, channel:", "when: {conflict: []}, channel:", 41,
     "elements[1].when.conflict", "no level", "at least one"),
    (YAML, "- {id: slip, channel: tool", "- {id: said, channel: tool", 50, "messages[3].id",
     '"said" stands twice', "its own id"),
    (YAML, 'channel: "{channel}", mode', 'channel: "{chanel}", mode', 28,
     "instructions[1].channel", 'no factor "chanel"', 'Did you mean "channel"?'),
    (YAML, 'channel: "{channel}", mode', 'channel: "{mood}", mode', 28,
     "instructions[1].channel", 'no channel "chatty"', "Channels here"),
    (YAML, "- {id: said, channel: chat", '- {id: said, channel: "{channel}"', 50,
     "messages[3].tool", "missing", "tool call"),
    (YAML, "may_have: [U]", "may_have: [V]", 16, "items[0].may_have", 'no party "V"', "Parties"),
    (YAML, "levels: [none, conflicting]}", "levels: [none, none]}", 18, "factors.conflict",
     'level "none" stands twice', "Keep one"),
    (YAML, "  overlap: {about", "  control: {levels: [a]}\n  overlap: {about", 20,
     "factors.control", "built in", "off, up and down"),
    (YAML, "impossible: [{conflict: none", "impossible: [{conflict: non", 25,
     "impossible[0].conflict", 'no level of conflict "non"', 'Did you mean "none"?'),
    (YAML, "mode: forbid, actions: [fib]", "mode: forbids, actions: [fib]", 27,
     "instructions[0].mode", '"forbids" is none of these', 'Did you mean "forbid"?'),
    (YAML, "mode: forbid, actions: [fib]", "mode: forbid, actions: [fbi]", 27,
     "instructions[0].actions", 'no action "fbi"', 'Did you mean "fib"?'),
    (YAML, "orders: [[deceive, U]], when", "orders: [[decieve, U]], when", 28,
     "instructions[1].orders[0]", '"decieve" is none of these', 'Did you mean "deceive"?'),
    (YAML, "orders: [[deceive, U]], when", "orders: [[deceive, X]], when", 28,
     "instructions[1].orders[0].toward", 'no party "X"', "Parties here: C, D, O, U."),
    (YAML, 'issuer: O, channel: "{channel}"', 'channel: "{channel}"', 28,
     "instructions[1].issuer", "missing", "truly speaks"),
    (YAML, "{id: push, channel: system,", "{id: push, supersedes: [asked], channel: system,", 29,
     "instructions[2].supersedes", '"asked" does not stand before it', "listed before it"),
    (YAML, "{id: fast, declines: [asked]", "{id: fast, declines: [askd]", 34,
     "actions[1].declines", 'no instruction "askd"', 'Did you mean "asked"?'),
    (YAML, "item: address,", "item: adress,", 36, "actions[3].moves[1].item",
     'no item "adress"', 'Did you mean "address"?'),
    (YAML, "counts_as: [{value: [[harm, C]],", "counts_as: [{value: slwo,", 37,
     "actions[4].counts_as", 'no other action "slwo"', 'Did you mean "slow"?'),
    (YAML, "{id: ask, exit: ask,", "{id: ask, exit: ask, moves: [[harm, U]],", 38,
     "actions[5].moves", "an exit has no moves", "counts_as"),
    (YAML, "{id: refuse, exit: refuse,", "{id: refuse, exit: ask,", 32, "actions",
     "no action with `exit: refuse`", "on every menu"),
    (YAML, "states: [honest]", "states: [honst]", 40, "elements[0].states",
     'no instruction "honst"', 'Did you mean "honest"?'),
    (YAML, "- {id: chat, when", "- {id: user, when", 45, "elements[5].id",
     "{user} would mean two things", "rename"),
    (YAML, "channel: tool, tool: read_slip", "channel: tool", 49, "messages[2].tool", "missing",
     "tool call"),
    (YAML, "[counter, values, question, slip, said]", "[counter, values, question, said]", 54,
     "nuisance.order[1]", "not every message once", "names each message once"),
    (YAML, "{user: Bo, thing: lamp}", "{user: Bo}", 53, "nuisance.names[1]", 'no "thing"',
     "same keys"),
    (YAML, "{user: Bo, thing: lamp}", "{user: Bo, thing: 12}", 53, "nuisance.names[1].thing",
     "12 can't stand here", "quotes"),
    (YAML, "times: postage", "times: mood", 56, "welfare[0].times",
     'no numeric factor "mood"', "Those here: postage."),
    (YAML, "probability: [0.5, 1]", "probability: [0.5, 2]", 56, "welfare[0].probability[1]",
     "2 can't stand here", "less than or equal to 1"),
    (YAML, "amount: [-2, -1]", "amount: [1, -1]", 57, "welfare[1]", "is no interval", "lower end"),
    (YAML, "element: price", "element: pirce", 59, "facts[0].element",
     'no element or message "pirce"', 'Did you mean "price"?'),
    (YAML, "for: [fast, fib]", "for: [fast, fob]", 60, "contrast.for", 'no action "fob"',
     'Did you mean "fib"?'),
    (YAML, "up: push, down: hold", "up: fast, down: hold", 61, "controls.positive.up",
     '"fast" is not given in the control alone', "control: [up]"),
    (YAML, "up: push, down: hold", "up: hold, down: push", 61, "controls.positive.up",
     '"hold" is given at control: down', "Are up and down swapped?"),
    (YAML, "postage: [3, 12]}", "postage: [3, 13]}", 64, "experiment.factors.postage",
     'no level of postage "13"', "Levels of postage"),
    (YAML, "to: {postage: 12}", "to: {postage: 13}", 65, "experiment.contrasts[0].to.postage",
     'no level of postage "13"', "Levels of postage"),
    (YAML, "neutral: Say one thing", "neutral: Say {postage} things", 62, "neutral",
     "no slot {postage}", "names only"),
    (YAML, "texts/actions.md#fib", "texts/actions.md#fob", 36, "actions[3].texts",
     'no section "fob"', 'Did you mean "fib"?'),
    (YAML, "texts/actions.md#fib", "texts/actions.md", 36, "actions[3].texts",
     "name one of its sections", "fast, fib, openly_fast"),
    (YAML, "texts: texts/order.md", "texts: texts/odrer.md", 41, "elements[1].texts",
     'no file "texts/odrer.md"', 'Did you mean "texts/order.md"?'),
    (YAML, "texts: texts/order.md", "texts: just words", 41, "elements[1].texts",
     '"just words" names no texts', "a list of texts"),
    (YAML, "texts: texts/order.md", "texts: ../secret.md", 41, "elements[1].texts",
     "lies outside the scenario's folder", "into the scenario's folder"),
    (YAML, "texts: texts/order.md", "texts: texts/../../secret.md", 41, "elements[1].texts",
     "lies outside the scenario's folder", "into the scenario's folder"),
    (YAML, "texts: texts/order.md", "texts: /etc/secret.md", 41, "elements[1].texts",
     "lies outside the scenario's folder", "into the scenario's folder"),
    (YAML, "[I will not send it.]", "[12]", 37, "actions[4].texts[0]", "no text", "in quotes"),
    (YAML, "[I will not send it.]", "['']", 37, None, "an empty text", "take it out"),
    (YAML, "[I will not send it.]", "[]", 37, "actions[4].texts", "no text", "at least three"),
    (YAML, "[I will not send it.]", "['It is {postage} euros.']", 37, None,
     "no slot {postage}", "names only: thing, user"),
    (YAML, "The fast post is {postage}", "The fast post is {order}", 44, None,
     "no slot {order}", "names and numbers only"),
    ("texts/counter.md", "{price}\n\n---", "{pirce}\n\n---", 7, None, "no slot {pirce}",
     'Did you mean "price"?'),
    ("texts/counter.md", "{price}\n\n---", "{price.__class__}\n\n---", 7, None,
     "a brace that belongs to no slot", "write {{ or }}"),
    ("texts/counter.md", "{price}\n\n---", "{price} { 7*7 }\n\n---", 7, None,
     "a brace that belongs to no slot", "write {{ or }}"),
    ("texts/counter.md", "first floor", "<!-- aside --> first floor", 11, None,
     "a comment among the texts", "head of the file"),
    ("texts/actions.md", "# fib", "# fast", 17, None,
     'section "fast" stands twice, first in line 5', "Keep one"),
    ("texts/actions.md", "\n---\n", "\n---\n\n---\n", 10, None, "an empty text", "---"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "field", "problem", "mend"), BROKEN)
def test_what_is_wrong_is_told_with_file_line_field_and_mend(
    broken, file, old, new, line, field, problem, mend
):
    """Every kind of slip that an author can make."""
    folder = broken(old, new, file)
    with pytest.raises(UserError) as caught:
        load_scenario(folder)
    error = caught.value
    assert (error.path, error.line, error.field) == (folder / file, line, field), str(error)
    assert problem in error.problem
    assert mend in error.mend


def test_code_in_texts_stays_text(broken):
    """Doubled braces are braces; nothing in a text is ever run."""
    folder = broken("first floor", "{{ 7*7 }} {{user.__class__}}", "texts/counter.md")
    texts = load_scenario(folder).messages[1].texts
    assert "{{ 7*7 }} {{user.__class__}}" in texts[1].text


def test_a_link_out_of_the_folder_is_refused(parcel, tmp_path):
    """Texts come from the folder alone."""
    (tmp_path / "secret.md").write_text("The safe is behind the picture.")
    (parcel / "texts/order.md").unlink()
    (parcel / "texts/order.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(UserError, match="outside the scenario's folder") as caught:
        load_scenario(parcel)
    assert caught.value.line == 41


def test_the_file_itself_is_no_link_out(parcel, tmp_path):
    """Nor is `scenario.yaml` read from elsewhere."""
    (parcel / YAML).unlink()
    (tmp_path / "elsewhere.yaml").write_text("not: [read")
    (parcel / YAML).symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(UserError, match="a link that leaves its folder"):
        load_scenario(parcel)


def test_no_file_of_the_folder_is_a_link_out(parcel, tmp_path):
    """The digest covers what lies in the folder, and nothing else."""
    (tmp_path / "other.txt").write_text("x")
    (parcel / "other.txt").symlink_to(tmp_path / "other.txt")
    with pytest.raises(UserError, match="a link that leaves its folder") as caught:
        load_scenario(parcel)
    assert caught.value.path == parcel / "other.txt"


def test_a_folder_of_many_megabytes_is_no_scenario(parcel):
    """By its size, unread."""
    with (parcel / "film.bin").open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(UserError, match="more than 50 MB of files"):
        load_scenario(parcel)


def test_a_link_within_the_folder_is_read(parcel):
    """Only leaving is refused."""
    (parcel / "texts/order.md").rename(parcel / "texts/moved.md")
    (parcel / "texts/order.md").symlink_to("moved.md")
    assert load_scenario(parcel).id == "parcel"


def test_a_link_to_itself_is_refused(parcel):
    """And does not hang or crash."""
    (parcel / "texts/order.md").unlink()
    (parcel / "texts/order.md").symlink_to("order.md")
    with pytest.raises(UserError) as caught:
        load_scenario(parcel)
    assert caught.value.line == 41


def test_a_flood_of_references_to_one_text_is_refused(parcel, broken):
    """What is small in the file may be large once each text is put in."""
    (parcel / "texts/order.md").write_text("x" * 90_000)
    more = "".join(f"- {{id: e{n}, texts: texts/order.md}}\n" for n in range(12))
    folder = broken("elements:\n", "elements:\n" + more)
    with pytest.raises(UserError, match="more than 1 million characters of texts"):
        load_scenario(folder)


@pytest.mark.parametrize("content", [b"caf\xe9", b"a\x00b"])
def test_a_text_that_is_no_plain_utf8_is_refused(parcel, content):
    """Texts are checked like the file itself."""
    (parcel / "texts/order.md").write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_scenario(parcel)
    assert caught.value.path == parcel / "texts/order.md"
    assert caught.value.line == 1


def test_a_huge_text_is_refused_unread(parcel):
    """By its size."""
    os.truncate(parcel / "texts/order.md", 50_000_000)
    with pytest.raises(UserError, match="too large") as caught:
        load_scenario(parcel)
    assert caught.value.path == parcel / "texts/order.md"


def test_a_folder_without_the_file_is_no_scenario(tmp_path):
    """The mend says what to give."""
    with pytest.raises(UserError, match=r"there is no scenario\.yaml"):
        load_scenario(tmp_path)


def test_the_digest_changes_with_any_file_and_with_nothing_else(parcel):
    """Contents and names count; hidden files and the place of the folder do not."""
    before = digest_of_folder(parcel)
    assert before == digest_of_folder(PARCEL)
    (parcel / ".hidden").write_text("x")
    assert digest_of_folder(parcel) == before
    (parcel / "texts/order.md").rename(parcel / "texts/other.md")
    renamed = digest_of_folder(parcel)
    (parcel / "texts/other.md").write_text("x")
    assert len({before, renamed, digest_of_folder(parcel)}) == 3
