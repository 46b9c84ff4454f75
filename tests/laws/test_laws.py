"""What must hold of obey-or-refuse, whatever the case."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegiance.situation.situation import Situation
from tests.laws.laws import LAWS
from tests.strategies import cases


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@settings(max_examples=200, deadline=None)
@given(case=cases(), seed=st.integers(0, 2**32))
def test_law(law: Callable[[Situation, Random], None], case: Situation, seed: int) -> None:
    """Each law holds in every lawful case."""
    law(case, Random(seed))
