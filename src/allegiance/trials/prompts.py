"""The words that we say to a model: files of `library/prompts`, never strings in code."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from allegiance.scenarios.slots import fill

FOLDER = Path(__file__).parents[1] / "library" / "prompts"
FRAMES = tuple(sorted(path.stem.removeprefix("choose-") for path in FOLDER.glob("choose-*.md")))
"""Frames in which a sampled model can be asked for its choice."""
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def prompt(name: str, /, **values: str) -> str:
    """The words of `name.md`, with the slots filled."""
    return fill(_words(name), values.__getitem__)


def has_prompt(name: str) -> bool:
    """Whether there are words of that name."""
    return (FOLDER / f"{name}.md").exists()


@cache
def phrases(name: str) -> dict[str, str]:
    """The phrases of `name.yaml`."""
    found: Any = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return {key: str(value) for key, value in found.items()}


@cache
def _words(name: str) -> str:
    return _COMMENT.sub("", (FOLDER / f"{name}.md").read_text(encoding="utf-8")).strip()
