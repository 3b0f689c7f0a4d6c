"""What terraform complains about is led back to the template and to the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.workspace import bundled_templates

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

BASE = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""


CASES = [
    (
        "modules/logs/root/_main.tf.j2",
        "  retention_days = {{ logs.retention_days | hcl }}",
        "  retention_days = {{ logs.group_name | hcl }}",
        ["  spec      environments/dev.yaml:1:8  stack"],
    ),
    (
        "modules/builds/root/builds.tf.j2",
        "      timeout_minutes             = {{ project.timeout_minutes | hcl }}",
        "      timeout_minutes             = {{ project.description | hcl }}",
        ["  spec      environments/dev.yaml:6:16  builds.main"],
    ),
    (
        "modules/logs/main.tf.j2",
        "  retention_in_days = var.retention_days",
        "  retention_in_days = var.retention_day",
        [],
    ),
]

# What root templates beside their part make.
FILES = {"modules/logs/root/_main.tf.j2": "main.tf", "modules/builds/root/builds.tf.j2": "builds.tf"}


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("template", "old", "new", "spec"), CASES, ids=["in the root", "in lines of many values", "in a module"]
)
def test_an_error_of_terraform_names_the_line_of_hcl_of_the_template_and_of_the_spec(  # noqa: PLR0913, PLR0917  # a table
    workspace_of: Callable[[Mapping[str, str]], Workspace],
    tfstencil: Callable[..., subprocess.CompletedProcess[str]],
    template: str,
    old: str,
    new: str,
    spec: list[str],
) -> None:
    workspace = workspace_of({"dev": BASE})
    target = workspace.root / "templates" / template
    target.parent.mkdir(parents=True)
    target.write_text((bundled_templates() / template).read_text().replace(old, new))
    at = "  projects = {" if "project." in new else new  # terraform names the line on which the argument begins
    line = target.read_text().splitlines().index(at) + 1
    assert tfstencil("-C", workspace.root, "render").returncode == 0
    ended = tfstencil("-C", workspace.root, "plan", "--offline")
    assert ended.returncode == 1
    told = ended.stderr.splitlines()
    place = f"modules_out/dev/{FILES.get(template, template.removesuffix('.j2'))}:"
    (first,) = [number for number, text in enumerate(told) if place in text]
    expected = [f"  template  templates/{template}:{line}", *spec]
    assert told[first + 1 : first + 1 + len(expected)] == expected
