"""Scenarios by name and by folder."""

import pytest

from allegiance.errors import UserError
from allegiance.scenarios.catalogue import find, names

from .conftest import PARCEL


def test_a_folder_is_found_by_its_path_and_by_its_file():
    """As text or as a path."""
    assert find(PARCEL).id == find(str(PARCEL / "scenario.yaml")).id == "parcel"


def test_an_unknown_name_is_told_with_the_names_there_are():
    """A slip is mended."""
    with pytest.raises(UserError, match='no scenario "shlef"') as caught:
        find("shlef")
    assert 'Did you mean "shelf"?' in caught.value.mend


@pytest.mark.parametrize("name", ["x" * 5000, "", "a\0b", "no/such/folder"])
def test_a_name_that_can_be_no_folder_is_just_unknown(name, tmp_path, monkeypatch):
    """No other error than ours."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError):
        find(name)


@pytest.mark.parametrize("name", names())
def test_a_built_in_scenario_goes_by_the_name_of_its_folder(name):
    """So that tables and folders speak of the same thing."""
    assert find(name).id == name
