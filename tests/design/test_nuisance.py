"""Nuisance levels are balanced over blocks."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from allegiance.design.nuisance import balanced_blocks


@given(
    count=st.integers(1, 40),
    names=st.integers(1, 9),
    orders=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_each_level_stands_as_often_as_it_can(count, names, orders, seed) -> None:
    """Counts of the levels of one nuisance differ by one at most."""
    blocks = balanced_blocks(count, wordings=8, names=names, orders=orders, seed=seed)
    for levels, of in ((8, "wording"), (names, "names"), (orders, "order")):
        counts = Counter(getattr(block, of) for block in blocks)
        often = [counts[level] for level in range(levels)]
        assert max(often) - min(often) <= 1


def test_the_seed_decides() -> None:
    """The same seed gives the same blocks; another one others."""

    def drawn(seed: int):
        return balanced_blocks(16, wordings=8, names=8, orders=2, seed=seed)

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
