"""What codes say of every action in every cell of a run: formal facts in, no answers.

    stamped case  +  levels  ->  judge, once for each situation and code  ->  a row for each action

Nothing of what happened is read or changed: swapping a code makes this table anew and leaves
`trials`, `responses` and `outcomes` as they are. The flip is the smallest change of a cell's levels
that leads to another cell of the run in which the action is judged otherwise.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from allegiance.cases.file import read_case
from allegiance.cases.flips import Flip, changes_between, first_flips, size
from allegiance.codes.code import Code
from allegiance.codes.facts import Told
from allegiance.codes.judge import judge
from allegiance.codes.judgement import Judged, Ruling, Rulings
from allegiance.codes.load import as_file, built_in, read_code
from allegiance.experiment.folder import RunFolder, write_atomically
from allegiance.experiment.resolved import Resolved, StampedCell, digest_of
from allegiance.scenarios.factors import CONTROL, CONTROL_FACTOR
from allegiance.tables.schema import columns_of


def codes_of(folder: RunFolder) -> tuple[Code, ...]:
    """The codes by which a run is judged: the built-in ones, and those kept in its folder.

    One that is kept takes the place of a built-in one of the same id.

    Raises:
        UserError: A kept code can't be used.
    """
    kept = (read_code(path) for path in kept_codes(folder).values())
    return tuple({each.id: each for each in (*built_in(), *kept)}.values())


def kept_codes(folder: RunFolder) -> dict[str, Path]:
    """The codes that are kept in a run, by id, and their files."""
    return {path.stem: path for path in sorted(folder.codes.glob("*.yaml"))}


def keep_code(folder: RunFolder, code: Code) -> None:
    """Keep a code in a run, so that the run is whole without its file; a built-in one needs none.

    One that takes over the clauses of another is kept with them: they may change in its source.

    Raises:
        UserError: The place can't be written.
    """
    place = folder.codes / f"{code.id}.yaml"
    shipped = {each.id: each.digest for each in built_in()}
    if shipped.get(code.id) == code.digest:
        place.unlink(missing_ok=True)
        return
    write_atomically(place, as_file(code))


@dataclass(frozen=True)
class _Place:
    """A cell, and the situation that it comes to."""

    id: str
    cell: StampedCell
    control: str
    situation: str
    levels: Mapping[str, Sequence[str]]
    """Each factor in the order of the file, and that of the control, to its levels in theirs."""
    words: frozenset[str]
    """The factors that only change words."""

    def seen_by(self, code: Code) -> tuple[str, ...]:
        """The factors that a code can see here."""
        return tuple(name for name in self.levels if name not in self.words - code.factors)


def build_judgements(resolved: Resolved, codes: Sequence[Code]) -> pl.DataFrame:
    """What each code says in each cell of a run, a row an action.

    Args:
        resolved: The experiment.
        codes: By which it is judged.
    """
    places = [_place(resolved, id, cell) for id, cell in resolved.cells.items()]
    rows = [row for code in codes for row in _rows(code, places)]
    return pl.DataFrame(rows, schema=columns_of("judgements"), orient="row")


def _place(resolved: Resolved, id: str, cell: StampedCell) -> _Place:
    scenario = resolved.scenarios[cell.scenario]
    side = scenario.control_side(id) or "off"
    levels = {name: each.levels for name, each in scenario.factors.items()}
    if CONTROL in cell.levels:
        levels[CONTROL] = list(CONTROL_FACTOR.level_ids)
    words = frozenset(name for name, each in scenario.factors.items() if each.words_only)
    return _Place(id, cell, side, digest_of(cell.case)[:16], levels, words)


def _rows(code: Code, places: Sequence[_Place]) -> Iterator[dict[str, Any]]:
    judged = _judged(code, places)
    for place in places:
        found = judged[place.id]
        flips = _flips(code, place, judged, places)
        for action, each in found.judgements.items():
            flip = flips[action]
            yield {
                "scenario": place.cell.scenario,
                "cell": place.id,
                "control": place.control,
                "depicted": place.cell.depicted,
                "situation": place.situation,
                "code": code.id,
                "kind": code.kind.value,
                "code_digest": code.digest,
                "action": action,
                "judgement": each.verdict.value,
                "clauses": list(each.clauses),
                "facts": list(each.facts),
                "excused_by": [f"{one.clause}: {one.why}" for one in each.losing],
                "untold": list(each.untold),
                "flip": [str(one) for one in flip.changes] if flip else [],
                "flip_judgement": flip.verdict.value if flip else None,
                "flip_clauses": list(flip.clauses) if flip else [],
                "dilemma": found.dilemma,
            }


def _judged(code: Code, places: Sequence[_Place]) -> dict[str, Judged]:
    """Cell to judgements; cells of one situation, alike in what the code looks at, share them."""
    known: dict[str, Judged] = {}
    found = {}
    for place in places:
        levels = place.cell.levels
        seen = {name: levels[name] for name in sorted(code.factors) if name in levels}
        key = json.dumps([place.situation, seen])
        if key not in known:
            known[key] = judge(code, read_case(place.cell.case), Told(levels=levels))
        found[place.id] = known[key]
    return found


def _flips(
    code: Code, place: _Place, judged: Mapping[str, Judged], places: Sequence[_Place]
) -> dict[str, Flip | None]:
    """Action to the smallest change to another cell of the run that changes its judgement.

    No change leads into the positive control: its cells say the plainest thing there is to say.
    """
    seen = place.seen_by(code)
    nearby = [
        (changes_between(place.cell.levels, other.cell.levels, seen), _rulings(judged[other.id]))
        for other in places
        if other.cell.scenario == place.cell.scenario and other.control == "off"
    ]
    nearby.sort(key=lambda each: size(each[0], place.levels))
    return first_flips(_rulings(judged[place.id]), nearby)


def _rulings(judged: Judged) -> Rulings:
    return {id: Ruling(each.verdict, each.clauses) for id, each in judged.judgements.items()}
