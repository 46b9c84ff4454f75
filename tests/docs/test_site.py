"""The site builds strictly, loads nothing from elsewhere, and leaves no page out."""

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.conftest import DOCS, ROOT

SITE: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a folder, as `zensical build --strict` does."""
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def copy_of_the_docs(folder: Path) -> Path:
    """What the site is built from, in a folder of the test's own."""
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return Path(shutil.copytree(DOCS, folder / "docs"))


def nav(entries: list[dict[str, Any]]) -> list[str]:
    """The pages of the navigation, in order."""
    found: list[str] = []
    for entry in entries:
        for inner in entry.values():
            found += [inner] if isinstance(inner, str) else nav(inner)
    return found


def of_the_site(pattern: str) -> list[str]:
    """The pages under docs/ that are part of the site, from docs/ on."""
    left_out = [each.lstrip("/") for each in SITE["exclude_docs"].split()]
    found = (path.relative_to(DOCS).as_posix() for path in DOCS.rglob(pattern))
    return [each for each in found if not any(fnmatch(each, f"{out}*") for out in left_out)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    copy_of_the_docs(folder)
    built = build(folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "site"


def test_every_page_is_in_the_navigation() -> None:
    """Nobody finds a page that no page names; decisions are named by their own list."""
    aside = [each.lstrip("/") for each in SITE["not_in_nav"].split()]
    pages = of_the_site("*.md")
    lost = [each for each in pages if not any(fnmatch(each, rule) for rule in aside)]
    assert sorted(lost) == sorted(nav(SITE["nav"]))


def test_every_page_is_built(site: Path) -> None:
    for page in of_the_site("*.md"):
        assert (site / page).with_suffix(".html").exists(), page


def test_the_examples_are_there_to_fetch(site: Path) -> None:
    for file in of_the_site("*.yaml"):
        assert (site / file).exists(), file


@pytest.mark.parametrize("link", ["nowhere.md", "reference/vocabulary.md#no-such-words"])
def test_a_broken_link_stops_the_build(link: str, tmp_path: Path) -> None:
    """A page or an anchor that is not there."""
    docs = copy_of_the_docs(tmp_path)
    with (docs / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[lost]({link})\n")
    assert build(tmp_path).returncode != 0


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No font, script, style or image of another host."""
    loads = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\W?(?:https?:)?//[^>]*>")
    links = re.compile(r"<link\b(?![^>]*\brel=\W?canonical)[^>]*\bhref=\W?(?:https?:)?//[^>]*>")
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not loads.findall(text) + links.findall(text), path.name
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), path.name


def test_llms_txt_lists_the_whole_navigation(site: Path) -> None:
    """Title, summary, sections of links, each with a note, each to a page that is there."""
    text = (site / "llms.txt").read_text(encoding="utf-8")
    head, summary = text.split("\n\n")[:2]
    assert head == f"# {SITE['site_name']}"
    assert summary == f"> {SITE['site_description']}"
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): \S.*$", text, re.MULTILINE)
    assert sorted(links) == sorted(each.replace(".md", ".html") for each in nav(SITE["nav"]))
    assert all((site / each).exists() for each in links)
