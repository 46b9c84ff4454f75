"""Requests gathered and worked off together, each with its own result or error."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from allegiance.models.drain import Drain, Request
from tests.models.loops import run


def doubling(batches: list[list[int]]) -> Drain:
    """Doubles numbers, and keeps what it was given at once."""

    def double(work: int) -> int:
        if work < 0:
            raise ValueError(f"{work} is negative")
        return 2 * work

    def work_off(requests: Sequence[Request]) -> None:
        batches.append([request.work for request in requests])
        time.sleep(0.02)
        for request in requests:
            request.settle(partial(double, request.work))

    return Drain("test", work_off)


def test_those_who_ask_together_are_answered_together() -> None:
    """One batch; the results go to whoever asked."""
    batches: list[list[int]] = []
    drain = doubling(batches)

    async def ask() -> Any:
        return await asyncio.gather(*[drain.ask(n) for n in range(20)])

    assert run(ask()) == [2 * n for n in range(20)]
    assert batches == [list(range(20))]


def test_those_who_come_later_are_the_next_batch() -> None:
    """While one batch is worked off another gathers."""
    batches: list[list[int]] = []
    drain = doubling(batches)

    async def later(n: int) -> Any:
        await asyncio.sleep(0.2 if n else 0)
        return await drain.ask(n)

    async def ask() -> Any:
        return await asyncio.gather(*[later(n) for n in range(5)])

    assert run(ask()) == [0, 2, 4, 6, 8]
    assert batches == [[0], [1, 2, 3, 4]]


def test_an_error_is_its_own() -> None:
    """Who asked for it gets it, nobody else."""
    drain = doubling([])

    async def ask() -> Any:
        return await asyncio.gather(drain.ask(1), drain.ask(-1), return_exceptions=True)

    fine, wrong = run(ask())
    assert fine == 2
    assert isinstance(wrong, ValueError)


def test_what_is_given_up_is_not_worked_off() -> None:
    """Cancelled before its turn: taken back, and an equal request of another stays."""
    batches: list[list[int]] = []
    drain = doubling(batches)

    async def ask() -> Any:
        first = asyncio.create_task(drain.ask(1))
        await asyncio.sleep(0.01)
        equal, given_up = (asyncio.create_task(drain.ask(7)) for _ in range(2))
        await asyncio.sleep(0.005)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        return await asyncio.gather(first, equal)

    assert run(ask()) == [2, 14]
    assert batches == [[1], [7]]


def test_an_interrupted_loop_leaves_nothing_stuck() -> None:
    """The next event loop has a queue of its own."""
    batches: list[list[int]] = []
    drain = doubling(batches)

    async def interrupted() -> None:
        asyncio.create_task(drain.ask(1))  # noqa: RUF006 - left alone on purpose
        await asyncio.sleep(0.01)
        asyncio.create_task(drain.ask(2))  # noqa: RUF006
        await asyncio.sleep(0)

    run(interrupted())
    assert run(drain.ask(3)) == 6
    assert batches[-1] == [3]
