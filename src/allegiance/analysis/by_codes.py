"""Sentences about what codes say, answered from formal facts and judgements.

    required      a cell counts where some code speaks of the acts on its menu; it bears the
                  sentence out where nearly all that speak require one
    price         a line (cells that differ in one number) counts where a rule speaks of an act on
                  every rung; it bears the sentence out where it forbids one, and none on some only
    unavoidable   every cell counts; where each action subverts somebody, in one reading at least

A code says of a cell's acts: requires or permits one; forbids (those of which it speaks);
contradictory; silent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from allegiance.analysis.asked import (
    ANSWER,
    MODELS,
    Evidence,
    Found,
    Item,
    Record,
    among,
    joined,
    subversion_beside,
)
from allegiance.analysis.debate import Price, ReadAs, Required, Unavoidable
from allegiance.analysis.dose import HARD_LINE, at_words
from allegiance.situation.flags import Flag
from allegiance.situation.subversion import Reading, subverted

REQUIRES, PERMITS, FORBIDS = "requires", "permits", "forbids"
CONTRADICTORY, SILENT = "contradictory", "silent"
SAYS = (REQUIRES, PERMITS, FORBIDS, CONTRADICTORY, SILENT)
"""What a code says, the first first where it says several things in several cells."""


def required(record: Record, scenario: str, ask: Required) -> Found:
    """What codes say of the acts, cell by cell."""
    acts = {cell: record.acts(cell, ask.acts) for cell in record.cells(scenario)}
    cells = [cell for cell, own in acts.items() if own]
    codes = [code for code, kind in record.code_kinds(scenario).items() if kind == ask.codes]
    beside = subversion_beside(record, scenario)
    if not codes or not cells:
        why = "no cell has such an act" if codes else f"no code of the kind {ask.codes} judged it"
        return Found(evidence=beside, why=why)
    said = {code: _said(record, scenario, code, acts, cells) for code in codes}
    items = [_nearly([own[cell] for own in said.values()], ask) for cell in cells]
    return Found(
        items=tuple(items),
        evidence=(*_by_code(said, cells), *beside),
        words=_sorts(said),
    )


def told_required(ask: Required, held: int, of: int) -> str:
    """The count, in a sentence."""
    return (
        f"In {held} of {of} cells with such an act at least {100 * ask.nearly:g} % of the codes "
        f"(kind: {ask.codes}) that say anything of it "
        f"{'require one' if ask.says == 'requires' else 'permit or require one'}."
    )


def _said(
    record: Record,
    scenario: str,
    code: str,
    acts: Mapping[str, Sequence[str]],
    cells: Sequence[str],
) -> dict[str, str]:
    verdicts = record.verdicts(scenario, code)
    return {cell: _one_word(verdicts.get(cell, {}), acts[cell]) for cell in cells}


def _one_word(verdicts: Mapping[str, str], acts: Collection[str]) -> str:
    said = {verdicts[each] for each in acts if each in verdicts}
    words = {
        "required": REQUIRES,
        "permitted": PERMITS,
        "forbidden": FORBIDS,
        "contradictory": CONTRADICTORY,
    }
    return next((word for verdict, word in words.items() if verdict in said), SILENT)


def _nearly(said: Sequence[str], ask: Required) -> Item:
    speaking = [word for word in said if word != SILENT]
    if not speaking:
        return Item(None, "every code is silent on such acts")
    words = (REQUIRES,) if ask.says == "requires" else (REQUIRES, PERMITS)
    return Item(sum(word in words for word in speaking) >= ask.nearly * len(speaking))


def _by_code(said: Mapping[str, Mapping[str, str]], cells: Sequence[str]) -> Iterator[Evidence]:
    for code, own in said.items():
        for word in SAYS:
            where = tuple(cell for cell in cells if own[cell] == word)
            if where:
                yield Evidence(ANSWER, code, f"{word} {among(where, cells)}", where)


def _sorts(said: Mapping[str, Mapping[str, str]]) -> str:
    """How many codes are of which sort, each by the first word of the list that it ever says."""
    sorts = [next(word for word in SAYS if word in own.values()) for own in said.values()]
    told = {
        REQUIRES: "requiring one somewhere",
        PERMITS: "permitting one somewhere and requiring none",
        FORBIDS: "forbidding such acts wherever they speak of them",
        CONTRADICTORY: "contradicting themselves",
        SILENT: "silent on them",
    }
    counts = [f"{sorts.count(word)} {told[word]}" for word in SAYS if word in sorts]
    return f"Codes: {', '.join(counts)}."


def price(record: Record, scenario: str, ask: Price) -> Found:
    """On which rungs of each ladder codes forbid and allow the acts."""
    lines = [line for factor in _ladders(record, scenario, ask) for line in factor]
    codes = record.code_kinds(scenario)
    rules = [code for code in codes if code in ask.codes]
    beside = tuple(_doses(record, scenario))
    if not lines or not rules:
        why = "no number is varied in it" if rules else f"no {' or '.join(ask.codes)} judged it"
        return Found(evidence=beside, why=why)
    told = {
        code: [_Priced.of(record, line, record.verdicts(scenario, code), ask) for line in lines]
        for code in (*rules, *(code for code in codes if code not in rules))
    }
    priced = [each for code in rules for each in told[code]]
    freed = sum(bool(each.turning) for each in priced)
    return Found(
        items=tuple(each.item for each in priced),
        evidence=(*_by_price(told), *beside),
        words=f"In {freed} the number decides; in "
        f"{sum(not each.forbidden for each in priced)} no such act is forbidden on any rung.",
    )


def told_price(ask: Price, held: int, of: int) -> str:
    """The count, in a sentence."""
    each = " (counted for each of these codes)" if len(ask.codes) > 1 else ""
    return (
        f"In {held} of {of} lines of cells that differ in one number alone{each}, what "
        f"{' or '.join(ask.codes)} forbids of these acts is forbidden on every rung."
    )


_Line = Mapping[str, str]
"""Level of a numeric factor, the lowest first, to the cell in which all else is the same."""


class _Priced:
    """What one code says of each act along one line."""

    def __init__(self, line: _Line, acts: Mapping[str, Mapping[str, str]]) -> None:
        self.cells = tuple(line.values())
        self.acts = {act: said for act, said in acts.items() if said.keys() == line.keys()}
        """Those that are on the menu of every rung."""
        words = {act: set(said.values()) for act, said in self.acts.items()}
        self.forbidden = [act for act, said in words.items() if FORBIDS in said]
        self.turning = [act for act in self.forbidden if words[act] - {FORBIDS, SILENT}]
        self.silent = [act for act, said in words.items() if SILENT in said]

    @classmethod
    def of(
        cls, record: Record, line: _Line, verdicts: Mapping[str, Mapping[str, str]], ask: Price
    ) -> "_Priced":
        """Look along a line."""
        acts: dict[str, dict[str, str]] = {}
        for level, cell in line.items():
            for act in record.acts(cell, ask.acts):
                acts.setdefault(act, {})[level] = _one_word(verdicts.get(cell, {}), (act,))
        return cls(line, acts)

    @property
    def item(self) -> Item:
        """Whether what is forbidden is so at any price."""
        if not self.acts:
            return Item(None, "no such act is on the menu of every rung")
        if self.turning:
            return Item(False)
        if self.silent and (not self.forbidden or set(self.silent) & set(self.forbidden)):
            return Item(None, "the rule is silent on such acts, on some rung at least")
        return Item(bool(self.forbidden))

    @property
    def told(self) -> str:
        """Which acts are what on which rungs."""
        alike: dict[str, list[str]] = {}
        for act, said in self.acts.items():
            words = dict.fromkeys(said.values())
            whole = len(words) == 1
            told = ", ".join(
                f"{word} {'on every rung' if whole else f'at {self._rungs(said, word)}'}"
                for word in words
            )
            alike.setdefault(told, []).append(act)
        return "; ".join(f"{told}: {', '.join(acts)}" for told, acts in alike.items())

    @staticmethod
    def _rungs(said: Mapping[str, str], word: str) -> str:
        return ", ".join(level for level, each in said.items() if each == word)


def _ladders(record: Record, scenario: str, ask: Price) -> Iterator[list[_Line]]:
    """For each numeric factor its lines."""
    for factor, levels in record.resolved.scenarios[scenario].crossed.items():
        rungs = _in_order(levels)
        if len(rungs) < ask.rungs:
            continue
        lines: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
        for cell in record.cells(scenario):
            own = record.resolved.cells[cell].levels
            rest = tuple(sorted(each for each in own.items() if each[0] != factor))
            lines.setdefault(rest, {})[own[factor]] = cell
        yield [
            {level: line[level] for level in rungs if level in line}
            for line in lines.values()
            if len(line) >= ask.rungs
        ]


def _in_order(levels: Sequence[str]) -> list[str]:
    """Levels by their size; none where they are no numbers."""
    try:
        return sorted(levels, key=float)
    except ValueError:
        return []


def _by_price(told: Mapping[str, Sequence[_Priced]]) -> Iterator[Evidence]:
    """A row for each code and thing that it says, over the lines along which it says it."""
    for code, lines in told.items():
        alike: dict[str, list[str]] = {}
        for line in lines:
            alike.setdefault(line.told, []).extend(line.cells)
        for says, cells in alike.items():
            yield Evidence(ANSWER, code, says or "no such act on every rung", tuple(cells))


def _doses(record: Record, scenario: str) -> Iterator[Evidence]:
    """What each step of a number does to models: over all lines, and along each."""
    for row in record.of("doses", scenario):
        at = f" at {row['at']}" if row["at"] else ""
        step = f"change a {row['per']} of {row['factor']}{at}"
        figure, why = (
            record.figure(row, "change", "slope"),
            record.no_choice(row["model"], scenario),
        )
        yield Evidence(
            part=MODELS,
            name=row["model"],
            says=step if figure["withheld"] else f"{step}; {_margin(row, choice=not why)}",
            p=row["p"],
            cells=_on_line(record, scenario, row),
            remark=joined(why, row["remark"] or ""),
            **figure,
        )


def _margin(row: Mapping[str, Any], *, choice: bool) -> str:
    """What was shown of a claimed margin; of no choice it makes no line."""
    if row["hard_line"] is None:
        return "no margin was claimed for it, so no hard line was tested"
    if row["hard_line"] == HARD_LINE and not choice:
        return "nothing moved by as much as the margin, which makes no hard line"
    return f"hard line in what it does: {row['hard_line']}"


def _on_line(record: Record, scenario: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells of a row of the table of doses."""
    held = record.resolved.scenarios[scenario].crossed.keys() - {row["factor"]}

    def at(cell: str) -> str | None:
        levels = record.resolved.cells[cell].levels
        return at_words({name: levels[name] for name in held})

    return tuple(
        cell for cell in record.cells(scenario) if row["at"] is None or at(cell) == row["at"]
    )


def unavoidable(record: Record, scenario: str, ask: Unavoidable) -> Found:
    """Cells in which every action subverts somebody, in each reading."""
    cells = record.cells(scenario)
    if not cells:
        return Found(why="it has no cell but the control and what is only depicted")
    subverting = {
        reading: tuple(cell for cell in cells if _subverts_always(record, cell, reading))
        for reading in ask.readings
    }
    anywhere = {cell for own in subverting.values() for cell in own}
    tragic = tuple(cell for cell in cells if Flag.TRAGIC in record.decided(cell).delegated.flags)
    return Found(
        items=tuple(Item(cell in anywhere) for cell in cells),
        evidence=(
            *(
                Evidence(
                    ANSWER, f"{reading.replace('_', ' and ')}", f"so {among(where, cells)}", where
                )
                for reading, where in subverting.items()
            ),
            Evidence(
                ANSWER,
                "flag tragic",
                f"nothing may be done once exits count (delegated) {among(tragic, cells)}",
                tragic,
            ),
            *subversion_beside(record, scenario),
        ),
        words="By reading: "
        + ", ".join(
            f"{reading.replace('_', ' and ')} {len(where)}" for reading, where in subverting.items()
        )
        + f". Flagged tragic: {len(tragic)}.",
    )


def told_unavoidable(ask: Unavoidable, held: int, of: int) -> str:
    """The count, in a sentence."""
    return f"In {held} of {of} cells every action on the menu subverts somebody."


def _subverts_always(record: Record, cell: str, read_as: ReadAs) -> bool:
    of = record.decided(cell)
    found = (of.strict if read_as.startswith("strict") else of.delegated).classification
    reading = Reading.STRICT if read_as.startswith("strict") else Reading.DELEGATED
    counted = read_as.endswith("counted")
    return all(
        subverted((*action.moves, *(found.case.imputed(action) if counted else ())), found, reading)
        for action in found.case.actions
    )
