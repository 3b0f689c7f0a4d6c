"""What terraform and AWS say when something fails, and what a person is told of it."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from generator.cli.console import Console
from generator.cli.failure import say
from generator.cli.options import GlobalOptions
from generator.errors import TerraformError
from generator.failure_explanation import Diagnosis, FailedRun, slug
from generator.reports.problems.errors import error_data
from generator.terraform.failures.denial import parse_denial
from generator.terraform.failures.symptoms import SYMPTOMS, explain
from generator.terraform.state.lock_info import lock_info

REPOSITORY = Path(__file__).parents[3]
CI = "arn:aws:iam::111122223333:user/ci"
CALL = "operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: "
LOCK = """Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: 1, HostID: 2, api error
PreconditionFailed: At least one of the pre-conditions you specified did not hold
Lock Info:
  ID:        6ffb4a5f-6b3a-4d1c-9d7c-8c6f1b2c3d4e
  Path:      state/dev/terraform.tfstate
  Operation: OperationTypeApply
  Who:       ann@build
  Version:   1.11.4
  Created:   2026-11-24 09:12:02.123456789 +0000 UTC
  Info:      \n"""
# What the real terraform 1.11.4 and the provider 5.100.0 said when they were provoked.
SAID = {
    "Saved plan is stale The given plan file can no longer be applied": "stale-plan",
    "Failed to persist state to backend The error shown above has prevented Terraform from": "errored-state",
    "api error ExpiredToken: The security token included in the request is expired": "expired-credentials",
    "StatusCode: 400, api error ExpiredTokenException: The security token included": "expired-credentials",
    "failed to refresh cached credentials, refresh cached SSO token failed": "expired-credentials",
    "api error InvalidClientTokenId: The security token included in the request is invalid.": "invalid-credentials",
    "No valid credential sources found": "no-credentials",
    "failed to get shared config profile, shop-prod": "no-profile",
    "Cannot assume IAM Role IAM Role (arn:aws:iam::111122223333:role/x) cannot be assumed.": "role-refused",
    "AWS account ID not allowed: 444455556666": "wrong-account",
    f"{CALL}User: {CI} is not authorized to perform: iam:CreateRole": "access-denied",
    "Error acquiring the state lock Error message: operation error S3: PutObject, StatusCode: 403, AccessDenied": "access-denied",
    "ResourceNotFoundException: Could not find access token for server type github": "access-token-not-found",
    "StatusCode: 400, ThrottlingException: Rate exceeded": "throttled",
    "StatusCode: 503, RequestLimitExceeded: Request limit exceeded.": "throttled",
    "StatusCode: 409, LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000": "quota-exceeded",
    "LimitExceededException: Resource limit exceeded.": "quota-exceeded",
    "api error BucketAlreadyExists: The requested bucket name is not available.": "name-taken",
    "EntityAlreadyExists: Role with name role-a already exists.": "name-taken",
    "ResourceAlreadyExistsException: The specified log group already exists": "name-taken",
    "OperationAborted: A conflicting conditional operation is currently in progress": "conflict",
    'error loading state: S3 bucket "acme-tfstate" does not exist.': "state-bucket-missing",
    f"Error acquiring the state lock {LOCK}": "state-locked",
    "Error acquiring the state lock Error message: 2 problems: - Unsupported state file format": "state-unreadable",
    "the cached package for hashicorp/aws doesn't match any of the checksums": "lock-file",
    "Backend configuration changed A change in the backend configuration": "backend-changed",
    "Failed to query available provider packages Could not retrieve the list": "provider-missing",
    "write terraform.tfstate: no space left on device": "disk-full",
    "open terraform.tfstate: read-only file system": "read-only",
    "dial tcp 127.0.0.1:9: connect: connection refused": "unreachable",
    "exceeded maximum number of attempts, 5, https response error StatusCode: 500": "aws-failed",
}


def only(text: str, subject: FailedRun | None = None) -> Diagnosis:
    (explanation,) = explain([(text, "")], subject or FailedRun("dev"))
    return explanation


@pytest.mark.parametrize(("said", "symptom"), SAID.items(), ids=lambda value: value[:60])
def test_each_failure_is_told_from_all_others(said: str, symptom: str) -> None:
    explanation = only(said)
    assert explanation.symptom == symptom
    assert explanation.cause
    assert explanation.remedy
    assert not re.search(r"[{}]", explanation.cause + explanation.remedy)


def test_every_row_of_the_table_is_tried() -> None:
    assert {row.name for row in SYMPTOMS} == set(SAID.values())


def test_a_failure_that_nobody_knows_is_not_explained() -> None:
    assert explain([("a meteorite has struck", "")], FailedRun("dev")) == ()


def test_words_that_terraform_has_wrapped_are_found() -> None:
    assert only("Error: No valid\n│ credential   sources\n│ found").symptom == "no-credentials"


def test_two_errors_of_one_kind_are_explained_once_and_of_two_kinds_twice() -> None:
    texts = [("Rate exceeded", "a_b.c"), ("ThrottlingException", ""), ("No valid credential sources found", "")]
    assert [item.symptom for item in explain(texts, FailedRun("dev"))] == ["no-credentials", "throttled"]


def test_a_state_that_was_not_saved_is_told_before_its_cause() -> None:
    texts = [("Failed to save state StatusCode: 500", ""), ("Failed to persist state to backend", "")]
    assert [item.symptom for item in explain(texts, FailedRun("dev"))] == ["errored-state", "aws-failed"]


def test_what_exists_already_can_be_imported_to_its_address() -> None:
    (explanation,) = explain(
        [("EntityAlreadyExists: Role with name x", 'module.a.aws_iam_role.b["c"]')], FailedRun("dev")
    )
    assert """terraform import 'module.a.aws_iam_role.b["c"]' ITS-NAME in modules_out/dev""" in explanation.remedy


def test_a_remedy_names_the_command_that_means_the_same_target() -> None:
    assert "tfstencil plan dev --sandbox" in only("Saved plan is stale", FailedRun("dev", None, " --sandbox")).remedy
    assert "tfstencil plan ENV" in only("Saved plan is stale", FailedRun()).remedy


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_place_in_the_guide_of_an_environment_exists(name: str) -> None:
    subject = FailedRun(name, REPOSITORY / "modules_out" / name)
    for row in SYMPTOMS:
        assert subject.guide(row.heading) == f"modules_out/{name}/TROUBLESHOOTING.md#{row.heading}", row.name


def test_a_failure_leads_to_its_place_in_the_guide() -> None:
    explanation = only("Rate exceeded", FailedRun("prod", REPOSITORY / "modules_out" / "prod"))
    assert explanation.see == "modules_out/prod/TROUBLESHOOTING.md#throttled"


def test_a_place_that_the_guide_does_not_have_is_not_named(tmp_path: Path) -> None:
    assert only("Rate exceeded", FailedRun("dev", tmp_path)).see == ""
    (tmp_path / "TROUBLESHOOTING.md").write_text("## Stale plan\n")
    assert only("Rate exceeded", FailedRun("dev", tmp_path)).see == ""


def test_headings_become_the_anchors_that_viewers_give_them() -> None:
    assert slug("Access token not found") == "access-token-not-found"
    assert slug("It isn't there: `x`") == "it-isnt-there-x"


@pytest.mark.parametrize(
    ("tail", "missing", "denied_by"),
    [
        ("because no identity-based policy allows the iam:CreateRole action", "identity-based", ""),
        ("because no permissions boundary allows the iam:CreateRole action", "", ""),
        ("because no resource-based policy allows the iam:CreateRole action", "resource-based", ""),
        ("with an explicit deny in a service control policy", "", "service control"),
        ("with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p", "", "service control"),
        ("with an explicit deny in a permissions boundary", "", "permissions boundary"),
        ("with an explicit deny in an identity-based policy", "", "identity-based"),
        ("with an explicit deny in a resource-based policy.", "", "resource-based"),
        ("", "", ""),
    ],
    ids=lambda value: value[:50],
)
def test_aws_says_in_several_forms_who_was_denied_what(tail: str, missing: str, denied_by: str) -> None:
    text = f'{CALL}User: {CI} is not authorized to perform: iam:CreateRole on resource: "arn:aws:iam::1:role/r" {tail}'
    denial = parse_denial(text)
    assert (denial.principal, denial.action, denial.resource) == (CI, "iam:CreateRole", "arn:aws:iam::1:role/r")
    assert (denial.missing, denial.denied_by) == (missing, denied_by)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("operation error S3: HeadBucket, https response error StatusCode: 403", "s3:ListBucket"),
        (
            "operation error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 403",
            "logs:CreateLogGroup",
        ),
        ("Access Denied", ""),
    ],
)
def test_where_aws_does_not_name_the_action_the_call_does(text: str, action: str) -> None:
    assert parse_denial(text).action == action


@pytest.mark.parametrize(
    "tail", ["with an explicit deny in a service control policy", "with an explicit deny in a permissions boundary"]
)
def test_what_others_forbid_is_not_ours_to_change(tail: str) -> None:
    text = f"AccessDenied: User: {CI} is not authorized to perform: s3:CreateBucket on resource: arn:aws:s3:::b {tail}"
    assert (
        "no statement of this stack decides that"
        in only(text, FailedRun("prod", REPOSITORY / "modules_out" / "prod")).remedy
    )


def test_a_permission_that_the_credentials_lack_is_named_whole() -> None:
    text = f"AccessDenied: User: {CI} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::1:role/r"
    remedy = only(text, FailedRun("prod", REPOSITORY / "modules_out" / "prod")).remedy
    assert "give the credentials that run terraform iam:CreateRole on arn:aws:iam::1:role/r" in remedy


def test_a_role_of_the_stack_that_lacks_a_permission_leads_to_its_statement() -> None:
    role = "arn:aws:sts::333344445555:assumed-role/nodejs-microservice-prod-main-build/AWSCodeBuild-1"
    text = f"AccessDenied: User: {role} is not authorized to perform: s3:DeleteObject on resource: arn:aws:s3:::b/k"
    remedy = only(text, FailedRun("prod", REPOSITORY / "modules_out" / "prod")).remedy
    assert "nodejs-microservice-prod-main-build is a role of this stack" in remedy
    found = re.search(r"\(modules_out/(\S+):(\d+)\)", remedy)
    assert found, remedy
    line = (REPOSITORY / "modules_out" / found[1]).read_text().splitlines()[int(found[2]) - 1]
    assert "sid" in line


def test_a_bucket_policy_that_forbids_leads_to_its_statement() -> None:
    text = (
        f"AccessDenied: User: {CI} is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k "
        "with an explicit deny in a resource-based policy"
    )
    remedy = only(text, FailedRun("prod", REPOSITORY / "modules_out" / "prod")).remedy
    assert "the policy of the resource forbids it" in remedy
    assert "modules_out/prod/modules/artifacts/policy.tf:" in remedy


def test_a_message_that_ec2_has_encoded_can_be_decoded() -> None:
    text = "UnauthorizedOperation: You are not authorized. Encoded authorization failure message: AbC-123_x"
    assert "--encoded-message AbC-123_x" in only(text).remedy


def test_a_held_lock_says_who_since_when_and_what_for() -> None:
    explanation = only(f"Error acquiring the state lock {LOCK}")
    assert "ann@build has locked this state since 2026-11-24 09:12:02 UTC for its apply" in explanation.cause
    assert "tfstencil state unlock dev 6ffb4a5f-6b3a-4d1c-9d7c-8c6f1b2c3d4e" in explanation.remedy


def test_a_lock_of_this_machine_may_be_that_of_a_terraform_that_goes_on() -> None:
    text = f"Error acquiring the state lock {LOCK}".replace("ann@build", f"ann@{socket.gethostname()}")
    assert "finishes by itself" in only(text).cause


def test_a_lock_without_a_holder_is_not_read_into() -> None:
    assert lock_info("Error acquiring the state lock") is None
    assert "cannot be locked" in only("Error acquiring the state lock").cause


def test_a_person_is_told_cause_remedy_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    explanation = Diagnosis("throttled", "too many calls", "wait", "modules_out/dev/TROUBLESHOOTING.md#throttled")
    error = TerraformError("it failed", command=[], folder=Path(), code=1, hint="wait", explanations=[explanation])
    say(error, Console(GlobalOptions()), about="dev")
    told = capsys.readouterr().err
    assert (
        told
        == "error: dev: it failed\n  cause: too many calls\n   hint: wait\n    see: modules_out/dev/TROUBLESHOOTING.md#throttled\n"
    )


def test_the_data_of_an_error_hold_its_explanation() -> None:
    explanation = Diagnosis("throttled", "too many calls", "wait")
    error = TerraformError("it failed", command=[], folder=Path(), code=1, explanations=[explanation])
    told = json.loads(json.dumps(error_data(error)))["explanations"]
    assert told == [{"symptom": "throttled", "cause": "too many calls", "remedy": "wait", "see": ""}]


def test_an_error_that_is_retold_keeps_all_that_it_knew() -> None:
    explanation = Diagnosis("throttled", "too many calls", "wait")
    error = TerraformError(
        "it failed", command=["a"], folder=Path("f"), code=3, stderr="e", hint="h", explanations=[explanation]
    )
    told = error.retold("in other words", [])
    assert (str(told), told.command, told.folder, told.code) == ("in other words", ("a",), Path("f"), 3)
    assert (told.stderr, told.hint, told.explanations) == ("e", "h", (explanation,))
