"""What a part says to the guards: its words count as those of guards.yaml do, and take nothing back from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from own_parts import PART, workspace_with

from generator.checks.guards.settings import read_settings
from generator.errors import SpecError
from generator.parts.framework.classification import WORDS
from generator.parts.own.catalog import judge_parts
from generator.parts.own.file.description import GuardWord
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

MINE = "guards: {aws_apprunner_service: {holds: data, instance_configuration: access, service_name: harmless}}\n"


@pytest.fixture(autouse=True)
def no_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))


def refused(workspace: Workspace) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read_settings(workspace)
    return [str(problem) for problem in caught.value.problems]


def test_the_file_has_the_words_of_the_guards() -> None:
    assert get_args(GuardWord) == tuple(WORDS)


def test_the_guards_know_what_a_part_says(tmp_path: Path) -> None:
    found = read_settings(workspace_with(tmp_path, PART + MINE)).table
    (rule,) = found.rules_of("aws_apprunner_service", "instance_configuration.memory")
    assert (rule.how, rule.what) == ("access", "what part alert-bot calls access")
    assert found.holdings["aws_apprunner_service"] == "what part alert-bot calls data"
    assert found.row("aws_apprunner_service").is_own


def test_a_part_takes_nothing_back_from_the_tables(tmp_path: Path) -> None:
    part = (
        f"{PART}guards:\n  aws_s3_bucket: {{policy: harmless}}\n  aws_kms_key: {{policy: access, is_enabled: data}}\n"
    )
    line = part.count("\n") - 1
    first, second, third = refused(workspace_with(tmp_path, part))
    assert f"parts/alert-bot/part.yaml:{line}:19: guards.aws_s3_bucket.policy: tfstencil judges it already" in first
    assert "guards.aws_kms_key.policy: tfstencil judges it already" in second
    assert "guards.aws_kms_key.is_enabled: tfstencil judges it already" in third


def test_a_workspace_takes_nothing_back_from_its_parts(tmp_path: Path) -> None:
    own = "types: {aws_apprunner_service: {instance_configuration: harmless}}\nmax_deletions: x\n"
    found = refused(workspace_with(tmp_path, PART + MINE, files={"guards.yaml": own}))
    assert len(found) == 2
    assert (
        "guards.yaml:1:33: types.aws_apprunner_service.instance_configuration: tfstencil judges it already" in found[0]
    )
    more = "types: {aws_apprunner_service: {service_name: access}}\n"
    table = read_settings(workspace_with(tmp_path, PART + MINE, files={"guards.yaml": more})).table
    assert table.rules_of("aws_apprunner_service", "service_name")[0].how == "access"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "{aws_x: {a: harmles}}",
            'guards.aws_x.a: must be one of harmless, data, access or protection, got "harmles"; did you mean harmless?',
        ),
        ("{aws_x: {}}", "guards.aws_x: "),
        (
            "{Bucket: {a: data}}",
            "guards.Bucket: the key 'Bucket' must be a type of resource such as aws_lambda_function",
        ),
        ("{google_x: {a: data}}", "guards.google_x: the key 'google_x' must be a type of resource"),
        ("{aws_x: {A-b: data}}", "guards.aws_x.A-b: the key 'A-b' must be an attribute such as vpc_config.subnet_ids"),
        ("{aws_x: {holds: harmless}}", "guards.aws_x.holds: must be data: of the resource itself no more can be said"),
        ("{aws_x: data}", "guards.aws_x: "),
        ("[aws_x]", "guards: "),
        ("{aws_x: {a: 3}}", "guards.aws_x.a: "),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, said: str, message: str) -> None:
    _, problems = judge_parts(workspace_with(tmp_path, f"{PART}guards: {said}\n"))
    line = PART.count("\n") + 1
    assert len(problems) == 1
    assert f"parts/alert-bot/part.yaml:{line}:" in str(problems[0])
    assert message in str(problems[0])


def test_the_guards_of_the_example_parts_are_sound(repository: Path) -> None:
    table = read_settings(Workspace(repository / "examples")).table
    assert table.rules_of("aws_cloudfront_distribution", "origin.domain_name")[0].how == "access"
    assert table.is_known("aws_efs_mount_target")
