"""Structures counted by kind, with the smallest of each.

    stage    all structures with so many principals and so many instructions, from the smallest up
    row      principals x kind x where it is inescapable x whether instructions conflict -> a count

Every structure of a stage is decided by the policy. Where time runs out within a stage, the tally
says how many of it were decided, and that the rest was not.

Shares of structures are no probabilities: a structure stands for all situations like it, be they
many or few.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from allegiance.cases.enumerate import MOST_SAID, count, structures
from allegiance.cases.kind import Judged, judge
from allegiance.cases.structure import Structure, situation

CHUNK = 1000
"""Structures that a process decides at a time."""


@dataclass(frozen=True)
class Stage:
    """The structures of one size."""

    principals: int
    """Roles of principals."""
    said: int
    """Instructions."""
    structures: int
    """How many there are."""
    decided: int
    """How many of them were decided."""


@dataclass(frozen=True)
class Row:
    """The structures that are alike in all that is counted."""

    principals: int
    """Roles of principals."""
    judged: Judged
    """What the policy says of them."""
    count: int
    """How many they are."""
    smallest: Structure
    """The smallest of them."""


@dataclass(frozen=True)
class Tally:
    """What was counted."""

    stages: tuple[Stage, ...]
    """From the smallest up."""
    rows: tuple[Row, ...]
    """Every kind that occurs, the smallest number of principals first."""
    seconds: float
    """How long it took."""

    @property
    def decided(self) -> int:
        """Structures that were decided."""
        return sum(stage.decided for stage in self.stages)

    @property
    def complete(self) -> bool:
        """Whether every structure was decided."""
        return all(stage.decided == stage.structures for stage in self.stages)

    def smallest(self, holds: Callable[[Judged], bool]) -> Structure | None:
        """The smallest structure of which something holds; None where there is none."""
        found = [row.smallest for row in self.rows if holds(row.judged)]
        return min(found, key=lambda each: (each.size, each), default=None)

    def number(self, holds: Callable[[Judged], bool]) -> int:
        """How many structures there are of which something holds."""
        return sum(row.count for row in self.rows if holds(row.judged))


Counts = dict[tuple[int, Judged], tuple[int, Structure]]


def tally(
    principals: int,
    *,
    most: int = MOST_SAID,
    seconds: float | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Tally:
    """Decide and count all structures with up to so many principals.

    Args:
        principals: Roles of principals, at most.
        most: Instructions, at most.
        seconds: When to stop, in seconds; None for never.
        workers: Processes.
        progress: Is told after each chunk how many of how many structures are decided.

    Raises:
        UserError: No such number of principals, or clingo is not installed.
    """
    start = time.monotonic()

    def goes_on() -> bool:
        return seconds is None or time.monotonic() - start < seconds

    sizes = [(n, said) for n in range(1, principals + 1) for said in range(1, min(n, most) + 1)]
    totals = [count(n, least=said, most=said) for n, said in sizes]
    counts: Counts = {}
    stages: list[Stage] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for (n, said), total in zip(sizes, totals, strict=True):
            decided = 0
            for part, number in _in_turn(
                pool, structures(n, least=said, most=said), workers, goes_on
            ):
                _add(counts, part)
                decided += number
                progress(sum(stage.decided for stage in stages) + decided, sum(totals))
            stages.append(Stage(n, said, total, decided))
    rows = tuple(
        Row(n, judged, number, smallest)
        for (n, judged), (number, smallest) in sorted(counts.items(), key=lambda item: item[0])
    )
    return Tally(tuple(stages), rows, time.monotonic() - start)


def decide_chunk(chunk: tuple[Structure, ...]) -> tuple[Counts, int]:
    """Decide some structures, and count them by kind."""
    counts: Counts = {}
    for structure in chunk:
        key = (structure.principals, judge(situation(structure)))
        _add(counts, {key: (1, structure)})
    return counts, len(chunk)


def _in_turn(
    pool: ProcessPoolExecutor,
    found: Iterator[Structure],
    workers: int,
    goes_on: Callable[[], bool],
) -> Iterator[tuple[Counts, int]]:
    """What the pool says of each chunk, with a few in flight at a time, as long as time is left."""
    flying: deque[Future[tuple[Counts, int]]] = deque()
    while goes_on() and (chunk := tuple(islice(found, CHUNK))):
        flying.append(pool.submit(decide_chunk, chunk))
        if len(flying) > 2 * workers:
            yield flying.popleft().result()
    while flying:
        yield flying.popleft().result()


def _add(counts: Counts, more: Counts) -> None:
    for key, (number, smallest) in more.items():
        before, known = counts.get(key, (0, smallest))
        counts[key] = (before + number, min(known, smallest, key=lambda each: (each.size, each)))
