"""Measure rendering over synthetic fleets, against the floor and against Kapitan, side by side in one run.

python benchmarks/render.py [--kapitan PROGRAM] [COUNT ...]
"""

from __future__ import annotations

import argparse
import filecmp
import pickle
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import Run, machine, middle, run
from render_kapitan import make_inventory

from generator.derivation.stack import derive
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import module_jobs, root_jobs
from generator.spec.environment import load_environments
from generator.workspace import Workspace, bundled_templates

HERE: Final = Path(__file__).parent
TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
KAPITAN_TARGETS: Final = 100
ROUNDS: Final = 3
_LARGE: Final = 5000


def contexts_of(workspace: Path, target: Path) -> int:
    """Write what each file of each environment is rendered from; return the number of files."""
    space, engine = Workspace.find(workspace), TemplateEngine([bundled_templates()])
    fleet = []
    for environment in load_environments(space, space.select([])):
        stack = derive(environment)
        jobs = root_jobs(engine, stack)
        for name, shape in stack.shapes.items():
            jobs += module_jobs(engine, name, shape)
        files = [(job.source.output, job.source.name, job.header, job.context) for job in jobs]
        fleet.append((stack.environment, files))
    target.write_bytes(pickle.dumps(fleet))
    return sum(len(files) for _, files in fleet)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one fleet took: the number of files, and a run each for the floor and for our three cases."""

    files: int
    floor: Run
    cold: Run
    unchanged: Run
    one: Run


def measure(count: int, folder: Path) -> Figures:
    """Measure a fleet of `count` environments, the floor and ours in turn."""
    workspace = make_workspace(folder / "workspace", count)
    files = contexts_of(workspace, folder / "contexts")
    floor_out, ours_out = folder / "floor", workspace / "modules_out"
    floor_command: list[str | Path] = [
        sys.executable,
        HERE / "render_floor.py",
        workspace,
        bundled_templates(),
        folder / "contexts",
    ]
    floors: list[Run] = []
    colds: list[Run] = []
    for _ in range(ROUNDS if count < _LARGE else 1):
        for leftover in (floor_out, ours_out, workspace / ".tfstencil"):
            shutil.rmtree(leftover, ignore_errors=True)
        floors.append(run([*floor_command, floor_out], folder))
        colds.append(run([TFSTENCIL, "render", "--quiet"], workspace))
    require_same_bytes(floor_out, ours_out)
    run([TFSTENCIL, "render", "--quiet"], workspace)
    unchanged = middle([run([TFSTENCIL, "render", "--quiet"], workspace) for _ in range(ROUNDS)])
    changes = []
    for number in range(ROUNDS):
        spec = workspace / "environments" / "dev-00000.yaml"
        spec.write_text(spec.read_text() + f"logs: {{retention_days: {(30, 60, 90)[number]}}}\n" * (number == 0))
        spec.write_text(spec.read_text().replace("retention_days: 30", f"retention_days: {(30, 60, 90)[number]}"))
        changes.append(run([TFSTENCIL, "render", "--quiet"], workspace))
    return Figures(files, middle(floors), middle(colds), unchanged, middle(changes))


def require_same_bytes(one: Path, other: Path) -> None:
    """Stop the benchmark where the floor did not write what we write."""
    paths = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    _, mismatch, errors = filecmp.cmpfiles(one, other, map(str, paths), shallow=False)
    if mismatch or errors:
        sys.exit(f"not the same bytes: {(mismatch + errors)[:5]}")


def kapitan_per_file(program: Path, folder: Path) -> float:
    """Return Kapitan's wall milliseconds a file, for the same stack on 100 targets."""
    workspace = make_workspace(folder / "workspace", KAPITAN_TARGETS)
    run([TFSTENCIL, "render", "--quiet"], workspace)
    names = sorted(path.name for path in (workspace / "modules_out").iterdir() if path.is_dir())
    sample = workspace / "modules_out" / names[0]
    files = {
        str(path.relative_to(sample)): path.read_text() for path in sample.rglob("*") if path.suffix in (".tf", ".md")
    }
    project = make_inventory(folder / "kapitan", files, names)
    times = [run([program, "compile"], project).wall for _ in range(ROUNDS)]
    compiled = sum(path.is_file() for path in (project / "compiled").rglob("*"))
    return statistics.median(times) * 1000 / compiled


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kapitan", type=Path, help="a kapitan program to compare with")
    parser.add_argument("counts", nargs="*", type=int, default=[10, 100, 1000])
    arguments = parser.parse_args()
    console = Console(width=120)
    table = Table(title=f"tfstencil render ({machine()}); median of {ROUNDS}")
    for column in (
        "environments",
        "files",
        "floor",
        "cold",
        "cold/floor",
        "cold ms/file",
        "unchanged",
        "one changed",
        "memory",
    ):
        table.add_column(column, justify="right")
    for count in arguments.counts:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(count, Path(folder))
        table.add_row(
            f"{count:,}",
            f"{found.files:,}",
            f"{found.floor.wall:.2f} s",
            f"{found.cold.wall:.2f} s",
            f"{found.cold.wall / found.floor.wall:.2f}",
            f"{found.cold.wall * 1000 / found.files:.3f}",
            f"{found.unchanged.wall:.2f} s",
            f"{found.one.wall:.2f} s",
            f"{found.cold.memory:.0f} MiB",
        )
    console.print(table)
    if arguments.kapitan:
        with tempfile.TemporaryDirectory() as folder:
            theirs = kapitan_per_file(arguments.kapitan.absolute(), Path(folder))
        console.print(f"Kapitan, {KAPITAN_TARGETS} targets of the same files: {theirs:.3f} ms/file")


if __name__ == "__main__":
    main()
