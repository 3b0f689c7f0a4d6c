"""Measure offline plans of whole fleets against terraform's init and plan, one environment after the other.

python benchmarks/plan.py [--full] [--sample NUMBER] [COUNT ...]

The bare loop plans the same rendered roots with the same provider, two at a time, and is given all that makes it fast:
the provider is linked, not copied. It is measured on a sample that is spread over the fleet, half of it before and half
after the fleet, and scaled; --full measures all.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import machine

from generator.spec.environment import load_environments
from generator.terraform import Tools, find_tools
from generator.terraform.ambient import mock_credentials
from generator.terraform.overrides import FILE_NAME, NOWHERE, offline_override
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
PARALLEL: Final = 2
_EVERY: Final = 0.2


@dataclass(frozen=True, slots=True)
class Figures:
    """What one fleet took, in seconds and MiB.

    Attributes:
        bare: init and plan of every environment, scaled from the sample.
        first: the fleet, with nothing initialised and nothing cached.
        again: the fleet, initialised, not cached.
        one: the fleet, with one environment changed.
        cached: the fleet, all of it cached.
        memory: the most that all processes of `first` held together.
    """

    bare: float
    first: float
    again: float
    one: float
    cached: float
    memory: float


def measure(count: int, sample: int, folder: Path) -> Figures:
    """Measure a fleet of `count` environments."""
    workspace = Workspace.find(make_workspace(folder / "workspace", count))
    _tfstencil(workspace, "render")
    names = workspace.environment_names()
    chosen = names[:: max(1, count // sample)][:sample]
    tools = find_tools()
    before = bare(workspace, chosen[::2], tools, folder / "bare")
    first, memory = _watched(workspace)
    again = _tfstencil(workspace, "plan", "--offline", "--no-cache")
    _tfstencil(workspace, "plan", "--offline")
    cached = _tfstencil(workspace, "plan", "--offline")
    spec = workspace.spec_path(names[count // 2])
    spec.write_text(spec.read_text("utf-8") + "logs: {retention_days: 30}\n", "utf-8")
    _tfstencil(workspace, "render")
    one = _tfstencil(workspace, "plan", "--offline")
    after = bare(workspace, chosen[1::2], tools, folder / "bare") if len(chosen) > 1 else 0.0
    return Figures((before + after) * count / len(chosen), first, again, one, cached, memory)


def bare(workspace: Workspace, names: Sequence[str], tools: Tools, folder: Path) -> float:
    """Init and plan environments by themselves, two at a time; return the seconds."""
    places = {item.name: item.spec for item in load_environments(workspace, list(names))}
    roots: list[tuple[Path, dict[str, str]]] = []
    for name in names:
        spec, root = places[name], folder / name
        shutil.copytree(workspace.modules_out / name, root)
        (root / FILE_NAME).write_bytes(offline_override(root, spec.account, root / "terraform.tfstate"))
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        kept |= {"CHECKPOINT_DISABLE": "1", **tools.variables(folder, throwaway_lock=True)}
        roots.append((root, kept | mock_credentials(spec.account, spec.region, NOWHERE)))

    def plan(job: tuple[Path, dict[str, str]]) -> None:
        for command in (["init"], ["plan", "-out", "plan.tfplan"]):
            subprocess.run(
                [tools.binary.path, *command, "-input=false"], cwd=job[0], env=job[1], check=True, capture_output=True
            )

    begin = time.perf_counter()
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(plan, roots))
    seconds = time.perf_counter() - begin
    shutil.rmtree(folder)
    return seconds


def _tfstencil(workspace: Workspace, *arguments: str) -> float:
    begin = time.perf_counter()
    subprocess.run([TFSTENCIL, "-C", workspace.root, "-q", *arguments], check=True, capture_output=True)
    return time.perf_counter() - begin


def _watched(workspace: Workspace) -> tuple[float, float]:
    """Plan the fleet for the first time; return the seconds and the most memory of all its processes together."""
    shutil.rmtree(workspace.scratch / "fleet", ignore_errors=True)
    command: list[str | Path] = [TFSTENCIL, "-C", workspace.root, "-q", "plan", "--offline", "--no-cache"]
    most = [0.0]
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_EVERY):
                most[0] = max(most[0], _memory(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        complaint = process.stderr.read() if process.stderr else b""
        code = process.wait()
        seconds = time.perf_counter() - begin
        ended.set()
        watcher.join()
    if code:
        raise RuntimeError(complaint.decode(errors="replace"))
    return seconds, most[0]


def _memory(process: int) -> float:
    """Return the proportional memory of a process and all below it, MiB; what they share counts once."""
    total = 0.0
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text("utf-8").split():
                total += _memory(int(child))
    return total


def _table(figures: dict[int, Figures], sample: int) -> Table:
    scaled = "all of them" if sample >= max(figures) else f"scaled from {sample}"
    table = Table(title=f"Offline plans, seconds; bare init + plan {PARALLEL} at a time, {scaled}")
    for head in ("environments", "bare", "fleet", "again", "each", "one changed", "cached", "ratio", "memory MiB"):
        table.add_column(head, justify="right")
    for count, found in figures.items():
        seconds = (found.bare, found.first, found.again, found.again / count, found.one, found.cached)
        texts = (str(count), *(f"{value:.2f}" for value in seconds), f"{found.bare / found.again:.1f}x")
        table.add_row(*texts, f"{found.memory:.0f}")
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("counts", nargs="*", type=int, default=[100], metavar="COUNT")
    parser.add_argument("--sample", type=int, default=6, help="environments that are planned by themselves")
    parser.add_argument("--full", action="store_true", help="plan all of them by themselves")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    chosen = parser.parse_args()
    figures: dict[int, Figures] = {}
    sample = max(chosen.counts) if chosen.full else chosen.sample
    for count in chosen.counts:
        with tempfile.TemporaryDirectory() as folder:
            figures[count] = measure(count, min(count, sample), Path(folder))
    console = Console()
    console.print(_table(figures, sample))
    console.print(machine())
    if chosen.json:
        found = {count: {name: getattr(item, name) for name in Figures.__slots__} for count, item in figures.items()}
        chosen.json.write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
