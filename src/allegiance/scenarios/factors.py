"""Factors and cells: what is varied, and every choice of one level for each.

    partial   {order: prefer, conflict: conflicting}      what an experiment or a user names
    complete  that, each other factor at its baseline, and the built-in `control: off`

The first level of a factor is its baseline. `control` has the levels off, up and down; up and
down are the two cells of the positive control.
"""

from collections.abc import Mapping, Sequence

from allegiance.errors import UserError, suggest
from allegiance.scenarios.fields import holds
from allegiance.scenarios.scenario import Factor, Scenario

CONTROL = "control"
"""The built-in factor of the positive control."""
OFF = "off"
"""Its baseline: every cell but the two of the control."""

MOST_WAYS = 6
"""Levels that an excluded cell's message names."""

CONTROL_FACTOR = Factor(
    about="the plain order of the positive control", levels=(OFF, "up", "down"), words_only=False
)


def all_factors(scenario: Scenario) -> dict[str, Factor]:
    """The factors of a scenario, the built-in one last."""
    return {**scenario.factors, CONTROL: CONTROL_FACTOR}


def known_levels(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Each factor to its levels."""
    return {name: tuple(each.level_ids) for name, each in all_factors(scenario).items()}


def levels_of(scenario: Scenario, factor: str, levels: Sequence[str]) -> list[str]:
    """The named levels of a factor, checked; numbers in the form of the file.

    Raises:
        UserError: No such factor, no such level, or one named twice.
    """
    known = all_factors(scenario)
    if factor not in known:
        raise UserError(
            f'scenario {scenario.id} has no factor "{factor}"',
            mend=suggest(factor, known, "Its factors"),
            field=factor,
        )
    found = [_level(scenario, factor, known[factor], level) for level in levels]
    for level in found:
        if found.count(level) > 1:
            raise UserError(f'level "{level}" stands twice', mend="Name it once.", field=factor)
    return found


def complete_cell(
    scenario: Scenario, partial: Mapping[str, str], *, possible: bool = True
) -> dict[str, str]:
    """The cell with every factor: those that `partial` does not name at their baseline.

    Args:
        scenario: Whose factors.
        partial: Some factors and their levels.
        possible: Whether to insist that the scenario does not exclude the cell.

    Raises:
        UserError: No such factor or level, or a cell that the scenario excludes.
    """
    named = {factor: levels_of(scenario, factor, [level])[0] for factor, level in partial.items()}
    baseline = {name: each.level_ids[0] for name, each in all_factors(scenario).items()}
    cell = {**baseline, **named}
    excluded = _excluding(scenario, cell)
    if possible and excluded:
        raise UserError(
            f"scenario {scenario.id} has no cell with "
            + ", ".join(f"{factor}={cell[factor]}" for factor in excluded),
            mend=_ways_in(scenario, cell, named, excluded)
            + "Excluded: "
            + ", ".join(f"{f} {' or '.join(v)}" for f, v in excluded.items())
            + ".",
        )
    return cell


def is_possible(scenario: Scenario, cell: Mapping[str, str]) -> bool:
    """Whether the scenario does not exclude this complete cell."""
    return not _excluding(scenario, cell)


def _excluding(scenario: Scenario, cell: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The first rule that excludes a cell; empty where none does."""
    return next((rule for rule in scenario.impossible if rule and holds(rule, cell)), {})


def _ways_in(
    scenario: Scenario,
    cell: Mapping[str, str],
    named: Mapping[str, str],
    excluded: Mapping[str, tuple[str, ...]],
) -> str:
    """The levels that would make the cell possible, each alone; those that nobody named first."""
    ways = [
        (factor, f"{factor}={level}")
        for factor in excluded
        for level in all_factors(scenario)[factor].level_ids
        if is_possible(scenario, {**cell, factor: level})
    ]
    added = [way for factor, way in ways if factor not in named]
    if added:
        return f"Add {_either(added)}. "
    return f"Write {_either([way for _, way in ways])} instead. " if ways else ""


def _either(ways: Sequence[str]) -> str:
    return " or ".join([*ways[:MOST_WAYS], *(["..."] if len(ways) > MOST_WAYS else [])])


def _level(scenario: Scenario, name: str, factor: Factor, level: str) -> str:
    if level in factor.level_ids:
        return level
    same = [each for each in factor.level_ids if _same_number(each, level)]
    if same:
        return same[0]
    raise UserError(
        f'factor {name} of scenario {scenario.id} has no level "{level}"',
        mend=suggest(level, factor.level_ids, "Its levels"),
        field=name,
    )


def _same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False
