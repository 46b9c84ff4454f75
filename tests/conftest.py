"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.models.tiny import make_tiny_model

settings.register_profile("default", deadline=None)
settings.register_profile("faults", deadline=None, max_examples=300, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random model."""
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))
