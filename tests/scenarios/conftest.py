"""A copy of the small scenario, for tests that break it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PARCEL = Path(__file__).parent / "fixtures" / "parcel"


@pytest.fixture
def parcel(tmp_path: Path) -> Path:
    """A copy of the folder of the scenario `parcel`."""
    return Path(shutil.copytree(PARCEL, tmp_path / "parcel"))


@pytest.fixture
def broken(parcel: Path) -> Callable[..., Path]:
    """Replaces one piece of text in a file of the copy, which must stand there once."""

    def replaced(old: str, new: str, file: str = "scenario.yaml") -> Path:
        text = (parcel / file).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        (parcel / file).write_text(text.replace(old, new))
        return parcel

    return replaced
