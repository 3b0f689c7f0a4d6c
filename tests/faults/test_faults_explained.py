"""Failures are explained: each is provoked for real, and its cause and remedy are told with the place in the guide."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from estate import SMALL, Estate
from fault_proxy import Call, FaultProxy, Refusal

from generator.errors import TerraformError
from generator.terraform import Tools, find_tools
from generator.terraform.plan_options import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "Failures are explained"
USER: Final = "User: arn:aws:iam::111122223333:user/ci is not authorized to perform:"
NOW: Final = PlanOptions(lock_timeout="0s")
# AWS's own codes and words, for failures that a sandbox cannot have.
REFUSALS: Final = {
    "expired-credentials": (
        "sts:GetCallerIdentity",
        Refusal(403, "ExpiredToken", "The security token included in the request is expired"),
    ),
    "invalid-credentials": (
        "sts:GetCallerIdentity",
        Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    ),
    "throttled": ("sts:GetCallerIdentity", Refusal(400, "Throttling", "Rate exceeded")),
    "access-denied": ("s3:PUT ", Refusal(403, "AccessDenied", "Access Denied")),
    "aws-failed": ("s3:HEAD ", Refusal(503, "ServiceUnavailable", "Please reduce your request rate.")),
}
# One apply, in which each of these fails in another way.
AT_ONCE: Final = {
    "dev-one": Refusal(
        403,
        "AccessDenied",
        f"{USER} iam:CreateRole on resource: arn:aws:iam::1:role/dev-one because no identity-based policy allows the iam:CreateRole action",
    ),
    "dev-two": Refusal(409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000"),
    "dev-three": Refusal(
        403,
        "AccessDenied",
        f"{USER} iam:CreateRole on resource: arn:aws:iam::1:role/dev-three with an explicit deny in a service control policy",
    ),
}


@dataclass
class Case:
    """An environment and how its next plan fails."""

    estate: Estate
    tools: Tools
    variables: dict[str, str] = field(default_factory=dict)

    def symptoms(self, *, apply: bool = False) -> dict[str, str]:
        """Plan, and apply where asked for; return symptom and remedy of each explanation."""
        stack = self.estate.stack(self.tools, environ=self.estate.variables(**self.variables))
        planned = stack.plan(NOW) if apply else None
        with pytest.raises(TerraformError) as caught:
            _ = stack.apply(planned) if planned else stack.plan(NOW)
        explanations = caught.value.explanations
        for item in explanations:
            assert item.see == f"modules_out/dev/TROUBLESHOOTING.md#{item.see.partition('#')[2]}"
            assert item.cause
        return {item.symptom: item.remedy for item in explanations}


@pytest.fixture(scope="module")
def tools() -> Tools:
    return find_tools()


@pytest.fixture
def case(tmp_path: Path, proxy: FaultProxy, account: str, tools: Tools) -> Case:
    return Case(Estate(tmp_path / "w", proxy, account), tools)


@pytest.mark.parametrize("symptom", REFUSALS)
def test_what_aws_refuses_is_explained(symptom: str, case: Case, score: Callable[..., None]) -> None:
    name, refusal = REFUSALS[symptom]
    case.estate.proxy.always(f"^{name}", refusal)
    assert set(case.symptoms()) == {symptom}
    score(PROMISE)


def test_several_failures_of_one_apply_are_each_explained(case: Case, score: Callable[..., None]) -> None:
    case.estate.client("logs")

    def judge(call: Call) -> Refusal | None:
        body = call.body.decode(errors="replace")
        return next(
            (AT_ONCE[name] for name in AT_ONCE if call.name == "iam:CreateRole" and f"RoleName={name}&" in f"{body}&"),
            None,
        )

    case.estate.proxy.judge = judge
    stack = case.estate.stack(case.tools)
    with pytest.raises(TerraformError) as caught:
        stack.apply(stack.plan())
    told = [(item.symptom, item.remedy) for item in caught.value.explanations]
    assert [symptom for symptom, _ in told] == ["access-denied", "access-denied", "quota-exceeded"]
    remedies = " ".join(remedy for _, remedy in told)
    assert "give the credentials that run terraform iam:CreateRole on arn:aws:iam::1:role/dev-one" in remedies
    assert "ask those who keep the service control policy" in remedies
    score(PROMISE, 3)


def test_names_that_are_taken_are_explained(case: Case, score: Callable[..., None]) -> None:
    case.estate.client("iam").create_role(RoleName="dev-one", AssumeRolePolicyDocument="{}")
    assert "import" in case.symptoms(apply=True)["name-taken"]
    score(PROMISE)


def test_a_webhook_without_an_access_token_is_explained(
    tmp_path: Path, proxy: FaultProxy, account: str, tools: Tools, score: Callable[..., None]
) -> None:
    project = """
resource "aws_codebuild_project" "this" {
  name         = "ENV"
  service_role = aws_iam_role.these["one"].arn

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    type         = "LINUX_CONTAINER"
  }

  source {
    type     = "GITHUB"
    location = "https://github.com/acme-platform/shop"
  }
}

resource "aws_codebuild_webhook" "this" {
  project_name = aws_codebuild_project.this.name

  filter_group {
    filter {
      type    = "EVENT"
      pattern = "PUSH"
    }
  }
}
"""
    found = Case(Estate(tmp_path / "w", proxy, account, main=SMALL + project), tools).symptoms(apply=True)
    assert "CodeConnections" in found["access-token-not-found"]
    score(PROMISE)


def test_the_wrong_account_is_explained(case: Case, score: Callable[..., None]) -> None:
    case.variables = {"AWS_ACCESS_KEY_ID": "999988887777"}
    assert set(case.symptoms()) == {"wrong-account"}
    score(PROMISE)


def test_missing_credentials_are_explained(case: Case, score: Callable[..., None]) -> None:
    case.variables = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    assert set(case.symptoms()) == {"no-credentials"}
    score(PROMISE)


def test_an_address_where_nobody_answers_is_explained(case: Case, score: Callable[..., None]) -> None:
    case.variables = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    assert set(case.symptoms()) == {"unreachable"}
    score(PROMISE)


def test_a_missing_state_bucket_is_explained(case: Case, score: Callable[..., None]) -> None:
    case.estate.client("s3").delete_bucket(Bucket=case.estate.bucket)
    assert "tfstencil bootstrap" in case.symptoms()["state-bucket-missing"]
    score(PROMISE)


def test_a_backend_that_has_moved_is_explained(case: Case, score: Callable[..., None]) -> None:
    case.estate.stack(case.tools).init()
    backend = case.estate.workspace.modules_out / "dev" / "backend.tf"
    backend.write_text(backend.read_text().replace("shop/dev", "shop/elsewhere"))
    assert set(case.symptoms()) == {"backend-changed"}
    score(PROMISE)


def test_a_stale_plan_is_explained(case: Case, tmp_path: Path, score: Callable[..., None]) -> None:
    stack = case.estate.stack(case.tools)
    old = stack.plan(out=tmp_path / "old.tfplan")
    shutil.copyfile(old.file, tmp_path / "new.tfplan")
    stack.apply(tmp_path / "new.tfplan")
    with pytest.raises(TerraformError) as caught:
        stack.apply(old)
    (explanation,) = caught.value.explanations
    assert explanation.symptom == "stale-plan"
    assert "tfstencil plan dev" in explanation.remedy
    score(PROMISE)
