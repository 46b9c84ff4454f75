"""Names of pages: any disk and any link can carry them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from allegiance.report.addresses import safe, scenario_page


def test_a_plain_name_stays() -> None:
    """Ordinary ids are readable in the address."""
    assert scenario_page("mail-desk_2") == "scenario-mail-desk_2.html"


@given(st.text())
def test_any_name_gives_a_safe_one(name: str) -> None:
    """Whatever an id holds, nothing but letters, digits, - and _ reaches the disk."""
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", safe(name))


@given(st.text(), st.text())
def test_different_names_stay_apart(one: str, other: str) -> None:
    """No page overwrites another."""
    assert (safe(one) == safe(other)) == (one == other)
