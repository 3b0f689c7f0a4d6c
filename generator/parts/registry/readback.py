"""Reads back the container repositories, and what the builds' roles may do to them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.parts.registry.variables import REGISTRY_VARIABLE, repository_variable
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing
from generator.readback.roles import allowed, policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.builds.section.build import Build
    from generator.parts.registry.section import Registry
    from generator.readback.expectation import Expectation

_PUSH: Final = ("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage")
_PULL: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability")


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the repositories with the spec, where the spec has any."""
    registry = expected.spec.registry
    if registry is None:
        return
    answer = expected.clients.ask_all("ecr", "describe_repositories", "repositories")
    found = {repository["repositoryName"]: repository for repository in answer}
    for name in sorted(map(expected.names.repository, registry.repositories)):
        check = partial(Check, f"ECR repository {name}")
        yield check("exists", True, name in found, "registry.repositories")  # noqa: FBT003  # a value like any other
        if name in found:
            yield from _repository(expected, registry, check, found[name])
    for build in sorted(expected.names.roles.keys() - expected.names.existing_roles.keys()):
        yield from _role(expected, registry, build)


def registry_variables(expected: Expectation, build: Build) -> dict[str, str]:
    """Return the variables that a build gets because it pushes images: type and value, by name."""
    if not build.push_to:
        return {}
    names = expected.names
    host = names.registry_of(build.push_to[0])
    addresses = {repository_variable(name): f"PLAINTEXT {names.repository_url(name)}" for name in build.push_to}
    return {REGISTRY_VARIABLE: f"PLAINTEXT {host}", **addresses}


def _repository(
    expected: Expectation, registry: Registry, check: partial[Check], found: dict[str, Any]
) -> Iterator[Check]:
    clients, name = expected.clients, found["repositoryName"]
    mutability = "IMMUTABLE" if registry.immutable_tags else "MUTABLE"
    yield check("tags of images", mutability, found["imageTagMutability"], "registry.immutable_tags")
    scan = found["imageScanningConfiguration"]["scanOnPush"]
    yield check("scans on push", registry.scan_on_push, scan, "registry.scan_on_push")
    kms = (registry.encryption or ("kms" if expected.spec.encryption else "aes256")) == "kms"
    encryption = found["encryptionConfiguration"]
    kind = "KMS" if kms else "AES256"
    yield check("encryption", kind, encryption["encryptionType"], "registry.encryption")
    if kms:
        yield check("encryption key", expected.key_arn, encryption.get("kmsKey"), "registry.encryption")
    yield check("URL", f"{expected.names.registry}/{name}", found["repositoryUri"], "registry.repositories")
    lifecycle = clients.ask("ecr", "get_lifecycle_policy", repositoryName=name) or {}
    rules = json.loads(lifecycle.get("lifecyclePolicyText", '{"rules": []}'))["rules"]
    limits = {rule["selection"]["tagStatus"]: rule["selection"]["countNumber"] for rule in rules}
    yield check("images kept", registry.keep_images, limits.get("tagged"), "registry.keep_images")
    days, at = registry.expire_untagged_after_days, "registry.expire_untagged_after_days"
    yield check("untagged images expire after (days)", days, limits.get("untagged"), at)
    policy = json.loads(
        (clients.ask("ecr", "get_repository_policy", repositoryName=name) or {}).get("policyText", "{}")
    )
    yield check("pulled by", *_pulled_by(registry, policy, found["repositoryArn"]), "registry.pull_accounts")
    tags = (clients.ask("ecr", "list_tags_for_resource", resourceArn=found["repositoryArn"]) or {}).get("tags")
    yield check("tags", expected.tags, tag_map(tags), "tags")


def _pulled_by(registry: Registry, policy: dict[str, Any], arn: str) -> tuple[list[str], list[str]]:
    """Return the accounts that the spec lets pull, and those among them and a stranger that the policy does."""

    def may(account: str, actions: tuple[str, ...]) -> bool:
        return any(judge(policy, Call(action, arn, account=account)) is Verdict.ALLOWED for action in actions)

    stranger = "000000000000"
    found = [account for account in [*sorted(registry.pull_accounts), stranger] if may(account, _PULL)]
    pushing = [f"{account} pushes" for account in [*registry.pull_accounts, stranger] if may(account, _PUSH)]
    return sorted(registry.pull_accounts), found + pushing


def _role(expected: Expectation, registry: Registry, build: str) -> Iterator[Check]:
    names, pushed = expected.names, expected.spec.builds[build].push_to
    documents = list(policies(expected.clients, names.role(build)))
    calls = {
        f"{action} {names.repository_arn(name)}": name in pushed
        for name in (*registry.repositories, *registry.existing)
        for action in _PUSH
    }
    calls["ecr:GetAuthorizationToken *"] = bool(pushed)
    wanted = [call for call, needed in calls.items() if needed]
    found = [call for call in allowed(documents, list(calls)) if call in wanted or not _is_token(call)]
    yield Check(f"IAM role {names.role(build)}", "pushes", wanted, found, f"builds.{build}.push_to")


def _is_token(call: str) -> bool:
    # A build whose own image lies in ECR signs in as well.
    return call.startswith("ecr:GetAuthorizationToken")


LISTINGS: Final = (Listing("ECR repository", "ecr", "describe_repositories", "repositories", "repositoryName"),)
