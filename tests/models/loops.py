"""An event loop for each call, closed behind it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop of its own, whatever another test made of `asyncio.run`.

    Inspect patches that function, once it was called from within a loop, to use one loop again and
    again.
    """
    with asyncio.Runner() as runner:
        return runner.run(work)
