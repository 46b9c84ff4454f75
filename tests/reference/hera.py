"""The answers of HERA (the package `ethics` 0.22.3) to the textbook cases, as an oracle.

HERA models a case as a small causal network and asks principles of each world, one for each
action. The wheel lacks a module that its principles import and that these don't use; an empty
one stands in for it.
"""

import contextlib
import importlib
import io
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import yaml

PRINCIPLES = {
    "act_utilitarian": "UtilitarianPrinciple",
    "double_effect": "DoubleEffectPrinciple",
    "kantian": "KantianHumanityPrinciple",
}
"""Our code to HERA's principle."""


def answers(model: dict[str, Any]) -> dict[str, dict[str, bool]]:
    """Code, then action, to whether HERA's principle permits it."""
    principles, network = _loaded()
    found: dict[str, dict[str, bool]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(yaml.safe_dump(model))
        for code, principle in PRINCIPLES.items():
            worlds = {
                action: network.CausalModel(
                    str(file), {each: int(each == action) for each in model["actions"]}
                )
                for action in model["actions"]
            }
            for world in worlds.values():
                world.alternatives = list(worlds.values())
                _performed_only(world)
            found[code] = {
                action: bool(world.evaluate(getattr(principles, principle)))
                for action, world in worlds.items()
            }
    return found


def _performed_only(world: Any) -> None:
    """Goals and intentions are those of the action that is done."""
    done = {str(each) for each in world.get_performed_actions()}
    world.goals = {action: goals if action in done else [] for action, goals in world.goals.items()}


def _loaded() -> tuple[Any, Any]:
    missing = types.ModuleType("ethics.argumentation")
    for name in ("ArgModel", "ArgGraph", "ArgSolver"):
        setattr(missing, name, type(name, (), {}))
    sys.modules.setdefault("ethics.argumentation", missing)
    with contextlib.redirect_stdout(io.StringIO()):
        principles = importlib.import_module("ethics.cam.principles")
        network = importlib.import_module("ethics.cam.semantics")
    return principles, network
