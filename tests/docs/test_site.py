"""The site of the documentation in a real browser: Debian's Chromium, headless, light and dark, on a desk and on a phone."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser
ROOT: Final = Path(__file__).parents[2]
SCREENS: Final = {"desk": (1280, 900), "phone": (390, 844)}
PAGES: Final = ("index", "tutorial", "commands", "spec-reference", "settings", "json", "guards", "decisions/index")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a page that is missing fails the test."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the site strictly, serve it on the loopback, and return its address."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(ROOT / "zensical.toml", folder / "zensical.toml")
    shutil.copytree(ROOT / "docs", folder / "docs")
    program = Path(sys.executable).with_name("zensical")
    ended = subprocess.run([program, "build", "--strict"], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder / "site"))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[(scheme, screen) for scheme in ("light", "dark") for screen in SCREENS], ids=" ".join)
def page(request: pytest.FixtureRequest, browser: Any, site: str) -> Iterator[Any]:
    """Open a tab of which no failed and no foreign request goes by unseen."""
    scheme, screen = request.param
    width, height = SCREENS[screen]
    seen: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, base_url=site)
    opened = context.new_page()
    opened.on("pageerror", lambda error: seen.append(str(error)))
    opened.on(
        "request", lambda asked: seen.append(asked.url) if not asked.url.startswith((site, "data:", "blob:")) else None
    )
    opened.on(
        "response",
        lambda given: seen.append(given.url) if given.status >= 400 and "favicon.ico" not in given.url else None,
    )
    yield opened
    context.close()
    assert seen == []


def test_every_kind_of_page_fits_the_screen_in_the_readers_colours(page: Any) -> None:
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for name in PAGES:
        page.goto(f"/{name}.html")
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{name} is {beyond} pixels wider than the screen"
        red, green, blue = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert (red + green + blue < 3 * 128) is is_dark, name
        assert page.locator("h1").count() == 1, name


def test_a_search_finds_a_key_and_leads_to_it(page: Any) -> None:
    page.goto("/index.html", wait_until="networkidle")
    page.keyboard.press("Control+k")
    # The field is in a shadow tree; what is typed before it has the focus is lost.
    page.wait_for_function("document.activeElement?.shadowRoot?.activeElement?.tagName === 'INPUT'", timeout=15_000)
    page.keyboard.type("retention_days", delay=20)
    found = page.locator("a[href*='spec-reference']", has_text="retention")
    found.first.wait_for(timeout=15_000)
