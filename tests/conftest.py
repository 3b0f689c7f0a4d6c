"""Fixtures that several test files use."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from coverage import Coverage
from fault_proxy import FaultProxy
from noted_terraform import Stand
from scorecard import Scorecard, counting

from generator.cli import main
from generator.fleet.plan import plan_fleet
from generator.operations.plans.fleet_members import prepare
from generator.plans.planned import planned_stack
from generator.readback.clients import Clients
from generator.readback.left_over import left_over
from generator.rendering import worker
from generator.rendering.jail import Jail
from generator.sandbox.control import start, stop
from generator.terraform.mode import Mode
from generator.terraform.stack import open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import CodeType

    from generator.model.loading.load import Environment
    from generator.plans.planned import PlannedStack
    from generator.sandbox.control import SandboxInfo
    from generator.terraform.results import Planned
    from generator.terraform.stack import TerraformStack

REPOSITORY = Path(__file__).parent.parent


# Minutes each, even on an idle machine: whatever of these began last would be waited for alone.
LONGEST = (
    *("test_everything", "test_documents", "test_environments_sandbox", "test_signals_sandbox", "test_key_effects"),
    *(
        "test_cli_operating_sandbox",
        "test_sandbox_stack_monitoring",
        "test_bootstrap",
        "test_artifacts",
        "test_network",
    ),
    *("test_sandbox_stack_delivery", "test_cli_sandbox", "test_starts_sandbox", "test_module_tests", "test_invariants"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests and those that stay with one worker, and let begin first what takes longest.

    Slow is what needs a sandbox, or makes something fail for real. Under `--dist loadgroup`, tests that share something
    costly stay together, so that it is made once.
    """
    for item in items:
        if "sandbox" in _fixtures(item) or item.get_closest_marker("faults"):
            item.add_marker(pytest.mark.slow)
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))


def _group(item: pytest.Item) -> str:
    """Name what a test shares with others: the estate of guards_proof, or all that its file makes once; "" for nothing."""
    if "estate" in _fixtures(item):
        return "estate"
    return item.path.relative_to(REPOSITORY).as_posix() if _is_fast(item) or _shares_of_its_module(item) else ""


def _is_fast(item: pytest.Item) -> bool:
    """Whether a test is one of `make test-fast`."""
    marks = {mark.name for mark in item.iter_markers()}
    return "fleet" in marks or marks.isdisjoint({"terraform", "slow", "faults", "browser"})


def _turn(item: pytest.Item) -> tuple[int, bool]:
    """Return when a test's turn comes: first those of the estate, then the longest, then whatever waits on the provider."""
    if "estate" in _fixtures(item):
        return (-1, False)
    name = item.path.stem
    return (LONGEST.index(name) if name in LONGEST and not _is_fast(item) else len(LONGEST), not _waits(item))


def _shares_of_its_module(item: pytest.Item) -> bool:
    if not item.get_closest_marker("terraform"):
        return False
    fixtures = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009  # pytest has no public name for it
    return any(definitions[-1].scope == "module" for definitions in fixtures.values())


def _waits(item: pytest.Item) -> bool:
    """Whether a test applies something, and so waits for minutes on the provider: it does, whatever the server."""
    return bool(item.get_closest_marker("terraform") and item.get_closest_marker("slow"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep the scorecard of the tests that make something fail; refuse to scatter tests that belong together.

    pytest-xdist 3.8 writes the group of a test where pytest kept its name up to 9.1. Since then each worker would make each
    plan again, and nothing would say so.
    """
    if config.getoption("dist", "no") == "loadgroup" and not hasattr(pytest.Item, "_nodeid"):
        message = f"pytest-xdist cannot keep tests together with pytest {pytest.__version__}: make install"
        raise pytest.UsageError(message)
    config.pluginmanager.register(Scorecard(), "scorecard")


@pytest.fixture
def score(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Return what counts how often a promise of the scorecard was put to the test: `score("One writer", 2)`."""
    return counting(record_property)


@pytest.fixture
def proxy(sandbox: SandboxInfo) -> Iterator[FaultProxy]:
    """Put a proxy in front of the sandbox, which makes calls fail."""
    with FaultProxy(sandbox.endpoint) as started:
        yield started


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Compile each text of a template once a process: hundreds of tests render the shipped ones in new workspaces."""
    known: dict[tuple[str, ...], CodeType] = {}
    compile_really = Jail.compile

    def compile_once(jail: Jail, source: str, name: str, filename: str) -> CodeType:
        # A jail of a subclass learns from what it compiles.
        if type(jail) is not Jail:
            return compile_really(jail, source, name, filename)
        key = (jail.language.name, source, name, filename)
        if key not in known:
            known[key] = compile_really(jail, source, name, filename)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Jail, "compile", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def measured_children() -> Iterator[None]:
    """Where branches are counted, let a forked process write down its own: `os._exit` and a kill would leave them out."""
    if "COVERAGE_PROCESS_CONFIG" not in os.environ:
        yield
        return
    end, close = os._exit, worker._Process.close

    def save_and_end(code: int) -> NoReturn:
        if measured := Coverage.current():
            measured.save()
        end(code)

    def wait_and_close(process: worker._Process) -> None:
        if process.owner == os.getpid():
            with suppress(OSError, ValueError):
                worker._write(process.requests, b"")
            give_up = time.monotonic() + 2
            while os.waitid(os.P_PID, process.number, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                if time.monotonic() > give_up:
                    break
                time.sleep(0.002)
        close(process)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "_exit", save_and_end)
        patch.setattr(worker._Process, "close", wait_and_close)
        yield


@pytest.fixture
def repository() -> Path:
    """Return the root of the project."""
    return REPOSITORY


@pytest.fixture
def workspace_of(tmp_path: Path) -> Callable[[Mapping[str, str]], Workspace]:
    """Make a workspace from specs: `{"dev": "stack: …"}` becomes `environments/dev.yaml`."""

    def make(specs: Mapping[str, str]) -> Workspace:
        folder = tmp_path / "workspace" / "environments"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in specs.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return Workspace.find(folder.parent)

    return make


@pytest.fixture
def tfstencil(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a process of its own, in the test's folder."""

    def run(
        *arguments: str | Path, cwd: Path = tmp_path, variables: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "NO_COLOR"}}
        return subprocess.run(
            [sys.executable, "-m", "generator", *map(str, arguments)],
            cwd=cwd,
            env=kept | {"PYTHONPATH": str(REPOSITORY)} | dict(variables or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxInfo]:
    """Run one sandbox for all tests of a process; each test takes an account of its own."""
    root = tmp_path_factory.mktemp("sandbox")
    (root / "environments").mkdir()
    workspace = Workspace.find(root)
    yield start(workspace)
    stop(workspace)


@pytest.fixture
def account() -> str:
    """Return an account of the sandbox that no other test uses."""
    return f"{uuid.uuid4().int % 10**12:012}"


@pytest.fixture
def aws(sandbox: SandboxInfo, account: str) -> Callable[..., Any]:
    """Return a function that makes boto3 clients: of the test's own account in the sandbox, unless told otherwise."""

    def client(service: str, *, region: str = "us-east-1", key: str = account) -> Any:
        return Clients(region, key, sandbox.endpoint).client(service)

    return client


@pytest.fixture(scope="module")
def planned_fleet(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], dict[str, PlannedStack]]:
    """Plan many specs in one terraform: `{"dev": "stack: …"}` becomes what dev will be after its plan."""

    def plan(specs: Mapping[str, str]) -> dict[str, PlannedStack]:
        folder = tmp_path_factory.mktemp("fleet") / "environments"
        folder.mkdir()
        for name, text in specs.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        workspace = Workspace.find(folder.parent)
        planned = plan_fleet(workspace, prepare(workspace, workspace.environment_names(), alone=True).members)
        assert planned.failures == {}
        return {name: planned_stack(each) for name, each in planned.plans.items()}

    return plan


@pytest.fixture
def live_stack(
    sandbox: SandboxInfo, account: str, workspace_of: Callable[..., Workspace]
) -> Callable[[str], tuple[Environment, TerraformStack]]:
    """Render a spec as environment `live`, ready to be applied in the sandbox; called again, it changes the spec."""

    def make(text: str) -> tuple[Environment, TerraformStack]:
        workspace = workspace_of({"live": text.replace("@ACCOUNT@", account)})
        (prepared,) = prepare(workspace, ["live"], alone=True).environments
        for path, content in prepared.files.items():
            file = workspace.modules_out / "live" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        region = prepared.environment.spec.region
        stack = open_stack(workspace, "live", Mode.SANDBOX, account=account, region=region, endpoint=sandbox.endpoint)
        return prepared.environment, stack

    return make


@pytest.fixture
def stack_of(
    sandbox: SandboxInfo, account: str, workspace_of: Callable[..., Workspace]
) -> Callable[..., TerraformStack]:
    """Make a stack of plain HCL that goes to the sandbox; called again, it changes the HCL."""

    def make(text: str, **values: str) -> TerraformStack:
        workspace = workspace_of({})
        folder = workspace.modules_out / "own"
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in {"ACCOUNT": account, **values}.items():
            text = text.replace(f"@{name}@", value)
        (folder / "main.tf").write_text(text, encoding="utf-8")
        return open_stack(
            workspace, "own", Mode.SANDBOX, account=account, region="us-east-1", endpoint=sandbox.endpoint
        )

    return make


@pytest.fixture
def prove(sandbox: SandboxInfo, account: str, stack_of: Callable[..., TerraformStack]) -> Callable[..., None]:
    """Apply HCL, change it in place and destroy it: after each step nothing is left to do, in the end nothing at all.

    The HCL says `@BEFORE@` where it differs; the second argument names what is thereby changed.
    """

    def run(text: str, changed: set[str]) -> None:
        stack = stack_of(text, BEFORE="true")
        stack.apply(stack.plan())
        assert changes(stack.plan()) == {}
        stack = stack_of(text, BEFORE="false")
        planned = stack.plan()
        assert changes(planned) == dict.fromkeys(changed, ("update",))
        stack.apply(planned)
        assert changes(stack.plan()) == {}
        stack.destroy()
        assert left_over(sandbox.endpoint, account, "us-east-1") == []

    def changes(planned: Planned) -> dict[str, tuple[str, ...]]:
        return {one.address: one.actions for one in planned.plan.resources if one.actions != ("no-op",)}

    return run


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    """Make a small valid workspace: dev and prod over a base, each with one build."""
    base = """\
stack: shop
region: us-east-1
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds:
  main:
    runtime: {nodejs: 22}
    timeout: 15m
notifications: {email: [builds@acme.example]}
"""
    return workspace_of(
        {
            "_base": base,
            "dev": 'extends: _base\naccount: "111122223333"\n',
            "prod": 'extends: _base\naccount: "333344445555"\nregion: eu-central-1\n',
        }
    )


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in this process: as `tfstencil`, several times faster, for what needs no process."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [str(argument) for argument in arguments]
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, shown.out, shown.err)

    return run


@pytest.fixture
def stand(call: Callable[..., Any], workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Render the workspace and stand the noting terraform in front of the real one."""
    assert call("-C", workspace.root, "render").returncode == 0
    made = Stand(call, workspace, tmp_path)
    monkeypatch.setenv("PATH", f"{made.program.parent}:{os.environ['PATH']}")
    return made
