"""The page of a plan in a real browser: Debian's Chromium, headless, without a network."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, resource
from plan_documents import THERE, document_of, everything, many, planned

from generator.checks.allowance import Allowance
from generator.checks.drift.classify import Drift, Known
from generator.checks.drift.difference import DriftedValue
from generator.plans.plan import parse_plan
from generator.problems import Place
from generator.reports.graph.drawing import Arrow, Box, Column, Drawing
from generator.reports.graph.svg import svg
from generator.reports.plan.assembly import Knowledge
from generator.reports.plan.document import Environment, Verdict
from generator.reports.plan.drifts import Looked, drift_document
from generator.reports.plan.formats.html import html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Open a page of which no error, no dialog and no request goes by unseen."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    seen: list[str] = []
    opened.on("console", lambda message: seen.append(message.text))
    opened.on("pageerror", lambda error: seen.append(str(error)))
    opened.on("dialog", lambda dialog: seen.append(dialog.message))
    opened.on("request", lambda request: seen.append(request.url) if not request.url.startswith("file:") else None)
    yield opened
    opened.close()
    assert seen == []


def open_page(page: Any, folder: Path, text: str) -> None:
    file = folder / "plan.html"
    file.write_text(text, "utf-8")
    page.goto(file.as_uri())


def test_it_opens_what_has_to_be_looked_at(page: Any, tmp_path: Path) -> None:
    drawing = Drawing("a stack", (Column("a", (Box("x", "one"),)), Column("b", (Box("y", "two"),))), (Arrow("x", "y"),))
    open_page(page, tmp_path, html(everything(), {"dev": svg(drawing)}))
    group = page.locator("details.group.refused")
    assert group.get_attribute("open") is not None
    assert group.locator(".refusal").inner_text().count("--allow") == 1
    assert "onerror=alert(1)" in group.inner_text()
    assert page.locator("main img").count() == 0
    headings = group.locator("h3").all_inner_texts()
    assert [each.split(" (")[0] for each in headings] == [
        *("Destroyed", "Replaced", "Permissions wider", "Updates", "New", "Changed outside since the last apply"),
    ]
    assert group.locator("svg rect").count() == 2


def test_a_page_of_drift_tells_what_changed_outside_first(page: Any, tmp_path: Path) -> None:
    about = Environment("dev", "shop", "dev", ACCOUNT, "us-east-1", Verdict.NOTHING)
    value = DriftedValue("aws_x.known", "update", "a", 1, 2)
    entry = Allowance("aws_x.known", "*", (), "an incident", dt.date(2999, 12, 31), Place("drift.yaml", 2, 5))
    outside = (DriftedValue("aws_x.o", "update", "a", 1, 2),)
    unapplied = (DriftedValue("aws_x.c", "update", "a", 1, 3), DriftedValue("output.url", "update"))
    drift = Drift(outside, unapplied, (Known("outside", value, entry),))
    changed = [resource(f"aws_x.{name}", {"a": 1}, {"a": 2}) for name in ("o", "known")]
    refreshed = parse_plan({"resource_drift": changed})
    code = parse_plan({"resource_changes": [THERE, resource("aws_x.c", {"a": 1}, {"a": 3})]})
    made = drift_document([Looked(about, drift, refreshed, code)], Knowledge(), mode="sandbox")
    open_page(page, tmp_path, html(made))
    group = page.locator("details.group.drifted")
    assert [each.split(" (")[0] for each in group.locator("h3").all_inner_texts()] == [
        *("Changed outside since the last apply", "Not applied yet: updates", "Not applied yet: outputs"),
        "Known, as drift.yaml says",
    ]
    assert "url: to update" in group.inner_text()
    group.locator(".address", has_text="aws_x.known").click()
    assert "an incident" in group.inner_text()


def test_five_thousand_changes_open_and_can_be_searched(page: Any, tmp_path: Path) -> None:
    changes = [resource(f"module.x.aws_y.a{number}", {"v": "x"}, {"v": f"v{number}"}) for number in range(5_000)]
    open_page(page, tmp_path, html(document_of(planned("dev", *changes))))
    assert page.locator("details.change").count() == 5_000
    page.fill("#search", "v4999")
    page.locator("#found", has_text="1 of 1").wait_for()


def test_filters_and_search_leave_what_was_asked_for(page: Any, tmp_path: Path) -> None:
    open_page(page, tmp_path, html(many(30)))
    assert page.locator("details.group:visible").count() == 30
    page.fill("#search", "17 19 ü")
    page.locator("#found", has_text="1 of 30").wait_for()
    (shown,) = page.locator("details.group:visible .names").all_inner_texts()
    assert shown == "environment-17"
    page.locator("details.group:visible > summary").click()
    assert page.locator("mark").first.inner_text() == "17 19 ü"
    page.fill("#search", "")
    page.wait_for_timeout(400)
    page.locator(".chip.refused").click()
    assert page.locator("details.group:visible").count() == 30
    page.locator(".chip.refused").click()
    assert page.locator(".chip.refused").get_attribute("aria-pressed") == "false"


def test_the_keyboard_is_enough(page: Any, tmp_path: Path) -> None:
    calm = [planned(f"env-{number}", resource("aws_x.a", {"v": 0}, {"v": number + 1})) for number in range(5)]
    open_page(page, tmp_path, html(document_of(*calm)))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    assert page.locator("details.group[open] .names").all_inner_texts() == ["env-0"]
    page.keyboard.press("e")
    assert page.locator("details.group[open]").count() == 5
    page.keyboard.press("/")
    page.keyboard.type("env-3")
    page.locator("#found", has_text="1 of 5").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("details.group:visible").count() == 5


def test_it_is_dark_where_the_system_is_and_light_on_demand(browser: Any, tmp_path: Path) -> None:
    dark = browser.new_page(color_scheme="dark")
    open_page(dark, tmp_path, html(everything()))
    color = "getComputedStyle(document.body).backgroundColor"
    assert dark.evaluate(color) == "rgb(18, 22, 28)"
    dark.keyboard.press("d")
    assert dark.evaluate(color) == "rgb(246, 247, 249)"
    dark.close()


def test_two_hundred_environments_are_there_in_a_second(page: Any, tmp_path: Path) -> None:
    text = html(many(200))
    begin = time.monotonic()
    open_page(page, tmp_path, text)
    paint = page.evaluate("performance.getEntriesByType('paint').map((each) => each.startTime)[0]")
    assert paint < 1000
    assert page.locator("details.group").count() == 200
    assert time.monotonic() - begin < 10
