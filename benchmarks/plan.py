"""Measure offline plans of whole fleets against terraform's init and plan, one environment after the other.

python benchmarks/plan.py [--full COUNT]... [--sample NUMBER] [COUNT ...]

The bare loop plans the same rendered roots with the same provider, two at a time, and is given all that makes it fast:
the provider is linked, not copied. It is measured on a sample that is spread over the fleet, half of it before and half
after the fleet, and scaled; for the counts of --full it is measured on all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

from fleet import make_workspace
from measure import machine, watched
from tables import Figures

from generator import load
from generator.terraform import Tools, find_tools
from generator.terraform.overrides import FILE_NAME, NOWHERE, offline_override
from generator.terraform.process.ignored_environment import mock_credentials
from generator.terraform.tools.user_folders import cache_folder
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TFSTENCIL: Final = Path(sys.executable).with_name("tfstencil")
PARALLEL: Final = 2
SAMPLE: Final = 6
# What a fleet of so many is to reach.
GOAL: Final = 100
_SECONDS, _TIMES, _MIB = 15.0, 15.0, 2000.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one fleet took, in seconds and MiB.

    Attributes:
        sample: how many environments were planned by themselves.
        bare: init and plan of every environment, scaled from the sample.
        bare_memory: the most that all processes of a bare loop held together, in a run of its own.
        first: the fleet, with nothing initialised and nothing cached.
        memory: the most that all processes of a fleet held together, in a run of its own.
        again: the fleet, initialised, not cached.
        one: the fleet, with one environment changed.
        cached: the fleet, all of it cached.
    """

    sample: int
    bare: float
    bare_memory: float
    first: float
    memory: float
    again: float
    one: float
    cached: float


def measure(count: int, sample: int, folder: Path) -> Cost:
    """Measure a fleet of `count` environments, and `sample` of them by themselves."""
    workspace = Workspace.find(make_workspace(folder / "workspace", count))
    _tfstencil(workspace, "render")
    names = workspace.environment_names()
    chosen = names[:: max(1, count // sample)][:sample]
    tools = find_tools()
    before = bare(workspace, chosen[::2], tools, folder / "bare")
    # What a fleet asks of the provider once a machine counts as well.
    shutil.rmtree(cache_folder(os.environ) / "schemas", ignore_errors=True)
    first = _tfstencil(workspace, "plan", "--offline", "--no-cache")
    # Nothing is in the cache yet: all are planned, and kept.
    again = _tfstencil(workspace, "plan", "--offline")
    cached = _tfstencil(workspace, "plan", "--offline")
    spec = workspace.spec_path(names[count // 2])
    spec.write_text(spec.read_text("utf-8") + "logs: {retention_days: 30}\n", "utf-8")
    _tfstencil(workspace, "render")
    one = _tfstencil(workspace, "plan", "--offline")
    after = bare(workspace, chosen[1::2], tools, folder / "bare") if len(chosen) > 1 else 0.0
    # To look at memory costs the processes that are looked at some time: not while the others are timed.
    with watched() as alone:
        bare(workspace, chosen[:PARALLEL], tools, folder / "bare")
    with watched() as together:
        _tfstencil(workspace, "plan", "--offline", "--no-cache")
    scaled = (before + after) * count / len(chosen)
    return Cost(len(chosen), scaled, alone.memory, first, together.memory, again, one, cached)


def bare(workspace: Workspace, names: Sequence[str], tools: Tools, folder: Path) -> float:
    """Init and plan environments by themselves, two at a time; return the seconds."""
    places = {item.name: item.spec for item in load(*names, workspace=workspace.root)}
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


def measure_all(counts: Sequence[int], *, full: Sequence[int] = (), sample: int = SAMPLE) -> dict[int, Cost]:
    """Measure fleets of several sizes, those of `full` against all of their environments by themselves."""
    found: dict[int, Cost] = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            found[count] = measure(count, count if count in full else min(count, sample), Path(folder))
    return found


def figures(costs: Mapping[int, Cost]) -> Figures:
    """Return the table of several fleets."""
    heads = ["environments", "bare loop", "planned alone", "fleet, first", "fleet, initialised", "bare / first"]
    heads += ["bare / initialised", "one changed", "all cached", "memory, bare", "memory, fleet"]
    rows = [
        (
            f"{count:,}",
            f"{cost.bare:.1f} s",
            "all" if cost.sample == count else f"{cost.sample}, scaled",
            f"{cost.first:.1f} s",
            f"{cost.again:.1f} s",
            f"{cost.bare / cost.first:.1f}",
            f"{cost.bare / cost.again:.1f}",
            f"{cost.one:.1f} s",
            f"{cost.cached:.1f} s",
            f"{cost.bare_memory:,.0f} MiB",
            f"{cost.memory:,.0f} MiB",
        )
        for count, cost in costs.items()
    ]
    title = f"Offline plans; bare: terraform init and plan of each environment, {PARALLEL} at a time"
    return Figures(title, heads, rows, [_verdict(costs[GOAL])] if GOAL in costs else [])


def _verdict(cost: Cost) -> str:
    def said(what: str, *, reached: bool) -> str:
        return f"{what} ({'reached' if reached else 'not reached'})"

    parts = [
        said(
            f"planned {cost.bare / cost.first:.1f} times faster than one by one",
            reached=cost.bare / cost.first >= _TIMES,
        ),
        said(f"{cost.bare / cost.again:.1f} times with an initialised root", reached=cost.bare / cost.again >= _TIMES),
        said(f"in {min(cost.first, cost.again):.1f} s", reached=min(cost.first, cost.again) < _SECONDS),
        said(f"with {cost.memory:,.0f} MiB", reached=cost.memory < _MIB),
    ]
    goals = f"{_TIMES:.0f} times, {_SECONDS:.0f} s, {_MIB:,.0f} MiB"
    return f"{GOAL} environments, where the goals are {goals}: {'; '.join(parts)}."


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("counts", nargs="*", type=int, default=[GOAL], metavar="COUNT")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="environments that are planned by themselves")
    parser.add_argument("--full", type=int, action="append", default=[], metavar="COUNT", help="plan all of so many")
    chosen = parser.parse_args()
    console = Console(width=160)
    console.print(figures(measure_all(chosen.counts, full=chosen.full, sample=chosen.sample)).shown())
    console.print(machine())


if __name__ == "__main__":
    main()
