"""Where a code stands alone among others."""

from allegiance.cases.panel import FEWEST_VOICES, VOICES, panel, stands_alone
from allegiance.codes.judgement import Verdict
from allegiance.codes.load import built_in
from allegiance.scenarios.catalogue import find

CODES = built_in()
SHELF = panel(find("shelf"), CODES)


def test_counts_are_of_cells_in_which_the_action_is_open() -> None:
    """Each such cell counts once, under every code alike."""
    for code in CODES:
        for action, count in SHELF.counts(code.id).items():
            open_in = [action in each for each in SHELF.rulings["kantian"]]
            assert count.total() == sum(open_in)


def test_who_stands_alone_has_every_other_voice_against_it() -> None:
    """Looked up one by one; nobody of another kind is among them."""
    kinds = {code.id: code.kind for code in CODES}
    allowed = {Verdict.REQUIRED, Verdict.PERMITTED}
    found = [(code.id, each) for code in CODES for each in stands_alone(SHELF, code.id)]
    assert found
    for code, each in found:
        rulings = {name: SHELF.rulings[name][SHELF.cells.index(each.cell)] for name in kinds}
        others = {
            name: ruling[each.action].verdict
            for name, ruling in rulings.items()
            if name != code and kinds[name] in VOICES
        }
        speaking = {name for name, word in others.items() if word is not Verdict.SILENT}
        assert speaking == set(each.others)
        assert len(speaking) >= FEWEST_VOICES
        against = {Verdict.FORBIDDEN} if each.ruling.verdict in allowed else allowed
        assert {others[name] for name in speaking} <= against
