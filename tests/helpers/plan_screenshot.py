"""Takes the picture of a plan that the documentation shows: `make screenshot`.

`dev` of the shipped environments is applied in a sandbox, changed, planned again, and its page opened in Debian's Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from generator import apply, render
from generator.cli import main
from generator.sandbox.control import stop
from generator.workspace import Workspace

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
CHANGED = """\
    timeout: 30m
    compute: medium
    variables:
      LOG_LEVEL: info
    secrets:
      NPM_TOKEN: {parameter: /nodejs-microservice/npm-token}
logs: {retention_days: 14}
"""


def page(folder: Path) -> Path:
    """Apply, change and plan `dev`; return its page."""
    shutil.copytree(ROOT / "environments", folder / "environments")
    render("dev", workspace=folder)
    apply("dev", workspace=folder, mode="sandbox")
    spec = folder / "environments" / "dev.yaml"
    above, _, _ = spec.read_text("utf-8").partition("    variables:\n")
    spec.write_text(above + CHANGED, "utf-8")
    render("dev", workspace=folder)
    file = folder / "plan.html"
    if main.run(["-C", str(folder), "plan", "dev", "--sandbox", "--html", str(file)]):
        sys.exit("no plan, and no picture")
    return file


def shoot(file: Path, to: Path) -> None:
    """Open a page, and save what is seen of it."""
    from playwright.sync_api import sync_playwright  # of the group `browser`

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
        opened.goto(file.as_uri())
        opened.screenshot(path=to)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        made = Path(name).resolve()
        try:
            shoot(page(made), ROOT / "docs" / "plan.png")
        finally:
            stop(Workspace.find(made))
