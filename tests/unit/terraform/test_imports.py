"""`import` blocks where things are tried out: they stay where there is something, and what nobody can look for is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generator.operations.rendered.render import RenderRequest, render
from generator.operations.reporter import Silent
from generator.operations.run import Run
from generator.operations.targets import stacks
from generator.operations.targets.targets import targets_of
from generator.terraform import imports
from generator.terraform.layout import lay_out
from generator.terraform.mode import Mode

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
adopted:
  "builds.aws_codebuild_project.this[main]": 'odd"\\${name}'
  vpc.aws_vpc.this: vpc-0a1b2c3d4e5f67890
  logs.aws_cloudwatch_log_group.this: /shop/ci
network: {managed: {cidr: 10.40.0.0/20, availability_zones: [us-east-1a, us-east-1b]}}
"""


class Telling(Silent):
    """Notes what it is warned of."""

    def __init__(self) -> None:
        super().__init__()
        self.warned: list[str] = []

    def warn(self, text: str) -> None:
        self.warned.append(text)


class Asked:
    """Has every project, and nothing else; notes for what it was asked."""

    def __init__(self, *_: Any) -> None:
        self.names: list[str] = []

    def ask(self, service: str, _operation: str, **arguments: Any) -> dict[str, Any] | None:
        self.names += arguments.get("names", ())
        return {"projects": arguments["names"]} if service == "codebuild" else None


@pytest.fixture
def workspace(workspace_of: Callable[..., Workspace]) -> Workspace:
    made = workspace_of({"dev": SPEC})
    render(Run(made, Silent()), RenderRequest())
    return made


def test_a_block_stays_in_the_sandbox_where_it_has_what_the_block_names(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(imports, "Clients", lambda *_: asked)
    layout = lay_out(workspace, "dev", Mode.SANDBOX, "111122223333", "us-east-1", "http://127.0.0.1:9")
    text = imports.present(imports.read(layout.source), layout)
    assert asked.names == ['odd"\\${name}']
    assert text.count("import {") == 1
    assert "aws_codebuild_project" in text


def test_what_the_sandbox_cannot_be_asked_for_is_told(workspace: Workspace) -> None:
    reporter = Telling()
    stacks._tell_imports(Run(workspace, reporter), targets_of(workspace, ["dev"]))
    (told,) = reporter.warned
    assert told.startswith("dev: the sandbox does not take over module.vpc.aws_vpc.this: a network that exists")


def test_a_type_that_nobody_knows_is_told(workspace: Workspace) -> None:
    file = workspace.modules_out / "dev" / imports.NAME
    file.write_text(file.read_text() + '\nimport {\n  to = module.own.aws_own.this["a"]\n  id = "x"\n}\n')
    found = dict(imports.not_looked_for(workspace, "dev"))
    assert found['module.own.aws_own.this["a"]'] == "nobody has said how it is looked for"
