"""A tally kept in the cache folder, as long as nothing that it rests on has changed.

signature + policy + what is counted  --SHA-256-->  name of the file
a tally cut short by time             is kept too, and made again where more time is given
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import TypeAdapter, ValidationError

from allegiance.cases.tally import Tally

_ROOT = Path(__file__).parents[1]
_SOURCES = ("situation", "cases")
"""Rooms whose code a tally rests on."""
_FORM = TypeAdapter(Tally)


def digest() -> str:
    """The checksum of the signature, of the policy's code and of what counts."""
    sources = [
        path
        for room in _SOURCES
        for path in sorted((_ROOT / room).iterdir())
        if path.suffix in (".py", ".lp")
    ]
    found = hashlib.sha256()
    for path in sources:
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def place(principals: int) -> Path:
    """Where the tally of this digest is kept."""
    chosen = os.environ.get("ALLEGIANCE_CACHE")
    folder = Path(chosen) if chosen else user_cache_path("allegiance")
    return folder / "structures" / f"{principals}-{digest()[:24]}.json"


def recall(principals: int, seconds: float) -> Tally | None:
    """The tally that is kept; None where there is none, or more could be counted in that time."""
    path = place(principals)
    try:
        kept = _FORM.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValidationError, json.JSONDecodeError):
        return None
    return kept if kept.complete or kept.seconds >= seconds else None


def keep(tally: Tally, principals: int) -> Path:
    """Write a tally into the cache, whole or not at all."""
    path = place(principals)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".json", encoding="utf-8", delete=False
    ) as file:
        json.dump(asdict(tally), file)
    os.replace(file.name, path)
    return path
