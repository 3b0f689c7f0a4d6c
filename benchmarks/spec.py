"""Measure start-up and the loading of specs, as ratios against bare Python and bare PyYAML, side by side in one run.

python benchmarks/spec.py [COUNT]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import Run, machine, middle, run

if TYPE_CHECKING:
    from collections.abc import Sequence

TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
ROUNDS: Final = 7
_BARE_YAML: Final = (
    "import glob, yaml\n"
    "for name in glob.glob('environments/*.yaml'):\n"
    "    with open(name, 'rb') as stream:\n"
    "        yaml.load(stream, Loader=yaml.CSafeLoader)\n"
)
_LOAD: Final = (
    "from pathlib import Path\n"
    "from generator.spec.environment import load_environments\n"
    "from generator.workspace import Workspace\n"
    "workspace = Workspace.find(Path('.'))\n"
    "load_environments(workspace, workspace.select([]))\n"
)


def pair(ours: Sequence[str | Path], bare: Sequence[str | Path], folder: Path) -> tuple[Run, Run]:
    """Run both commands in turn; return the median run of each."""
    runs = [(run(ours, folder), run(bare, folder)) for _ in range(ROUNDS)]
    return middle([one for one, _ in runs]), middle([other for _, other in runs])


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    count = parser.parse_args().count
    table = Table(title=f"tfstencil and specs ({machine()}); median of {ROUNDS}")
    for column in ("what", "ours", "against", "theirs", "ratio", "memory"):
        table.add_column(column, justify="left" if column in ("what", "against") else "right")
    python: list[str | Path] = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder), count)
        cases: dict[str, tuple[Sequence[str | Path], str, Sequence[str | Path]]] = {
            "tfstencil --version": ([TFSTENCIL, "--version"], "python -c pass", [*python, "pass"]),
            "tfstencil validate, 1 environment": (
                [TFSTENCIL, "validate", "--quiet", "dev-00000"],
                "python -c pass",
                [*python, "pass"],
            ),
            f"load, merge and check {count:,} environments": (
                [*python, _LOAD],
                "yaml.CSafeLoader, the same files",
                [*python, _BARE_YAML],
            ),
            f"tfstencil validate, {count:,} environments": (
                [TFSTENCIL, "validate", "--quiet"],
                "yaml.CSafeLoader, the same files",
                [*python, _BARE_YAML],
            ),
        }
        for what, (ours, against, bare) in cases.items():
            one, other = pair(ours, bare, workspace)
            table.add_row(
                what,
                f"{one.wall * 1000:.0f} ms",
                against,
                f"{other.wall * 1000:.0f} ms",
                f"{one.wall / other.wall:.1f}",
                f"{one.memory:.0f} MiB",
            )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
