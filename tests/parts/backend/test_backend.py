"""The bucket that keeps states: what its spec may say, and what becomes of it in the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.parts.framework.stack import derive
from generator.readback.read_back import read_back
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo

SPEC = """\
class: prod
stack: acme
region: us-east-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
"""


def rendered(workspace_of: Callable[..., Any], text: str) -> dict[str, str]:
    environment = load_environment(workspace_of({"state": text}), "state")
    return render_stack(TemplateEngine([bundled_templates()]), derive(environment))


@pytest.mark.parametrize(
    ("section", "at", "said"),
    [
        ("backend: true", "backend", "must be a mapping"),
        ("backend: []", "backend", "must be a mapping"),
        ("backend: {buckets: acme-states}", "backend.buckets", "did you mean bucket?"),
        ("backend: {bucket: Acme_States}", "backend.bucket", "lower-case letters, digits and hyphens"),
        ("backend: {bucket: ab}", "backend.bucket", "3 to 63 characters"),
        ("backend: {kms_key: alias/aws/s3}", "backend.kms_key", "the ARN of a KMS key"),
        ("backend: {expire_noncurrent_after_days: 0}", "backend.expire_noncurrent_after_days", "1 or more"),
        ("backend: {expire_noncurrent_after_days: 90d}", "backend.expire_noncurrent_after_days", "whole number"),
        ("backend: {keep_versions: 101}", "backend.keep_versions", "100 or less"),
        ("backend: {access_logs: {}}", "backend.access_logs.bucket", "is missing"),
        ("backend: {access_logs: {bucket: logs, prefix: /states}}", "backend.access_logs.prefix", "key of an object"),
        ("backend: {force_destroy: true}", "backend.force_destroy", "is not a key of the spec"),
        ("encryption: null\nbackend: {}", "backend", "needs a KMS key"),
        ("state: {bucket: elsewhere}\nbackend: {}", "backend", "cannot stand beside state"),
        ("logs: {retention_days: 7}\nnetwork: {}\nbackend: {}", "backend", "cannot stand beside logs, network"),
        ("", "builds", "or backend: {}"),
    ],
)
def test_a_wrong_section_is_answered_with_its_place_and_a_remedy(
    workspace_of: Callable[..., Any], section: str, at: str, said: str
) -> None:
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({"state": f"{SPEC}{section}\n"}), "state")
    told = {problem.key: f"{problem} {problem.hint}" for problem in caught.value.problems}
    assert said in told[at]
    assert told[at].startswith("environments/state.yaml:")


def test_what_a_class_says_of_builds_is_no_part_of_an_environment_that_keeps_states(
    workspace_of: Callable[..., Any],
) -> None:
    environment = load_environment(workspace_of({"state": f"{SPEC}backend: {{}}\n"}), "state")
    assert isinstance(environment.merged.value, dict)
    said = set(environment.merged.value)
    assert said == {
        *("class", "stack", "region", "account", "tags", "required_tags", "encryption", "backend"),
    }


def test_an_environment_that_keeps_states_has_its_bucket_and_key_and_nothing_of_builds(
    workspace_of: Callable[..., Any],
) -> None:
    files = rendered(workspace_of, f"{SPEC}backend: {{}}\n")
    modules = {path.split("/")[1] for path in files if path.startswith("modules/")}
    assert modules == {"backend", "encryption"}
    assert not {"builds.tf", "access.tf", "notifications.tf"} & set(files)
    assert 'bucket_name                  = "acme-tfstate-111122223333"' in files["main.tf"]
    assert "logs.amazonaws.com" not in "".join(files.values())


def test_its_own_state_belongs_into_the_bucket_that_it_makes(workspace_of: Callable[..., Any]) -> None:
    files = rendered(workspace_of, f"{SPEC}backend: {{bucket: acme-states}}\n")
    assert 'bucket              = "acme-states"' in files["backend.tf"]
    assert 'key                 = "acme/state/terraform.tfstate"' in files["backend.tf"]
    assert "use_lockfile        = true" in files["backend.tf"]
    assert "dynamodb" not in "".join(files.values()).lower().replace("no table in dynamodb", "")


def test_a_state_is_encrypted_with_what_its_bucket_says(workspace_of: Callable[..., Any]) -> None:
    """`encrypt = true` would ask S3 for its own keys, and the bucket's policy refuses that."""
    files = rendered(workspace_of, f"{SPEC}backend: {{}}\n")
    (block,) = [text for path, text in files.items() if path == "backend.tf"]
    assert not [line for line in block.splitlines() if line.strip().startswith(("encrypt", "kms_key_id"))]


def test_a_key_that_exists_takes_the_place_of_the_stacks_own(workspace_of: Callable[..., Any]) -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    files = rendered(workspace_of, f"{SPEC}encryption: null\nbackend: {{kms_key: '{key}'}}\n")
    assert f'kms_key_arn                  = "{key}"' in files["main.tf"]
    assert not [path for path in files if path.startswith("modules/encryption/")]
    assert f'value       = "{key}"' in files["outputs.tf"]


@pytest.mark.slow
@pytest.mark.terraform
def test_the_bucket_is_applied_read_back_and_plans_empty(
    live_stack: Callable[[str], Any], sandbox: SandboxInfo, aws: Callable[..., Any], account: str
) -> None:
    aws("s3").create_bucket(Bucket=f"logs-{account}")
    writer = {"Service": "logging.s3.amazonaws.com"}
    may = {
        "Effect": "Allow",
        "Principal": writer,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::logs-{account}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [may]}
    aws("s3").put_bucket_policy(Bucket=f"logs-{account}", Policy=json.dumps(policy))
    logs = f"access_logs: {{bucket: logs-{account}}}"
    spec = SPEC.replace("111122223333", "@ACCOUNT@") + f"backend: {{keep_versions: 7, {logs}}}\n"
    environment, stack = live_stack(spec)
    stack.apply(stack.plan())
    checks = read_back(sandbox.endpoint, environment)
    assert [check for check in checks if not check.ok] == []
    assert len(checks) > 15
    assert not stack.plan().has_changes
    outputs = stack.outputs()
    bucket = f"acme-tfstate-{account}"
    assert outputs["state_bucket_name"].value == bucket
    assert outputs["state_section"].value == f'"state":\n  "bucket": "{bucket}"\n  "region": "us-east-1"\n'

    s3 = aws("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.delete_bucket_lifecycle(Bucket=bucket)
    wrong = [check.aspect for check in read_back(sandbox.endpoint, environment) if not check.ok]
    assert wrong == ["old versions expire after (days)", "old versions that stay"]
