"""The guards on plans of the real terraform: each kind of harm is refused by name, and nothing else is."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from real_plans import ACCOUNT, plan_of_change

from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings
from generator.checks.guards.spec import spec_texts
from generator.fleet.plan import plan_fleet
from generator.model.loading.load import load_environments
from generator.operations.plans.fleet_members import prepare
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.plans.plan import Plan
    from generator.refusal import Refusal

pytestmark = pytest.mark.terraform
REPOSITORY = Path(__file__).parents[4]

# Each case: the resource before, the resource after, and what is refused: (kind, part of the reason), or nothing.
TRUST = """\
data "aws_iam_policy_document" "{name}" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "Service"
      identifiers = {services}
    }}
    {condition}
  }}
}}
resource "aws_iam_role" "{name}" {{
  name                 = "{name}"
  assume_role_policy   = data.aws_iam_policy_document.{name}.json
  permissions_boundary = {boundary}
}}
"""
CONDITION = """\
condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["111122223333"]
    }"""
POLICY = """\
data "aws_iam_policy_document" "{name}" {{
  statement {{
    sid       = "Use"
    effect    = "{effect}"
    actions   = {actions}
    resources = {resources}
  }}
}}
resource "aws_iam_role_policy" "{name}" {{
  name   = "{name}"
  role   = "{name}"
  policy = data.aws_iam_policy_document.{name}.json
}}
"""


def trust(
    name: str,
    services: str = '["codebuild.amazonaws.com"]',
    condition: str = CONDITION,
    boundary: str = '"arn:aws:iam::111122223333:policy/b"',
) -> str:
    return TRUST.format(name=name, services=services, condition=condition, boundary=boundary)


def policy(name: str, actions: str, resources: str = '["arn:aws:s3:::some/*"]', effect: str = "Allow") -> str:
    return POLICY.format(name=name, actions=actions, resources=resources, effect=effect)


def bucket_policy(name: str, statement: str) -> str:
    return (
        f'resource "aws_s3_bucket_policy" "{name}" {{\n  bucket = "{name}"\n'
        f'  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})\n}}\n'
    )


DENY = '{ Sid = "Tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::x/*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }'
KEY_ROOT = (
    '{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" }'
)


def key(name: str, *statements: str, more: str = "enable_key_rotation = true") -> str:
    return (
        f'resource "aws_kms_key" "{name}" {{\n  {more}\n'
        f'  policy = jsonencode({{ Version = "2012-10-17", Statement = [{", ".join(statements)}] }})\n}}\n'
    )


def project(
    name: str, *, status: str = "ENABLED", hidden: str = "false", insecure: str = "false", visibility: str = "PRIVATE"
) -> str:
    return f"""\
resource "aws_codebuild_project" "{name}" {{
  name               = "{name}"
  service_role       = "arn:aws:iam::111122223333:role/x"
  project_visibility = "{visibility}"
  artifacts {{
    type                = "S3"
    location            = "artifacts"
    encryption_disabled = {hidden}
  }}
  environment {{
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }}
  source {{
    type         = "GITHUB"
    location     = "https://github.com/acme/x"
    insecure_ssl = {insecure}
  }}
  logs_config {{
    cloudwatch_logs {{
      status = "{status}"
    }}
    s3_logs {{
      status   = "{status}"
      location = "logs/x"
    }}
  }}
}}
"""


def attachment(name: str, arn: str) -> str:
    return (
        f'resource "aws_iam_role_policy_attachment" "{name}" {{\n  role       = "{name}"\n  policy_arn = "{arn}"\n}}\n'
    )


def bucket(name: str, more: str = "") -> str:
    return f'resource "aws_s3_bucket" "{name}" {{\n  bucket = "{name}"\n  {more}\n}}\n'


def versioning(name: str, status: str = "Enabled") -> str:
    return f'resource "aws_s3_bucket_versioning" "{name}" {{\n  bucket = "{name}"\n  versioning_configuration {{\n    status = "{status}"\n  }}\n}}\n'


def block(name: str, public: str = "true") -> str:
    return f"""\
resource "aws_s3_bucket_public_access_block" "{name}" {{
  bucket                  = "{name}"
  block_public_acls       = true
  block_public_policy     = {public}
  ignore_public_acls      = true
  restrict_public_buckets = {public}
}}
"""


def encryption(name: str, algorithm: str = "aws:kms") -> str:
    return f"""\
resource "aws_s3_bucket_server_side_encryption_configuration" "{name}" {{
  bucket = "{name}"
  rule {{
    apply_server_side_encryption_by_default {{
      sse_algorithm = "{algorithm}"
    }}
  }}
}}
"""


def lifecycle(name: str, days: int, prefix: str = "") -> str:
    return f"""\
resource "aws_s3_bucket_lifecycle_configuration" "{name}" {{
  bucket = "{name}"
  rule {{
    id     = "expire"
    status = "Enabled"
    filter {{
      prefix = "{prefix}"
    }}
    expiration {{
      days = {days}
    }}
  }}
}}
"""


def group(name: str, more: str = "") -> str:
    return f'resource "aws_cloudwatch_log_group" "{name}" {{\n  name = "{name}"\n  {more}\n}}\n'


def named(kind: str, name: str, more: str = "") -> str:
    return f'resource "{kind}" "{name}" {{\n  name = "{name}"\n  {more}\n}}\n'


DELETED = [("delete", "holds .*; it would be deleted: its block is gone from the configuration")]
CASES: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    # Data
    "a bucket under another name": ("aws_s3_bucket.renamed", bucket("renamed"), bucket("renamed").replace('= "renamed"', '= "new"'), [("replace", "holds objects; it would be replaced because of bucket")]),
    "a bucket whose block is gone": ("aws_s3_bucket.gone", bucket("gone"), "", DELETED),
    "a log group that is gone": ("aws_cloudwatch_log_group.gone", group("gone"), "", DELETED),
    "a registry that is gone": ("aws_ecr_repository.gone", named("aws_ecr_repository", "gone"), "", DELETED),
    "a topic that is gone": ("aws_sns_topic.gone", named("aws_sns_topic", "gone"), "", DELETED),
    "a queue that is gone": ("aws_sqs_queue.gone", named("aws_sqs_queue", "gone"), "", DELETED),
    "a file system that is gone": ("aws_efs_file_system.gone", 'resource "aws_efs_file_system" "gone" {}\n', "", DELETED),
    "a table that is gone": ("aws_dynamodb_table.gone", named("aws_dynamodb_table", "gone", 'billing_mode = "PAY_PER_REQUEST"\n  hash_key = "id"\n  attribute {\n    name = "id"\n    type = "S"\n  }'), "", DELETED),
    "a key that is gone": ("aws_kms_key.gone", key("gone", KEY_ROOT), "", DELETED),
    "a group fewer by count": ("aws_cloudwatch_log_group.counted[1]", group("counted", "count = 2").replace('name = "counted"', 'name = "counted${count.index}"'), group("counted", "count = 1").replace('name = "counted"', 'name = "counted${count.index}"'), [("delete", "count is lower now")]),
    "a group fewer by for_each": ('aws_cloudwatch_log_group.each["two: x"]', group("each", 'for_each = toset(["one", "two: x"])').replace('name = "each"', 'name = replace(each.key, ": ", "")'), group("each", 'for_each = toset(["one"])').replace('name = "each"', 'name = replace(each.key, ": ", "")'), [("delete", "its key is gone from for_each")]),
    "a bucket that is forgotten": ("aws_s3_bucket.forgotten", bucket("forgotten"), "removed {\n  from = aws_s3_bucket.forgotten\n  lifecycle {\n    destroy = false\n  }\n}\n", [("forget", "it stays in AWS, and nothing manages it any more")]),
    "a bucket that a removed block destroys": ("aws_s3_bucket.removed", bucket("removed"), "removed {\n  from = aws_s3_bucket.removed\n  lifecycle {\n    destroy = true\n  }\n}\n", [("delete", "its block is gone")]),
    "a bucket that moves": ("aws_s3_bucket.moved", bucket("stays"), "moved {\n  from = aws_s3_bucket.stays\n  to   = aws_s3_bucket.moved\n}\n" + bucket("moved").replace('= "moved"', '= "stays"'), []),
    "an alias that is replaced": ("aws_kms_alias.x", 'resource "aws_kms_alias" "x" {\n  name = "alias/one"\n  target_key_id = "k"\n}\n', 'resource "aws_kms_alias" "x" {\n  name = "alias/two"\n  target_key_id = "k"\n}\n', []),
    # Protection
    "versioning that is suspended": ("aws_s3_bucket_versioning.off", versioning("off"), versioning("off", "Suspended"), [("unprotect", "loses versioning: versioning_configuration.status goes from Enabled to Suspended")]),
    "versioning that is gone": ("aws_s3_bucket_versioning.no", versioning("no"), "", [("unprotect", "and bucket no stays without versioning")]),
    "public access that is let in": ("aws_s3_bucket_public_access_block.off", block("off"), block("off", "false"), [("unprotect", "block_public_policy goes from true to false"), ("unprotect", "restrict_public_buckets")]),
    "a block of public access that is gone": ("aws_s3_bucket_public_access_block.no", block("no"), "", [("unprotect", "bucket no stays without the block of public access")]),
    "a weaker encryption": ("aws_s3_bucket_server_side_encryption_configuration.weak", encryption("weak"), encryption("weak", "AES256"), [("unprotect", "from aws:kms to AES256")]),
    "an encryption that is gone": ("aws_s3_bucket_server_side_encryption_configuration.no", encryption("no"), "", [("unprotect", "bucket no stays without encryption")]),
    "a stronger encryption": ("aws_s3_bucket_server_side_encryption_configuration.strong", encryption("strong", "AES256"), encryption("strong"), []),
    "a bucket that a destroy may empty": ("aws_s3_bucket.force", bucket("force"), bucket("force", "force_destroy = true"), [("unprotect", "force_destroy goes from false to true")]),
    "a key without rotation": ("aws_kms_key.still", key("still", KEY_ROOT), key("still", KEY_ROOT, more=""), [("unprotect", "enable_key_rotation goes from true to false")]),
    "a log group without its key": ("aws_cloudwatch_log_group.plain", group("plain", 'kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/x"'), group("plain"), [("unprotect", "loses encryption: kms_key_id goes from arn:.* to nothing")]),
    "a topic without its key": ("aws_sns_topic.plain", named("aws_sns_topic", "plain", 'kms_master_key_id = "alias/x"'), named("aws_sns_topic", "plain"), [("unprotect", "kms_master_key_id")]),
    "images that can be replaced": ("aws_ecr_repository.loose", named("aws_ecr_repository", "loose", 'image_tag_mutability = "IMMUTABLE"\n  image_scanning_configuration {\n    scan_on_push = true\n  }'), named("aws_ecr_repository", "loose", "image_scanning_configuration {\n    scan_on_push = false\n  }"), [("unprotect", "image_tag_mutability"), ("unprotect", "scan_on_push")]),
    "builds without logs": ("aws_codebuild_project.dark", project("dark"), project("dark", status="DISABLED"), [("unprotect", "logs_config.cloudwatch_logs.status"), ("unprotect", "logs_config.s3_logs.status")]),
    "builds that everybody sees": ("aws_codebuild_project.open", project("open"), project("open", visibility="PUBLIC_READ", hidden="true", insecure="true"), [("unprotect", "project_visibility"), ("unprotect", "artifacts.encryption_disabled"), ("unprotect", "source.insecure_ssl")]),
    # Time
    "logs that are kept for a shorter time": ("aws_cloudwatch_log_group.short", group("short", "retention_in_days = 30"), group("short", "retention_in_days = 7"), [("expire", "keeps its data for 7 days and no longer for 30 days")]),
    "logs that were kept for ever": ("aws_cloudwatch_log_group.ever", group("ever"), group("ever", "retention_in_days = 7"), [("expire", "and no longer for ever")]),
    "logs that are kept for longer": ("aws_cloudwatch_log_group.long", group("long", "retention_in_days = 7"), group("long", "retention_in_days = 30"), []),
    "objects that expire sooner": ("aws_s3_bucket_lifecycle_configuration.soon", lifecycle("soon", 90), lifecycle("soon", 30), [("expire", r"deletes objects after 30 days \(rule expire\)")]),
    "objects that expire later": ("aws_s3_bucket_lifecycle_configuration.later", lifecycle("later", 30), lifecycle("later", 90), []),
    "more objects that expire": ("aws_s3_bucket_lifecycle_configuration.more", lifecycle("more", 30, "tmp/"), lifecycle("more", 30), [("expire", "deletes objects after 30 days")]),
    "rules for a bucket that had none": ("aws_s3_bucket_lifecycle_configuration.had", bucket("had"), bucket("had") + lifecycle("had", 30), [("expire", "deletes objects after 30 days")]),
    "rules for a new bucket": ("aws_s3_bucket_lifecycle_configuration.made", "", bucket("made") + lifecycle("made", 30), []),
    # Permissions
    "a wildcard action": ("aws_iam_role_policy.star", policy("star", '["s3:GetObject"]'), policy("star", '["s3:GetObject", "s3:*"]'), [("widen", r"it may call s3:\* on arn:aws:s3:::some/\* \(Use\); before: it may call s3:GetObject")]),
    "every resource": ("aws_iam_role_policy.wide", policy("wide", '["s3:GetObject"]'), policy("wide", '["s3:GetObject"]', '["*"]'), [("widen", r"it may call s3:GetObject on anything \(Use\); before: it may call s3:GetObject on arn:aws:s3:::some/\*")]),
    "every resource of a kind": ("aws_iam_role_policy.kind", policy("kind", '["kms:Decrypt"]', '["arn:aws:kms:us-east-1:111122223333:key/x"]'), policy("kind", '["kms:Decrypt"]', '["arn:aws:kms:us-east-1:111122223333:key/*"]'), [("widen", r"it may call kms:Decrypt on arn:.*key/\* \(Use\)")]),
    "one named action more": ("aws_iam_role_policy.named", policy("named", '["s3:GetObject"]'), policy("named", '["s3:GetObject", "s3:PutObject"]'), [("widen", r"it may call s3:PutObject on arn:aws:s3:::some/\* \(Use\); before: it could not")]),
    "fewer actions": ("aws_iam_role_policy.fewer", policy("fewer", '["s3:*"]'), policy("fewer", '["s3:GetObject"]'), []),
    "the same in another order": ("aws_iam_role_policy.order", policy("order", '["s3:*"]', '["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"]'), policy("order", '["s3:*"]', '["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]'), []),
    "a denial less": ("aws_iam_role_policy.denial", policy("denial", '["s3:*"]', effect="Deny"), policy("denial", '["s3:GetObject"]', effect="Deny"), [("widen", r"nothing denies any longer: it may call s3:\*")]),
    "a new policy with a wildcard": ("aws_iam_role_policy.fresh", "", policy("fresh", '["s3:*"]'), [("widen", r"it may call s3:\* on arn:aws:s3:::some/\* \(Use\); before: it could not")]),
    "a new policy for a bucket of others": ("aws_iam_role_policy.clean", "", policy("clean", '["s3:GetObject"]'), [("widen", r"it may call s3:GetObject on arn:aws:s3:::some/\* \(Use\); before: it could not")]),
    "a policy whose resource is not known yet": ("aws_iam_role_policy.later", policy("later", '["s3:GetObject"]'), policy("later", '["s3:GetObject", "s3:Put*"]', '["${aws_s3_bucket.made.arn}/*"]'), [("widen", r"it may call s3:Put\* on aws_s3_bucket.made.arn/\*")]),
    "a policy in which only a name is not known yet": ("aws_iam_role_policy.name", policy("name", '["s3:GetObject"]'), policy("name", '["s3:GetObject"]', '["${aws_s3_bucket.made.arn}/*"]'), []),
    "a policy as text that is not known yet": ("aws_s3_bucket_policy.text", bucket_policy("text", DENY), bucket_policy("text", DENY.replace("arn:aws:s3:::x", "${aws_s3_bucket.made.arn}")), [("widen", "known only after apply"), ("widen", "nothing denies any longer")]),
    "a new principal": ("aws_iam_role.service", trust("service"), trust("service", services='["codebuild.amazonaws.com", "ec2.amazonaws.com"]'), [("widen", "ec2.amazonaws.com may call sts:AssumeRole")]),
    "a condition less": ("aws_iam_role.free", trust("free"), trust("free", condition=""), [("widen", "may call sts:AssumeRole; before: codebuild.amazonaws.com may call sts:AssumeRole, if aws:SourceAccount is 111122223333")]),
    "a condition more": ("aws_iam_role.bound", trust("bound", condition=""), trust("bound"), []),
    "a boundary less": ("aws_iam_role.loose", trust("loose"), trust("loose", boundary="null"), [("widen", "changes the permissions boundary from arn:.*policy/b to none")]),
    "another account in a key's policy": ("aws_kms_key.shared", key("shared", KEY_ROOT), key("shared", KEY_ROOT, KEY_ROOT.replace("111122223333:root", "999988887777:role/x")), [("widen", "arn:aws:iam::999988887777:role/x may call kms:")]),
    "a new key with the policy that keys need": ("aws_kms_key.new", "", key("new", KEY_ROOT), []),
    "a new key that everybody may use": ("aws_kms_key.everybody", "", key("everybody", KEY_ROOT, KEY_ROOT.replace('{ AWS = "arn:aws:iam::111122223333:root" }', '"*"')), [("widen", "anybody may call kms:")]),
    "a bucket policy that is gone": ("aws_s3_bucket_policy.gone", bucket_policy("tls", DENY).replace('"tls" {', '"gone" {'), "", [("widen", r"nothing denies any longer: anybody may call s3:\* on arn:aws:s3:::x/\*, if .* \(Tls\)")]),
    "an attached policy of AWS": ("aws_iam_role_policy_attachment.admin", "", attachment("admin", "arn:aws:iam::aws:policy/AdministratorAccess"), [("widen", "it may do anything on anything; before: it could not")]),
    "an attached policy of which nobody knows what it allows": ("aws_iam_role_policy_attachment.own", "", attachment("own", "arn:aws:iam::111122223333:policy/x"), [("widen", "nobody knows here what arn:aws:iam::111122223333:policy/x allows")]),
}  # fmt: skip


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """Plan all cases in one root; return the plan and its modules."""
    before = "".join(case[1] for case in CASES.values())
    after = "".join(case[2] for case in CASES.values())
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    rendered = own / "rendered"
    rendered.mkdir(exist_ok=True)
    (rendered / "main.tf").write_text(after)
    return plan_of_change(folder, {"main.tf": before}, {"main.tf": after}), rendered


@pytest.fixture(scope="session")
def plan(planned: tuple[Plan, Path]) -> Plan:
    return planned[0]


@pytest.fixture(scope="session")
def refusals(planned: tuple[Plan, Path]) -> list[Refusal]:
    plan, rendered = planned
    settings = Settings(max_deletions=1000)
    # The roles and buckets that the cases name without making them.
    texts = "".join(case[2] for case in CASES.values())
    names = frozenset(re.findall(r'(?:bucket|role) += "(\w+)"', texts))
    return judge(plan, settings, account=ACCOUNT, configuration=rendered, spec_texts=lambda: names)


@pytest.mark.parametrize("case", CASES)
def test_what_does_harm_is_refused_by_name_with_its_reason(case: str, refusals: list[Refusal], plan: Plan) -> None:
    address, _, _, expected = CASES[case]
    assert plan.resource(address).is_change or not expected
    found = [(refusal.kind, refusal.reason) for refusal in refusals if refusal.address == address]
    assert len(found) == len(expected), found
    for kind, pattern in expected:
        assert any(kind == one and re.search(pattern, reason) for one, reason in found), (pattern, found)


def test_the_first_apply_of_an_environment_with_every_feature_is_refused_for_nothing(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "environments", tmp_path / "environments")
    workspace = Workspace.find(tmp_path)
    (everything,) = plan_fleet(workspace, prepare(workspace, ["everything"]).members).plans.values()
    assert len(everything.changes) > 50
    configuration = REPOSITORY / "modules_out" / "everything"
    (environment,) = load_environments(workspace, ["everything"])
    named = spec_texts(environment.merged)
    found = judge(everything, Settings(), account=ACCOUNT, configuration=configuration, spec_texts=lambda: named)
    assert found == []


def test_nothing_is_refused_that_no_case_names(refusals: list[Refusal]) -> None:
    named_ones = {case[0] for case in CASES.values()}
    assert {refusal.address for refusal in refusals} <= named_ones


def test_a_destroy_is_refused_for_data_and_for_nothing_else(plan: Plan) -> None:
    found = judge(plan, Settings(), account=ACCOUNT, is_destroy=True)
    assert {refusal.kind for refusal in found} == {"delete", "replace", "forget"}


def test_more_deletions_than_a_set_number_are_refused_with_their_number(plan: Plan) -> None:
    number = sum(change.destroys for change in plan.resources)
    found = judge(plan, Settings(max_deletions=number - 1), account=ACCOUNT)
    assert [refusal.consent for refusal in found if refusal.kind == "deletions"] == [f"deletions:{number}"]
    assert not [
        each for each in judge(plan, Settings(max_deletions=number), account=ACCOUNT) if each.kind == "deletions"
    ]
