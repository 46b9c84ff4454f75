"""Packs that other packages bring: found by name, and in nobody's way when they are broken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from allegiance.errors import UserError
from allegiance.scenarios.catalogue import expanded, find, listed
from allegiance.scenarios.packs import GROUP, Pack, packs
from allegiance.scenarios.skeletons import LIBRARY

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """`install(package, entry)` puts a package with a scenario where Python finds it."""

    def made(package: str, entry: str, code: str = "", scenario: str = "tea") -> Path:
        site = tmp_path / f"site-{package}"
        folder = site / package / "packs"
        shutil.copytree(LIBRARY / "complete", folder / scenario)
        for each in (site / package, folder):
            (each / "__init__.py").write_text("")
        (site / package / "__init__.py").write_text(code)
        metadata = site / f"{package}-0.1.dist-info"
        metadata.mkdir()
        name = package.replace("_", "-")
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
        (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
        monkeypatch.syspath_prepend(site)
        return folder

    return made


def test_a_pack_of_another_package_is_there_by_name(install: Install) -> None:
    """Its scenarios alone, behind the pack's name, and all together."""
    folder = install("neat_pack", "neat = neat_pack.packs")
    assert find("tea").path == find("neat/tea").path == folder / "tea" / "scenario.yaml"
    assert list(expanded(["neat"])) == ["neat/tea"]
    found, faults = listed()
    assert not faults
    assert ("tea", "neat", "skeleton") in [(each.name, each.pack, each.id) for each in found]


def test_a_pack_may_be_an_object_that_is_a_path(install: Install) -> None:
    """Then the package's code says where."""
    code = "from pathlib import Path\nPACK = Path(__file__).parent / 'packs'\n"
    folder = install("told_pack", "told = told_pack:PACK", code)
    assert find("told/tea").folder == folder / "tea"


def test_a_scenario_that_two_packs_bring_is_named_in_full(install: Install) -> None:
    """The name alone could mean two things."""
    install("rival_pack", "rival = rival_pack.packs", scenario="shelf")
    with pytest.raises(UserError, match='"shelf" may mean 2 scenarios') as caught:
        find("shelf")
    assert caught.value.mend == "Write core/shelf or rival/shelf."
    assert find("rival/shelf").id == "skeleton"
    assert {"core/shelf", "rival/shelf"} <= {each.name for each in listed()[0]}


BROKEN = {
    # package: entry point, code of the package, what is said
    "gone_pack": ("bad = nowhere_at_all.packs", "", "can't be loaded: ModuleNotFoundError"),
    "raises_pack": ("bad = raises_pack.packs", "1 / 0", "can't be loaded: ZeroDivisionError"),
    "exits_pack": ("bad = exits_pack.packs", "raise SystemExit('bye')", "can't be loaded: SystemE"),
    "lines_pack": ("bad = lines_pack:X", "raise ValueError('a\\nb')", "can't be loaded: ValueErr"),
    "lacks_pack": ("bad = lacks_pack:PACK", "", "can't be loaded: AttributeError"),
    "number_pack": ("bad = number_pack:PACK", "PACK = 12", "is no folder"),
    "long_pack": ("bad = long_pack:PACK", "PACK = 'x' * 5000", "can't be read: File name too"),
    "file_pack": ("bad = file_pack:PACK", "PACK = __file__", "is no folder"),
    "module_pack": ("bad = json.decoder", "", "is no folder"),
    "empty_pack": ("bad = json", "", "holds no scenario"),
    "core_pack": ("core = core_pack.packs", "", 'another pack is called "core" too'),
}


@pytest.mark.parametrize("package", BROKEN)
def test_a_broken_entry_point_is_told_with_its_package(package: str, install: Install) -> None:
    """In one line, when it is asked for; what else there is can be used."""
    entry, code, said = BROKEN[package]
    install(package, entry, code)
    fault = _broken().fault
    assert fault is not None
    assert said in str(fault)
    assert package.replace("_", "-") in str(fault)
    assert len(str(fault).splitlines()) == 2
    assert find("shelf").id == "shelf"
    assert fault.problem in [each.problem for each in listed()[1]]
    if entry.startswith("bad"):
        with pytest.raises(UserError, match=r"of .*-pack"):
            find("bad/tea")


def test_a_link_out_of_a_pack_is_refused(install: Install, tmp_path: Path) -> None:
    """A pack brings what lies in it."""
    folder = install("links_pack", "bad = links_pack.packs")
    shutil.move(folder / "tea", tmp_path / "elsewhere")
    (folder / "tea").symlink_to(tmp_path / "elsewhere")
    assert "a link that leaves the pack's folder" in str(_broken().fault)


def _broken() -> Pack:
    (found,) = [pack for pack in packs() if pack.fault]
    return found
