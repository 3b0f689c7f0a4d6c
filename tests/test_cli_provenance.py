"""What terraform complains about is led back to the template and to the spec."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from generator.workspace import bundled_templates

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

BASE = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""


@pytest.mark.terraform
def test_an_error_of_terraform_names_the_line_of_hcl_of_the_template_and_of_the_spec(
    workspace_of: Callable[[Mapping[str, str]], Workspace], tfstencil: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    workspace = workspace_of({"dev": BASE})
    own = workspace.root / "templates"
    _override(own, "main.tf.j2", "{{ logs.retention_days | hcl }}", "{{ access.role_name | hcl }}")
    _override(own, "modules/logs/main.tf.j2", "var.retention_days", "var.retention_day")
    assert tfstencil("-C", workspace.root, "render").returncode == 0
    ended = tfstencil("-C", workspace.root, "plan", "--offline", "--json")
    assert ended.returncode == 1
    found = {item["file"]: item for item in json.loads(ended.stdout)["error"]["diagnostics"]}
    root, module = found["modules_out/dev/main.tf"], found["modules_out/dev/modules/logs/main.tf"]
    line = (own / "main.tf.j2").read_text().splitlines().index("  retention_days = {{ access.role_name | hcl }}") + 1
    assert root["origins"] == [f"template  templates/main.tf.j2:{line}", "spec      environments/dev.yaml:1:8  stack"]
    assert module["origins"] == ["template  templates/modules/logs/main.tf.j2:5"]
    assert f"templates/main.tf.j2:{line}" in ended.stderr


def _override(folder: Path, name: str, old: str, new: str) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bundled_templates() / name, target)
    text = target.read_text()
    assert old in text
    target.write_text(text.replace(old, new))
