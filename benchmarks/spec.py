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

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import Run, machine, memory, middle, run
from tables import Figures

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
    "from generator.model.loading.load import load_environments\n"
    "from generator.workspace import Workspace\n"
    "workspace = Workspace.find(Path('.'))\n"
    "load_environments(workspace, workspace.select([]))\n"
)


def pair(ours: Sequence[str | Path], bare: Sequence[str | Path], folder: Path) -> tuple[Run, Run]:
    """Run both commands in turn; return the median run of each."""
    runs = [(run(ours, folder), run(bare, folder)) for _ in range(ROUNDS)]
    return middle([one for one, _ in runs]), middle([other for _, other in runs])


def measure(count: int) -> Figures:
    """Measure start-up, and the loading of `count` specs."""
    python: list[str | Path] = [sys.executable, "-c"]
    yaml = "yaml.CSafeLoader, the same files"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder), count)
        one_environment: list[str | Path] = [TFSTENCIL, "validate", "--quiet", "dev-00000"]
        all_environments: list[str | Path] = [TFSTENCIL, "validate", "--quiet"]
        cases: list[tuple[str, Sequence[str | Path], str, Sequence[str | Path]]] = [
            ("`tfstencil --version`", [TFSTENCIL, "--version"], "`python -c pass`", [*python, "pass"]),
            ("`tfstencil validate`, 1 environment", one_environment, "`python -c pass`", [*python, "pass"]),
            (f"load, merge and check {count:,} environments", [*python, _LOAD], yaml, [*python, _BARE_YAML]),
            (f"`tfstencil validate`, {count:,} environments", all_environments, yaml, [*python, _BARE_YAML]),
        ]
        for what, ours, against, bare in cases:
            one, other = pair(ours, bare, workspace)
            times = (f"{one.wall * 1000:,.0f} ms", against, f"{other.wall * 1000:,.0f} ms")
            rows.append((what, *times, f"{one.wall / other.wall:.1f}", f"{memory(ours, workspace):.0f} MiB"))
    title = f"Specs and start-up; median of {ROUNDS}"
    return Figures(title, ("what", "ours", "against", "theirs", "ratio", "memory"), rows)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    console = Console(width=130)
    console.print(measure(parser.parse_args().count).shown())
    console.print(machine())


if __name__ == "__main__":
    main()
