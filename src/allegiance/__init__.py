"""Whom does a language model obey when its principals disagree?

The way through is `allegiance.pipeline`. What stands here is what Inspect asks a package for:
its task, imported when it is first used, so that `allegiance --help` starts light.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allegiance.trials.task import choose

__all__ = ["choose"]


def __getattr__(name: str) -> Any:
    if name == "choose":
        from allegiance.trials.task import choose

        return choose
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
