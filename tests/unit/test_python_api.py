"""The Python API: what docs/python-api.md says runs, nothing is printed, and importing it costs nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import generator
from generator import apply, load, plan, render
from generator import test as check_contracts
from generator.errors import OutputError, SpecError, UsageError
from generator.operations.reporter import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from noted_terraform import Stand

    from generator.workspace import Workspace


def _run_examples(repository: Path, heading: str, folder: Path) -> dict[str, Any]:
    text = (repository / "docs" / "python-api.md").read_text("utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert examples
    names: dict[str, Any] = {"folder": folder}
    for example in examples:
        exec(compile(example, heading, "exec"), names)  # noqa: S102  # our own documentation
    return names


def test_the_examples_of_specs_and_modules_run(repository: Path, workspace: Workspace) -> None:
    names = _run_examples(repository, "Specs and modules", workspace.root)
    assert names["accounts"] == {"dev": "111122223333", "prod": "333344445555"}
    assert "main.tf" in names["written"]


@pytest.mark.thorough
@pytest.mark.fleet
@pytest.mark.terraform
def test_the_examples_of_offline_plans_run(
    repository: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    names = _run_examples(repository, "Plans without network and credentials", workspace.root)
    assert set(names["result"].plans.made) == {"dev", "prod"}
    assert names["result"].has_changes
    assert capsys.readouterr().err == ""
    with pytest.raises(UsageError, match="no contract to check"):
        check_contracts(workspace=workspace.root)


@pytest.mark.parametrize("heading", ["What changes AWS", "Progress, warnings and questions"])
def test_the_examples_of_changes_run(heading: str, repository: Path, stand: Stand) -> None:
    names = _run_examples(repository, heading, stand.workspace.root)
    assert names["result"].outcomes[0].status == "applied"
    assert "apply" in stand.verbs()


def test_nothing_is_changed_that_was_not_agreed_to(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    result = apply("dev", "prod", workspace=stand.workspace.root, mode="real", agree=["dev"])
    assert [outcome.status for outcome in result.outcomes] == ["applied", "declined"]
    assert not result.ok
    assert stand.verbs().count("apply") == 1
    assert capsys.readouterr() == ("", "")
    with pytest.raises(UsageError, match="asks before it changes anything"):
        apply("dev", workspace=stand.workspace.root, mode="real")


def test_every_problem_of_a_spec_is_raised_at_once(workspace: Workspace) -> None:
    (workspace.environments / "dev.yaml").write_text("extends: _base\nregion: nowhere\nnonsense: 1\n")
    with pytest.raises(SpecError) as caught:
        load(workspace=workspace.root)
    assert {problem.key for problem in caught.value.problems} >= {"region", "nonsense"}
    with pytest.raises(SpecError):
        render(workspace=workspace.root)
    assert not workspace.modules_out.exists()


def test_a_plan_of_stale_modules_is_refused_as_on_the_command_line(stand: Stand) -> None:
    (stand.workspace.modules_out / "dev" / "main.tf").write_text("edited")
    with pytest.raises(OutputError, match="not what their specs say"):
        plan("dev", workspace=stand.workspace.root, mode="real")


def test_a_reporter_hears_of_plans_and_of_what_is_done(stand: Stand) -> None:
    heard: list[str] = []

    class Ear(Silent):
        def reviewed(self, reviewed: Any) -> None:  # a plan, as it is shown
            heard.append(f"{reviewed.verb} {reviewed.stack.name}")

        def finished(self, lines: Any, outcome: Any = None, done: str = "") -> None:  # noqa: ARG002  # as above
            heard.append(f"{outcome.status}: {done}")

    apply("dev", workspace=stand.workspace.root, mode="real", reporter=Ear(agree=["dev"]))
    assert heard == ["apply dev", "applied: 1 created"]


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys, generator; before = [name for name in sys.modules if name.startswith('generator.')]\n"
        "from generator import plan; print(before, plan.__module__, sorted(generator.__all__))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = ["adopt", "apply", "destroy", "drift", "load", "plan", "rename", "render", "test"]
    assert ended.stdout.strip() == f"[] generator.api {wanted}"


def test_what_the_package_does_not_have_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = generator.nonsense


def test_the_module_of_the_packages_name_hands_on_the_whole_api() -> None:
    import tfstencil
    from generator import errors as ours
    from tfstencil import errors as handed_on

    assert {*tfstencil.__all__} == {*generator.__all__, "__version__"}
    assert all(getattr(tfstencil, name) is getattr(generator, name) for name in tfstencil.__all__)
    assert set(dir(tfstencil)) == set(tfstencil.__all__)
    with pytest.raises(AttributeError, match=r"module 'tfstencil' has no attribute 'shout'"):
        _ = tfstencil.shout
    defined = {
        name for name, value in vars(ours).items() if isinstance(value, type) and value.__module__ == ours.__name__
    }
    assert {*handed_on.__all__} == defined
    assert all(getattr(handed_on, name) is getattr(ours, name) for name in defined)


def test_importing_the_module_of_the_packages_name_costs_nothing() -> None:
    code = "import sys, tfstencil; print(sorted(n for n in sys.modules if n.startswith(('generator', 'pydantic'))))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "['generator']"


def test_the_command_line_runs_as_a_module_of_either_name() -> None:
    for name in ("generator", "tfstencil"):
        ended = subprocess.run([sys.executable, "-m", name, "--version"], capture_output=True, text=True, check=True)
        assert ended.stdout.strip() == f"tfstencil {generator.__version__}"
