"""One thread for a model that many ask at once.

    ask ... ask .. ask      each waits two milliseconds for others
             |
           work off         whoever comes first takes all that are pending to a thread
             |
    answer, error, answer   each asker gets its own result, or the error of its own request

A request that is given up before its turn is taken back. Each event loop has a queue of its
own, so that one which was interrupted leaves nothing stuck behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

LINGER = 0.002
"""Seconds for which a request waits for others."""


@dataclass(eq=False)
class Request:
    """Something that waits for the model; in the end it holds a result or an error."""

    work: Any
    """What is asked."""
    done: bool = False
    """Whether it is settled."""
    result: Any = None
    """The answer, once done."""
    error: Exception | None = None
    """Why there is none, once done."""

    def settle(self, answer: Callable[[], Any]) -> None:
        """Take the answer, or the reason why there is none, to whoever asked."""
        try:
            self.result = answer()
        except Exception as error:  # noqa: BLE001 - raised again where it was asked
            self.error = error
        self.done = True


@dataclass(eq=False)
class _Queue:
    """What waits in one event loop."""

    pending: list[Request] = field(default_factory=list)
    at_work: anyio.Lock = field(default_factory=anyio.Lock)


class Drain:
    """Requests gathered, and worked off together.

    Args:
        name: Of the model, for those who look into it.
        work_off: Settles every request it is given; called in a thread, one call at a time.
    """

    def __init__(self, name: str, work_off: Callable[[Sequence[Request]], None]) -> None:
        self._work_off = work_off
        self._queues: RunVar[_Queue] = RunVar(name)

    async def ask(self, work: Any) -> Any:
        """The answer to a piece of work, or its own error."""
        queue, request = self._queue(), Request(work)
        queue.pending.append(request)
        try:
            await anyio.sleep(LINGER)
            async with queue.at_work:
                if not request.done:
                    taken, queue.pending = queue.pending, []
                    await anyio.to_thread.run_sync(self._work_off, taken)
        finally:
            if request in queue.pending:
                queue.pending.remove(request)
        if request.error is not None:
            raise request.error
        return request.result

    def _queue(self) -> _Queue:
        found = self._queues.get(None)
        if found is None:
            found = _Queue()
            self._queues.set(found)
        return found


def settle_together(requests: Sequence[Request], answer: Callable[[], Sequence[Any]]) -> None:
    """Give each request its part of a common answer: a result, or an error of its own."""
    together = Request(None)
    together.settle(answer)
    for place, request in enumerate(requests):
        request.settle(partial(_own_part, together, place))


def _own_part(together: Request, place: int) -> Any:
    if together.error is not None:
        raise together.error
    own = together.result[place]
    if isinstance(own, Exception):
        raise own
    return own
