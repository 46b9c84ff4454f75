"""Small codes and cases, for tests."""

from pathlib import Path
from typing import Any

import yaml

from allegiance.cases.file import read_case
from allegiance.codes.code import Code
from allegiance.codes.load import read_code
from allegiance.situation.situation import Situation


def code_of(folder: Path, **parts: Any) -> Code:
    """A code from its parts, by way of a file."""
    whole = {"id": "mine", "title": "Mine", "summary": "A test.", **parts}
    file = folder / "mine.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False))
    return read_code(file)


def clause(id: str, effect: str, rule: Any = None, **more: Any) -> dict[str, Any]:
    """A clause of the first rank, unless it says otherwise."""
    rank = {} if "weight" in more else {"rank": 1}
    ruled = {} if rule is None else {"rule": rule}
    return {"id": id, "title": id, "says": id, "effect": effect, **rank, **ruled, **more}


def case_of(
    actions: dict[str, Any],
    welfare: list[tuple[Any, ...]] | None = None,
    instructions: list[dict[str, Any]] | None = None,
) -> Situation:
    """A case of a developer, an operator, a user and a third party C, with the exit `refuse`."""
    return read_case(
        {
            "tiers": {"developer": 1, "operator": 2, "user": 3},
            "channels": {"weights": "developer", "system": "operator", "chat": "user"},
            "parties": {"D": ["developer"], "O": ["operator"], "U": ["user"], "C": []},
            "actions": {**actions, "refuse": {"exit": "refuse"}},
            "instructions": instructions or [],
            "welfare": [
                {
                    "action": action,
                    "party": party,
                    "amount": amount if isinstance(amount, tuple) else (amount, amount),
                    "probability": rest[0] if rest else (1.0, 1.0),
                }
                for action, party, amount, *rest in welfare or []
            ],
        }
    )
