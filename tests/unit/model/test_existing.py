"""What exists, said wrongly: each mistake is told at its key, with what to do, and nothing else is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from generator.errors import SpecError
from generator.model.loading.load import load_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

BASE: Final = """\
stack: shop
class: dev
region: us-east-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/1b2c3d4e"
# What each key is told to be, and is not: as YAML.
WRONG: Final[dict[str, tuple[str, ...]]] = {
    "encryption.arn": (
        *("alias/shop", "true", "7", '""', "[]", "{}", "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809", f'"{_KEY}/x"'),
        *('"arn:aws:kms:us-east-1:1:key/x"', '"arn:aws:kms:us-east-1:111122223333:alias/shop"', f'" {_KEY}"'),
        f'"{_KEY.replace("us-east-1", "eu-west-1")}"',
    ),
    "artifacts.existing.bucket": (
        *(
            '"arn:aws:s3:::acme-builds"',
            "s3://acme-builds",
            "Acme",
            "ab",
            "a_b",
            '""',
            "1.2.3.4",
            "acme-builds/shop",
            "[]",
        ),
        *("7", "xn--acme", "acme..builds"),
    ),
    "artifacts.existing.prefix": (
        *("/shop", "shop/", "a//b", '""', "a b", '"*"', "true", "[]", "..", "ä", '"@{build}"'),
    ),
    "logs.existing.group": (
        *("aws/codebuild/shop", '""', "a b", "'arn:aws:logs:us-east-1:111122223333:log-group:/a'", "7", "[]", "/a/*"),
        *("'/a/@{name}'", "'/a:*'", "ä", f"/{'a' * 512}"),
    ),
    "registry.existing.api": (
        *("acme/api", '"111122223333.dkr.ecr.us-east-1.amazonaws.com/acme/api"', '""', "7", "[]", "{}"),
        *('"arn:aws:ecr:us-east-1:111122223333:repository/Acme"', '"arn:aws:ecr:us-east-1:1:repository/a"'),
        *('"arn:aws:ecr::111122223333:repository/a"', '"arn:aws:ecr:us-east-1:111122223333:repository/a:1"'),
    ),
    "notifications.topic_arn": (
        *("acme-builds", '""', "7", "[]", '"arn:aws:sns:us-east-1:111122223333:"', '"arn:aws:sns:us-east-1:1:a"'),
        *('"arn:aws:sqs:us-east-1:111122223333:a"', '"arn:aws:sns:us-east-1:111122223333:a.fifo"'),
        *('"arn:aws:sns:eu-west-1:111122223333:a"', '"arn:aws:sns:us-east-1:444455556666:a"'),
    ),
    "builds.main.role_arn": (
        *("shop-ci", '""', "7", "[]", '"arn:aws:iam::1:role/a"', '"arn:aws:iam::111122223333:user/a"'),
        *('"arn:aws:iam::111122223333:role/"', '"arn:aws:iam::111122223333:role/a b"'),
        *('"arn:aws:sts::111122223333:assumed-role/a/b"', '"arn:aws:iam::444455556666:role/a"'),
    ),
    "pipeline.role_arn": (
        *("shop-release", '""', "7", "[]", '"arn:aws:iam::1:role/a"', '"arn:aws:iam::111122223333:user/a"'),
        *('"arn:aws:iam::111122223333:role/"', '"arn:aws:iam::111122223333:role/a b"'),
        *('"arn:aws:sts::111122223333:assumed-role/a/b"', '"arn:aws:iam::444455556666:role/a"'),
    ),
    "logs.group": ("Project", "projects", "each", '""', "7", "true", "[]", "{}", "/aws/codebuild/shop", "build"),
    "builds.main.names.log_group": (
        *("aws/codebuild/shop", '""', "a b", "'/a/@{build}'", "7", "[]", "/a/*", "'/a:*'", "ä", f"/{'a' * 512}"),
    ),
    "builds.main.tags.Team": ("7", "true", "[]", "{}", f"{'a' * 256}", '"a\\tb"', "1.5", "2026-01-01", "[a]", "{a: b}"),
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_wrong_value_is_told_at_its_key(workspace_of: MakeWorkspace, key: str, value: str) -> None:
    text = value
    for part in reversed(key.split(".")):
        text = f"{{{part}: {text}}}"
    text = text.replace("{prefix:", "{bucket: acme-builds, prefix:")
    text = text.replace("{pipeline: {", "{pipeline: {source: {bucket: acme-sources, key: shop.zip}, ")
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({"_base": BASE, "dev": f"extends: _base\n{text[1:-1]}\n"}), "dev")
    assert {problem.key.partition("[")[0] for problem in caught.value.problems if problem.severity == "error"} == {key}
    assert all(problem.hint and problem.place for problem in caught.value.problems)


@pytest.mark.parametrize("key", list(WRONG))
def test_ten_mistakes_of_each_kind_are_tried(key: str) -> None:
    assert len(set(WRONG[key])) >= 10  # as the name says
