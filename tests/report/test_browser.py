"""The pages in a real browser: they can be walked through, fit a phone, and fetch nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")

Scheme = Literal["light", "dark"]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("no chromium here")
    with playwright.sync_playwright() as session:
        started = session.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser complained of, and whatever it tried to fetch from outside."""
    return []


def open_page(browser: "Browser", said: list[str], *, width: int, scheme: Scheme) -> "Page":
    """A page that notes complaints and requests."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:")) else said.append(request.url)
        ),
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_reader_walks_through(
    browser: "Browser", said: list[str], whole: Path, width: int, scheme: Scheme
) -> None:
    """From the run to a comparison, a cell and back, without a complaint or a request."""
    page = open_page(browser, said, width=width, scheme=scheme)
    page.goto((whole / "index.html").as_uri())
    shown = page.evaluate("[...document.querySelectorAll('.plot')].map(e => e.clientHeight)")
    assert all(height > 100 for height in shown)
    mark = page.locator(".plot svg:visible a").first
    mark.click()
    assert "#" in page.url
    page.go_back()
    page.click("table a[href^='scenario-shelf.html#compare-1']")
    assert page.url.endswith("scenario-shelf.html#compare-1")
    page.click("#compare-1 a[href='cell-shelf-conflicting.html']")
    assert "resolved" in page.inner_text("#case")
    page.click("nav[aria-label=Vignettes] a >> nth=1")
    assert "#vignette-" in page.url
    page.click(".trail a[href='scenario-shelf.html']")
    page.click(".trail a[href='index.html']")
    assert page.url.endswith("index.html")
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", ["whole", "sampled", "gaps", "crossed", "ranked"])
def test_no_page_is_wider_than_a_phone(
    browser: "Browser",
    said: list[str],
    report: str,
    scheme: Scheme,
    request: pytest.FixtureRequest,
) -> None:
    """Wide tables scroll inside themselves, even with everything unfolded."""
    folder: Path = request.getfixturevalue(report)
    page = open_page(browser, said, width=390, scheme=scheme)
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_page(
    browser: "Browser", said: list[str], gaps: Path, scheme: Scheme
) -> None:
    """Every text has a contrast of at least 4.5 to 1 against what lies behind it."""
    page = open_page(browser, said, width=1280, scheme=scheme)
    page.goto((gaps / "index.html").as_uri())
    assert page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const light = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const lum = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const rgba = text => text.match(/[0-9.]+/g).map(Number);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll('main *, header *, footer *')) {
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [lum(rgba(getComputedStyle(node).color)), lum(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push([node.tagName, node.className, ratio]);
  }
  return poor;
}"""
