"""What is there, and what is missing, for each provider of models; nothing is asked over the net.

Names are Inspect's. What each needs stands in `library/providers.yaml`: Inspect says it only
when a model is made, which starts servers and loads weights.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from allegiance.models import embedded

FILE = Path(__file__).parents[1] / "library" / "providers.yaml"


class Provider(BaseModel):
    """What a provider of Inspect's needs, and what it can do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: str
    """Pattern of its models' names."""
    packages: dict[str, str] = {}
    """Package, as pip knows it, to the module that it brings."""
    keys: tuple[tuple[str, ...], ...] = ()
    """Alternatives, each of environment variables that are needed together."""
    note: str = ""
    """What else it needs."""
    tools: bool = True
    """Whether its models may be given a tool that they must call."""
    schema_: Annotated[bool, Field(alias="schema")] = False
    """Whether it holds answers to a JSON schema."""
    top_logprobs: int = 0
    """How many alternatives it lists at a token; 0 where it gives no log-probabilities."""


@dataclass(frozen=True)
class Readiness:
    """Whether models of a name can be used here and now."""

    models: str
    """Pattern of their names."""
    missing: tuple[str, ...]
    """What is missing."""
    mend: tuple[str, ...]
    """What to do about it, in commands."""
    note: str = ""
    """What can't be seen from here."""

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def in_words(self) -> str:
        """Ready, ready if, or what is missing."""
        if self.missing:
            return f"missing: {', '.join(self.missing)}"
        return f"ready, given {self.note}" if self.note else "ready"


@cache
def providers() -> dict[str, Provider]:
    """Inspect's providers by name."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Provider.model_validate(entry) for name, entry in found.items()}


def provider_of(model: str) -> Provider:
    """The provider of a model; one that is unknown here is taken to know tools."""
    name = model.split("/", 1)[0]
    return providers().get(name) or Provider(models=f"{name}/MODEL")


def readiness() -> list[Readiness]:
    """All that can be named as a model, local ones first."""
    return [*_local(), *map(_of_provider, providers().values())]


def _local() -> Iterable[Readiness]:
    packages = tuple(name for name in embedded.NEEDED if not find_spec(name))
    mend = ('pip install "allegiance[local]"',) if packages else ()
    missing = tuple(f"package {name}" for name in packages)
    weights = () if embedded.is_cached() else ("weights",)
    pull = ("allegiance models pull",) if weights else ()
    yield Readiness("allegiance/smollm2", missing + weights, mend + pull)
    yield Readiness("allegiance/hf:ID_OR_PATH", missing, mend)


def _of_provider(provider: Provider) -> Readiness:
    packages = [name for name, module in provider.packages.items() if not _is_there(module)]
    keys = _missing_keys(provider.keys)
    return Readiness(
        provider.models,
        tuple(f"package {name}" for name in packages) + keys,
        ((f"pip install {' '.join(packages)}",) if packages else ())
        + tuple(f"export {key}=..." for key in keys),
        provider.note,
    )


def _missing_keys(alternatives: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The variables not set of the alternative that is nearest to complete."""
    lacking = [tuple(key for key in each if not os.environ.get(key)) for each in alternatives]
    return min(lacking, key=len, default=())


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package within a package that is not there
        return False
