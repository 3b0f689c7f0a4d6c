"""The buildspec that phases come to: what people write in theirs is carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.parts.builds.buildspec import buildspec
from generator.parts.framework.stack import derive

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workspace import Workspace

BASE = """\
class: dev
stack: shop
region: us-east-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {arn: "arn:aws:codeconnections:us-east-1:111122223333:connection/aaaa-bbbb"}
"""


def test_a_buildspec_carries_what_people_write_in_theirs(workspace_of: Callable[..., Workspace]) -> None:
    text = """
runtime: {nodejs: 22}
phases: {install: [npm ci], build: [npm test]}
finally: {build: [./logs.sh]}
on_failure: {build: CONTINUE}
shell: bash
git_credential_helper: true
exported_variables: [VERSION]
reports: {PytestIntegrationReport: {files: [a.xml], discard_paths: true}, jest_reports: {files: [b.xml]}}
artifact: {computed_name: "shop-$(date +%F).zip", directory: dist, exclude: ["**/*.map"], discard_paths: true}
secrets: {TOKEN: {secrets_manager: shop/api, json_key: "api key"}}
"""
    spec = BASE + yaml.safe_dump({"builds": {"main": yaml.safe_load(text)}})
    environment = load_environment(workspace_of({"dev": spec}), "dev")
    found = buildspec("main", environment.spec.builds["main"], Names.of("dev", environment.spec))
    assert found
    assert found["env"] == {"shell": "bash", "git-credential-helper": "yes", "exported-variables": ["VERSION"]}
    assert found["phases"]["build"] == {  # type: ignore[index]  # a mapping
        "commands": ["npm test"],
        "on-failure": "CONTINUE",
        "finally": ["./logs.sh"],
    }
    assert found["artifacts"] == {
        "files": ["**/*"],
        "name": "shop-$(date +%F).zip",
        "base-directory": "dist",
        "exclude-paths": ["**/*.map"],
        "discard-paths": "yes",
    }
    start = "arn:aws:codebuild:us-east-1:111122223333:report-group/shop-dev-main"
    assert found["reports"] == {
        f"{start}-PytestIntegrationReport": {"files": ["a.xml"], "file-format": "JUNITXML", "discard-paths": "yes"},
        f"{start}-jest_reports": {"files": ["b.xml"], "file-format": "JUNITXML"},
    }
    (project,) = derive(environment).root["builds"].projects  # type: ignore[attr-defined]
    assert project.artifact.override_name is True
    assert [each.value for each in project.variables if each.name == "TOKEN"] == ["shop/api:api key"]


def test_a_ref_is_refused_with_the_name_of_its_branch(workspace_of: Callable[..., Workspace]) -> None:
    trigger = "builds: {main: {runtime: {nodejs: 22}, trigger: {push: {branches: [refs/heads/main]}}}}\n"
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({"dev": BASE + trigger}), "dev")
    assert [problem.hint for problem in caught.value.problems] == ["drop refs/heads/: write main"]
