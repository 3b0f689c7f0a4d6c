"""What is taken over has to be in the modules: `validate` and `render` tell all of it, with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator.adoption.declared import unplanned
from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.operations.rendered.render import RenderRequest, render
from generator.operations.rendered.status import status
from generator.operations.reporter import Silent
from generator.operations.run import Run
from generator.operations.specs.validate import validate
from generator.reports.rendered.status import status_report
from generator.reports.report import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workspace import Workspace

SPEC = """\
stack: shop
class: dev
region: us-east-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
WRONG = """\
adopted:
  vpc.aws_vpc.this: vpc-0a1b2c3d4e5f67890
  builds.aws_codebuild_project.that[main]: shop-ci
  builds.aws_codebuild_project.this: shop-ci-2
  logs.aws_cloudwatch_log_group.this[main]: /shop/ci
"""


@pytest.mark.thorough
def test_addresses_that_the_modules_do_not_have_are_told_at_once(workspace_of: Callable[..., Workspace]) -> None:
    workspace = workspace_of({"dev": SPEC})
    run = Run(workspace, Silent())
    render(run, RenderRequest())
    workspace.spec_path("dev").write_text(SPEC + WRONG)
    told = {(each.place.line, each.message) for each in validate(workspace).problems if each.place}
    assert told == {
        (9, "this environment has no module vpc"),
        (10, "the module builds of this environment has no aws_codebuild_project.that"),
        (11, "aws_codebuild_project.this has an instance for each key"),
        (12, "aws_cloudwatch_log_group.this has one instance, and no key"),
    }
    with pytest.raises(SpecError) as caught:
        render(run, RenderRequest())
    assert len(caught.value.problems) == len(told)
    assert "wrong spec" in status(workspace).lines[0].modules


def test_a_key_under_which_a_plan_has_nothing_is_told_with_those_that_there_are(
    workspace_of: Callable[..., Workspace],
) -> None:
    address = "builds.aws_codebuild_project.this[ci]"
    workspace = workspace_of({"dev": SPEC + f'adopted: {{"{address}": shop-ci}}\n'})
    loaded = load_environment(workspace, "dev")
    known = {"builds.aws_codebuild_project.this[main]"}
    (problem,) = unplanned(loaded.merged, loaded.spec.adopted, known)
    assert problem.key == f"adopted.{address}"
    assert "this[main]" in problem.hint


def test_status_says_when_what_was_adopted_may_go(workspace_of: Callable[..., Workspace]) -> None:
    addresses = ("builds.aws_codebuild_project.this[main]", "access.aws_iam_role.this[main]")
    adopted = "".join(f"  {address}: shop-{number}\n" for number, address in enumerate(addresses))
    workspace = workspace_of({"dev": f"{SPEC}adopted:\n{adopted}", "other": SPEC})
    render(Run(workspace, Silent()), RenderRequest())
    state = workspace.modules_out / "dev" / "terraform.tfstate"

    def said(*held: str) -> str:
        resources = [
            {
                "module": f"module.{module}",
                "type": kind,
                "name": name.removesuffix("[main]"),
                "instances": [{"index_key": "main"}],
            }
            for module, kind, name in (each.split(".") for each in held)
        ]
        state.write_text(json.dumps({"lineage": "x", "serial": 1, "resources": resources}))
        return status(workspace).lines[0].adopted

    assert [line.adopted for line in status(workspace).lines] == [
        "dev adopts 2 resources: once they are applied, tfstencil adopt dev --done takes the keys out of the spec.",
        "",
    ]
    assert said() == "dev adopts 2 resources: none of them is in the state file."
    assert said(addresses[0]) == "dev adopts 2 resources: 1 of them is in the state file."
    assert said(*addresses) == (
        "dev adopts 2 resources: all are in the state file, and tfstencil adopt dev --done takes the keys out of the spec."
    )
    state.write_text("{")
    assert "once they are applied" in status(workspace).lines[0].adopted
    notes = [each for each in status_report(status(workspace)).messages if isinstance(each, Message)]
    assert any("dev adopts" in str(each.content) for each in notes if each.tone == "note")
