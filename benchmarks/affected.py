"""Time `affected` on many environments, beside an unchanged render and a plain diff of git, in turn in one run.

python benchmarks/affected.py [COUNT]
"""

from __future__ import annotations

import argparse
import subprocess
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


def measure(count: int, folder: Path) -> Figures:
    """Measure in a repository of `count` environments, of which none, one and all have changed."""
    place = make_workspace(folder / "fleet", count)
    (place / ".gitignore").write_text(".tfstencil/\n")
    run([TFSTENCIL, "render", "--quiet"], place)
    _commit(place)
    spec, base = (place / "environments" / f"{name}.yaml" for name in (_ONE, "_base"))
    one, shared = spec.read_text(), base.read_text()
    rows = [
        _row("`git diff --stat HEAD`", ["git", "diff", "--stat", "HEAD"], place),
        _row("`render`, nothing changed", [TFSTENCIL, "render", "--quiet"], place),
        _row("`affected`, nothing changed", [TFSTENCIL, "affected", "--quiet"], place),
    ]
    spec.write_text(f"{one}logs: {{retention_days: 60}}\n")
    rows.append(_row("`affected`, one spec changed", [TFSTENCIL, "affected", "--quiet"], place))
    spec.write_text(one)
    base.write_text(f"# a comment\n{shared}")
    rows.append(_row("`affected`, a comment in the base of all", [TFSTENCIL, "affected", "--quiet"], place))
    base.write_text(shared.replace("timeout: 15m", "timeout: 20m"))
    names: list[str | Path] = [TFSTENCIL, "affected", "--quiet", "--output", "names"]
    rows.append(_row("`affected --output names`, all changed", names, place))
    return Figures(f"{count:,} environments; median of {ROUNDS}", ("what", "time", "CPU"), rows)


def _row(what: str, call: list[str | Path], place: Path) -> tuple[str, ...]:
    runs: list[Run] = [run(call, place) for _ in range(ROUNDS)]
    median = middle(runs)
    return what, f"{median.wall:.2f} s", f"{median.cpu:.2f} s"


def _commit(place: Path) -> None:
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it was"], ["gc", "-q"]):
        call = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0", *arguments]
        subprocess.run(call, cwd=place, check=True)


def figures(count: int) -> Figures:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(count, Path(folder))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    chosen = parser.parse_args()
    found = figures(chosen.count)
    Console(width=150).print(found.shown())
    print(found.markdown())  # for a document
    Console().print(machine())


if __name__ == "__main__":
    main()
