"""Run every benchmark, write its table into docs/benchmarks.md, and draw what an environment costs.

python benchmarks/bench.py [--plan COUNT]... [--full COUNT]... [--sample NUMBER] [--render COUNT]... [--specs COUNT]
                           [--affected COUNT]
                           [--kapitan PROGRAM] [--document FILE]

Each table is written as soon as it is measured, between its markers in the document; the plot goes beside it. Both
sides of each ratio are measured in the same run.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

import affected
import plan
import render
import spec
from measure import machine
from plot import draw
from tables import put

from generator import __version__
from generator.terraform import find_tools

if TYPE_CHECKING:
    from tables import Figures

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PLANNED: Final = [10, 50, 100, 200]
FULL: Final = [10, 100]
RENDERED: Final = [10, 100, 1000, 10_000]


class Report:
    """Shows what was measured, and writes it into a document."""

    def __init__(self, document: Path) -> None:
        self._document = document
        self._console = Console(width=160)
        tools = find_tools()
        today = datetime.now(UTC).date().isoformat()
        programs = f"Terraform {tools.binary.version}, AWS provider {tools.provider.version}, tfstencil {__version__}"
        self.machine = f"{machine()}, {programs}; {today}"

    def take(self, name: str, figures: Figures) -> None:
        """Show a table and write it down."""
        self._console.print(figures.shown())
        put(self._document, name, f"{self.machine}.\n\n{figures.markdown()}")


def _counts(parser: argparse.ArgumentParser, option: str, default: list[int], what: str) -> None:
    parser.add_argument(option, nargs="*", type=int, default=default, metavar="COUNT", help=f"{what}; {default}")


def main() -> None:
    """Measure, show and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    _counts(parser, "--plan", PLANNED, "sizes of the fleets that are planned")
    _counts(parser, "--full", FULL, "those that are planned one by one as a whole, not by a sample")
    _counts(parser, "--render", RENDERED, "sizes of the fleets that are rendered")
    parser.add_argument("--sample", type=int, default=plan.SAMPLE, help="size of a sample")
    parser.add_argument("--specs", type=int, default=1000, help="number of specs that are loaded")
    parser.add_argument("--affected", type=int, default=1000, help="number of environments of which one changes")
    parser.add_argument("--kapitan", type=Path, help="a kapitan program to compare rendering with")
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="where the tables go")
    chosen = parser.parse_args()
    report = Report(chosen.document)
    report.take("start", spec.measure(chosen.specs))
    report.take("render", render.figures(chosen.render, chosen.kapitan))
    report.take("affected", affected.figures(chosen.affected))
    costs = plan.measure_all(chosen.plan, full=chosen.full, sample=chosen.sample)
    report.take("plan", plan.figures(costs))
    seconds = {
        f"terraform init and plan, {plan.PARALLEL} at a time": [cost.bare / count for count, cost in costs.items()],
        "tfstencil plan --offline, nothing initialised": [cost.first / count for count, cost in costs.items()],
    }
    draw(chosen.document.with_suffix(".svg"), list(costs), seconds, report.machine)


if __name__ == "__main__":
    main()
