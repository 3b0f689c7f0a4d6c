"""Why some rules exist: what they refuse, terraform and the provider plan without a word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from generator.fleet.plan import plan_fleet
from generator.model import rules
from generator.operations.plans.fleet_members import prepare
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.terraform

FOLDER = Path(__file__).parents[1] / "rules"


def accepted() -> Iterator[tuple[str, str, str]]:
    """Yield the rule, the environment's name and the spec of each case that is said to be planned."""
    for table in sorted(FOLDER.glob("[!_]*.yaml")):
        for rule, cases in yaml.safe_load(table.read_text()).items():
            yield from (
                (rule, case["environment"], case["spec"])
                for case in cases.get("breaks", ())
                if case.get("plan") == "accepted"
            )


def test_what_a_rule_refuses_would_be_planned_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "_base.yaml").write_text((FOLDER / "_base.yaml").read_text())
    cases = {}
    for number, (rule, environment, spec) in enumerate(accepted()):
        name = f"{environment}-{number}"
        (folder / f"{name}.yaml").write_text(f"extends: _base\n{spec}")
        cases[name] = f"{rule}: {spec}"
    monkeypatch.setattr(rules, "check", lambda *_: [])
    workspace = Workspace.find(tmp_path)
    planned = plan_fleet(workspace, prepare(workspace, list(cases), alone=True).members)
    refused = {cases[name]: str(error) for name, error in planned.failures.items()}
    assert refused == {}, "these need no rule of ours: the provider refuses them"
    assert set(planned.plans) == set(cases)
