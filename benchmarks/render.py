"""Measure rendering over synthetic fleets, against the floor and against Kapitan, side by side in one run.

python benchmarks/render.py [--kapitan PROGRAM] [COUNT ...]
"""

from __future__ import annotations

import argparse
import filecmp
import pickle
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import Run, machine, memory, middle, run
from render_kapitan import make_inventory
from tables import Figures

from generator import load
from generator.parts.framework.stack import derive
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import module_jobs, root_jobs
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE: Final = Path(__file__).parent
TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
KAPITAN_TARGETS: Final = (100, 1000)
ROUNDS: Final = 3
_LARGE: Final = 5000


def write_contexts(workspace: Path, target: Path) -> None:
    """Write what each file of each environment is rendered from."""
    engine = TemplateEngine([bundled_templates()])
    fleet = []
    for environment in load(workspace=workspace):
        stack = derive(environment)
        jobs = root_jobs(engine, stack)
        for name, shape in stack.shapes.items():
            jobs += module_jobs(engine, name, shape)
        files = [(job.source.output, job.source.name, job.header, job.context) for job in jobs]
        fleet.append((stack.environment, files))
    target.write_bytes(pickle.dumps(fleet))


@dataclass(frozen=True, slots=True)
class Cost:
    """What one fleet took: the number of files, a run each for the floor and our three cases, MiB of the cold one."""

    files: int
    floor: Run
    cold: Run
    unchanged: Run
    one: Run
    memory: float


def measure(count: int, folder: Path) -> Cost:
    """Measure a fleet of `count` environments, the floor and ours in turn."""
    workspace = make_workspace(folder / "workspace", count)
    write_contexts(workspace, folder / "contexts")
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
    ours: list[str | Path] = [TFSTENCIL, "render", "--quiet"]
    rounds = ROUNDS if count < _LARGE else 1
    for _ in range(rounds):
        clean(floor_out, ours_out, workspace / ".tfstencil")
        floors.append(run([*floor_command, floor_out], folder))
        colds.append(run(ours, workspace))
    files = require_same_bytes(floor_out, ours_out)
    clean(ours_out, workspace / ".tfstencil")
    most = memory(ours, workspace)
    run(ours, workspace)
    unchanged = middle([run(ours, workspace) for _ in range(rounds)])
    spec, changes = workspace / "environments" / "dev-00000.yaml", []
    text = spec.read_text()
    for days in (30, 60, 90)[:rounds]:
        spec.write_text(f"{text}logs: {{retention_days: {days}}}\n")
        changes.append(run(ours, workspace))
    return Cost(files, middle(floors), middle(colds), unchanged, middle(changes), most)


def clean(*folders: Path) -> None:
    """Delete what an earlier run left."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def require_same_bytes(one: Path, other: Path) -> int:
    """Stop the benchmark where the floor did not write what we write; return the number of files."""
    paths, theirs = (
        {str(path.relative_to(root)) for path in root.rglob("*.*") if path.is_file()} for root in (one, other)
    )
    _, mismatch, errors = filecmp.cmpfiles(one, other, paths, shallow=False)
    # A manifest of ours lies beside the files of each environment.
    missing = {path for path in theirs - paths if not path.endswith("/.tfstencil.json")}
    if mismatch or errors or missing:
        sys.exit(f"not the same bytes: {[*mismatch, *errors, *missing][:5]}")
    return len(paths)


def kapitan(program: Path, count: int, folder: Path) -> tuple[int, Run]:
    """Let Kapitan compile the same stack for `count` targets; return the number of files, and the run."""
    workspace = make_workspace(folder / "workspace", count)
    run([TFSTENCIL, "render", "--quiet"], workspace)
    names = sorted(path.name for path in (workspace / "modules_out").iterdir() if path.is_dir())
    sample = workspace / "modules_out" / names[0]
    files = {
        str(path.relative_to(sample)): path.read_text() for path in sample.rglob("*") if path.suffix in (".tf", ".md")
    }
    project = make_inventory(folder / "kapitan", files, names)
    theirs = run([program, "compile"], project)
    return sum(path.is_file() for path in (project / "compiled").rglob("*")), theirs


def against_kapitan(program: Path, costs: Mapping[int, Cost]) -> list[str]:
    """Say what Kapitan takes, and the ratio of equal sizes where ours was measured, too."""
    notes = []
    for count in KAPITAN_TARGETS:
        with tempfile.TemporaryDirectory() as folder:
            files, theirs = kapitan(program, count, Path(folder))
        each = theirs.wall * 1000 / files
        note = (
            f"Kapitan, {count:,} targets, {files:,} files, in the same run: {theirs.wall:.2f} s, {each:.3f} ms a file"
        )
        if count in costs:
            ratio = each / (costs[count].cold.wall * 1000 / costs[count].files)
            note += f", {ratio:.1f} times ours for as many environments"
        notes.append(f"{note}.")
    return notes


def figures(counts: Sequence[int], program: Path | None = None) -> Figures:
    """Measure fleets of several sizes, and Kapitan where there is one."""
    rows, costs = [], {}
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            found = costs[count] = measure(count, Path(folder))
        times = (f"{found.floor.wall:.2f} s", f"{found.cold.wall:.2f} s", f"{found.cold.wall / found.floor.wall:.2f}")
        each = f"{found.cold.wall * 1000 / found.files:.3f} ms"
        after = (f"{found.unchanged.wall:.2f} s", f"{found.one.wall:.2f} s", f"{found.memory:.0f} MiB")
        rows.append((f"{count:,}", f"{found.files:,}", *times, each, *after))
    notes = against_kapitan(program.absolute(), costs) if program else []
    heads = (
        "environments",
        "files",
        "floor",
        "cold",
        "cold / floor",
        "cold, a file",
        "unchanged",
        "one changed",
        "memory",
    )
    return Figures(f"tfstencil render; median of {ROUNDS}, from {_LARGE:,} environments on once", heads, rows, notes)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kapitan", type=Path, help="a kapitan program to compare with")
    parser.add_argument("counts", nargs="*", type=int, default=[10, 100, 1000])
    arguments = parser.parse_args()
    console = Console(width=130)
    console.print(figures(arguments.counts, arguments.kapitan).shown())
    console.print(machine())


if __name__ == "__main__":
    main()
