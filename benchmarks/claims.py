"""Measure what it costs to judge environments against all others, against another tfstencil, in turn in one run.

python benchmarks/claims.py --against PROGRAM [COUNT]

PROGRAM is a tfstencil of another version, from an environment of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import machine, middle, run
from tables import Figures

if TYPE_CHECKING:
    from measure import Run

TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
ROUNDS: Final = 7
_ONE: Final = "dev-00000"


def measure(count: int, other: Path, folder: Path) -> Figures:
    """Measure both programs, each in a workspace of its own with `count` environments."""
    programs = {TFSTENCIL: make_workspace(folder / "ours", count), other: make_workspace(folder / "theirs", count)}
    specs = {place: (place / "environments" / f"{_ONE}.yaml").read_text() for place in programs.values()}
    for program, place in programs.items():
        run([program, "render", "--quiet"], place)
    rows = []
    for what, words, changes in (
        ("`render`, nothing changed", ["render"], False),
        (f"`validate {_ONE}`, nothing changed", ["validate", _ONE], False),
        (f"`validate {_ONE}` after it was changed", ["validate", _ONE], True),
        ("`render` after one was changed", ["render"], True),
        (f"`validate`, {count:,} environments", ["validate"], False),
    ):
        times: dict[Path, list[Run]] = {program: [] for program in programs}
        for days in (1, 3, 5, 7, 14, 30, 60)[:ROUNDS]:
            for program, place in programs.items():
                if changes:
                    text = f"{specs[place]}logs: {{retention_days: {days}}}\n"
                    (place / "environments" / f"{_ONE}.yaml").write_text(text)
                times[program].append(run([program, "--quiet", *words], place))
        one, two = (middle(runs) for runs in times.values())
        figures = (two.wall, one.wall, one.wall - two.wall, two.cpu, one.cpu, one.cpu - two.cpu)
        rows.append((what, *(f"{figure:.2f} s" for figure in figures)))
    heads = ("what", "without", "with", "more", "CPU, without", "CPU, with", "more")
    return Figures(f"{count:,} environments; median of {ROUNDS}", heads, rows)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--against", type=Path, required=True, help="another tfstencil")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(chosen.count, chosen.against.absolute(), Path(folder))
    Console(width=150).print(figures.shown())
    print(figures.markdown())  # for a document
    Console().print(machine())


if __name__ == "__main__":
    main()
