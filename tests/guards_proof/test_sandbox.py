"""One environment is applied for real; then templates and spec weaken it, and `plan --sandbox --enforce` names each.

The lifecycle rules are left out of the apply, for which the provider waits a minute, and so are queue and alarms.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.cli import main
from generator.sandbox.control import stop
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Asked = tuple[int, dict[str, list[str]]]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

TEMPLATES = Path(__file__).parents[2] / "templates" / "modules"
ARN = "arn:aws:codeconnections:us-east-1:111122223333:connection/0c9d2f3a-6a51-4b8e-8a7c-2f1f6f0c7f11"
SPEC = f"""\
class: prod
stack: shop
region: us-east-1
account: "111122223333"
tags: {{Owner: platform-team, CostCenter: "1234"}}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {{arn: "{ARN}"}}
builds:
  main:
    runtime: {{nodejs: 22}}
    phases: {{build: [npm test]}}
    trigger: {{push: {{branches: [main], actors: ["1234567"]}}}}
notifications: null
alarms: null
budget: null
"""
ACTORS = ', actors: ["1234567"]'
# One of each class of operators: unknown, twin, vacuous condition, other spelling.
WEAKER = """
resource "terraform_data" "x" {
  input = ["s3:GetObject"]
}

data "aws_iam_policy_document" "x" {
  statement {
    actions   = terraform_data.x.output
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "x" {
  name   = "x"
  role   = "shop-prod-main-build"
  policy = data.aws_iam_policy_document.x.json
}

resource "aws_s3_bucket_public_access_block" "x" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = false
  block_public_policy     = false
  ignore_public_acls      = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "x" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::shop-prod-artifacts-111122223333/*"
      Condition = { Bool = { "aws:SecureTransport" = "true" } }
    }]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "x" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "x"
    status = "Enabled"
    filter {}
    expiration {
      date = "2027-01-01T00:00:00Z"
    }
  }
}
"""
# What is there is loosened where it stands: off, shorter, wider, gone, moved.
LOOSER = {
    "artifacts/main.tf.j2": ('status = "Enabled"', 'status = "Suspended"'),
    "encryption/main.tf.j2": ("enable_key_rotation     = true", "enable_key_rotation     = false"),
}


class Stand:
    """A workspace whose prod is applied in its own sandbox."""

    def __init__(self, folder: Path) -> None:
        self.spec = folder / "environments" / "prod.yaml"
        self.spec.parent.mkdir(parents=True)
        self.spec.write_text(SPEC)
        self.templates = folder / "templates" / "modules"
        self.write("artifacts/lifecycle.tf.j2", "# The lifecycle rules are left out.\n")
        self.workspace = Workspace.find(folder)

    def write(self, path: str, text: str) -> None:
        """Override a template."""
        (self.templates / path).parent.mkdir(parents=True, exist_ok=True)
        (self.templates / path).write_text(text)

    def run(self, *words: str) -> int:
        """Run the command line in this process."""
        return main.run(["-C", str(self.workspace.root), *words])


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Apply prod once."""
    made = Stand(tmp_path_factory.mktemp("proof") / "workspace")
    assert made.run("-q", "render") == 0
    assert made.run("-q", "apply", "prod", "--sandbox", "--yes") == 0
    yield made
    stop(made.workspace)


@pytest.fixture
def asked(stand: Stand, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], Asked]]:
    """Plan what spec and templates say now; they are put back afterwards."""

    def ask() -> Asked:
        assert stand.run("-q", "render") == 0
        capsys.readouterr()
        code = stand.run("plan", "prod", "--sandbox", "--enforce", "--json")
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        found: dict[str, list[str]] = {}
        for item in document["environments"][0].get("refusals") or ():
            kind, _, address = item["allow"].partition(":")
            found.setdefault(address, []).append(kind)
        return code, found

    yield ask
    stand.spec.write_text(SPEC)
    for path in ("artifacts/main.tf.j2", "encryption/main.tf.j2"):
        (stand.templates / path).unlink(missing_ok=True)


def test_what_templates_add_to_an_applied_environment_is_refused_by_name(
    stand: Stand, asked: Callable[[], Asked]
) -> None:
    stand.write("artifacts/main.tf.j2", (TEMPLATES / "artifacts/main.tf.j2").read_text() + WEAKER)
    code, found = asked()
    assert code == 1
    assert {
        "module.artifacts.aws_iam_role_policy.x",
        "module.artifacts.aws_s3_bucket_public_access_block.x",
        "module.artifacts.aws_s3_bucket_policy.x",
        "module.artifacts.aws_s3_bucket_lifecycle_configuration.x",
    } <= found.keys()


def test_what_templates_loosen_in_an_applied_environment_is_refused_by_name(
    stand: Stand, asked: Callable[[], Asked]
) -> None:
    for path, (before, after) in LOOSER.items():
        text = (TEMPLATES / path).read_text()
        assert before in text, path
        stand.write(path, text.replace(before, after))
    code, found = asked()
    assert code == 1
    assert {"module.artifacts.aws_s3_bucket_versioning.this", "module.encryption.aws_kms_key.this"} <= found.keys()


def test_actors_that_are_dropped_from_a_spec_are_refused(stand: Stand, asked: Callable[[], Asked]) -> None:
    stand.spec.write_text(SPEC.replace(ACTORS, ""))
    code, found = asked()
    assert (code, list(found)) == (1, ['module.trigger.aws_codebuild_webhook.this["main"]'])


def test_a_tag_a_secret_and_an_address_are_not_refused(stand: Stand, asked: Callable[[], Asked]) -> None:
    more = SPEC.replace('1234"}', '9999", Reviewed: today}').replace(
        "notifications: null", "notifications: {email: [builds@acme.example]}"
    )
    stand.spec.write_text(more.replace("    trigger:", "    secrets: {MORE: {parameter: /more/one}}\n    trigger:"))
    assert asked() == (0, {})


def test_who_applied_is_recorded(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert stand.run("guards", "history", "prod", "--sandbox", "--json") == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [(each["verb"], each["outcome"]) for each in entries] == [("apply", "begun"), ("apply", "done")]
    assert "module.artifacts.aws_s3_bucket.this" in entries[0]["makes"]
    assert all(each["by"] and each["when"] for each in entries)
