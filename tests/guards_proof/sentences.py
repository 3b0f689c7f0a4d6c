"""The weakenings that people thought of, each by its sentence; the generated ones have no names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from guards_proof import edits
from guards_proof.attributes import Attribute
from guards_proof.requests import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable

    Document = dict[str, Any]
    Change = Callable[[Document], Document]

ACCOUNT: Final = "111122223333"
NAME: Final = "kitchen-sink-full"
BUCKET: Final = f"{NAME}-artifacts-{ACCOUNT}"
BUCKET_ARN: Final = f"arn:aws:s3:::{BUCKET}"
ROLE: Final = f"{NAME}-main-build"
FOREIGN_ROLE: Final = f"arn:aws:iam::{FOREIGN}:role/x"
PROJECT: Final = 'module.builds.aws_codebuild_project.this["main"]'
WEBHOOK: Final = 'module.trigger.aws_codebuild_webhook.this["main"]'
TRUST: Final = 'module.access.aws_iam_role.this["main"]'
POLICY: Final = 'module.access.aws_iam_role_policy.this["main"]'
KEY: Final = "module.encryption.aws_kms_key.this"
GROUP: Final = "module.logs.aws_cloudwatch_log_group.this"
ALARM: Final = 'module.alarms.aws_cloudwatch_metric_alarm.failed_builds["main"]'
PIPELINE: Final = "module.pipeline.aws_codepipeline.this"
ENDPOINT: Final = "module.vpc.aws_vpc_endpoint.s3"
TOPIC: Final = "module.notifications.aws_sns_topic"
QUEUE: Final = "module.notifications.aws_sqs_queue"
S3: Final = "module.artifacts.aws_s3_bucket"
REGISTRY: Final = 'module.registry.aws_ecr_repository.this["service"]'
TLS: Final = {"Bool": {"aws:SecureTransport": "true"}}


def to(address: str, dotted: str, value: Any) -> Change:  # any JSON value
    """Give one attribute another value."""
    *blocks, name = dotted.split(".")
    attribute = Attribute(tuple(blocks), name, "string")
    return lambda plan: edits.changed(plan, address, attribute.with_value(_values(plan, address), value))


def later(address: str, dotted: str) -> Change:
    """Leave one attribute to be known after apply only."""
    *blocks, name = dotted.split(".")
    attribute = Attribute(tuple(blocks), name, "string")

    def change(plan: Document) -> Document:
        after, unknown = attribute.unknown(_values(plan, address))
        said = edits.configured(plan, edits.entry_at(plan, address), blocks, name)
        return edits.changed(said, address, after, unknown=unknown)

    return change


def said(address: str, *statements: Document, attribute: str = "policy") -> Change:
    """Add statements to a policy."""

    def change(plan: Document) -> Document:
        document = json.loads(_values(plan, address)[attribute])
        found = document["Statement"]
        document["Statement"] = [*(found if isinstance(found, list) else [found]), *statements]
        return to(address, attribute, json.dumps(document))(plan)

    return change


def unsaid(address: str, effect: str, **instead: Any) -> Change:
    """Change the statements of one effect; None takes an element away."""

    def change(plan: Document) -> Document:
        document = json.loads(_values(plan, address)["policy"])
        document["Statement"] = [
            {key: value for key, value in (each | instead).items() if value is not None}
            if each["Effect"] == effect
            else each
            for each in document["Statement"]
        ]
        return to(address, "policy", json.dumps(document))(plan)

    return change


def more(address: str, **values: Any) -> Change:
    """Make one more resource."""
    return lambda plan: edits.created(plan, edits.resource(address, values))


def more_later(address: str, *unknown: str, **values: Any) -> Change:
    """Make one more resource of which something is known after apply only."""
    return lambda plan: edits.created(plan, edits.resource(address, values, unknown=dict.fromkeys(unknown, True)))


def gone(*addresses: str) -> Change:
    """Delete resources."""
    return lambda plan: edits.deleted(plan, *addresses)


def moved(address: str, name: str, value: str) -> Change:
    """Let a resource belong to another."""
    return lambda plan: edits.changed(
        plan, address, _values(plan, address) | {name: value}, actions=edits.REPLACE, paths=[[name]]
    )


def both(*changes: Change) -> Change:
    """Do one after the other."""

    def change(plan: Document) -> Document:
        for one in changes:
            plan = one(plan)
        return plan

    return change


def allow(action: Any, on: Any, **rest: Any) -> Document:  # JSON of a policy
    """Write a statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": on, **rest}


def policy(*statements: Document) -> str:
    """Write a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _values(plan: Document, address: str) -> Document:
    values: Document = edits.entry_at(plan, address)["change"]["after"]
    return values


def _rule(**expiration: Any) -> list[Document]:
    return [{"id": "gone", "status": "Enabled", "filter": [], "expiration": [expiration]}]


def _filters(*, without: str) -> Change:
    def change(plan: Document) -> Document:
        groups = [
            {"filter": [each for each in group["filter"] if each["type"] != without]}
            for group in _values(plan, WEBHOOK)["filter_group"]
        ]
        return to(WEBHOOK, "filter_group", groups)(plan)

    return change


def _without_approval(plan: Document) -> Document:
    stages = [each for each in _values(plan, PIPELINE)["stage"] if "Approval" not in str(each)]
    return to(PIPELINE, "stage", stages)(plan)


_OPEN: Final = {"Effect": "Allow", "Principal": "*", "Condition": TLS}
SENTENCES: Final[dict[str, Change]] = {
    # 1. What is known after apply only
    "the actions of a new policy are known later": more_later("aws_iam_role_policy.later", "policy", name="later", role=ROLE),
    "the policy of a role becomes known later": later(POLICY, "policy"),
    "the trust of a role becomes known later": later(TRUST, "assume_role_policy"),
    "the policy of a bucket becomes known later": later(f"{S3}_policy.this", "policy"),
    "the policy of a key becomes known later": later(KEY, "policy"),
    "the policy that is attached is known later": more_later("aws_iam_role_policy_attachment.later", "policy_arn", role=ROLE),
    "the retention of a log group becomes known later": later(GROUP, "retention_in_days"),
    "the days of a lifecycle become known later": later(f"{S3}_lifecycle_configuration.this", "rule.expiration.days"),
    "the rules of a lifecycle become known later": later(f"{S3}_lifecycle_configuration.this", "rule"),
    "a switch of the public access block becomes known later": later(f"{S3}_public_access_block.this", "block_public_policy"),
    "the boundary of a role becomes known later": later(TRUST, "permissions_boundary"),
    "the status of versioning becomes known later": later(f"{S3}_versioning.this", "versioning_configuration.status"),
    "the rotation of a key becomes known later": later(KEY, "enable_key_rotation"),
    "the threshold of an alarm becomes known later": later(ALARM, "threshold"),
    "the source of a project becomes known later": later(PROJECT, "source.location"),
    # 2. A condition that always holds
    "a new bucket policy lets in everybody over TLS": more("aws_s3_bucket_policy.more", bucket=BUCKET, policy=policy({**_OPEN, "Action": "s3:GetObject", "Resource": f"{BUCKET_ARN}/*"})),
    "a bucket's policy lets in everybody over TLS": said(f"{S3}_policy.this", {**_OPEN, "Action": "s3:GetObject", "Resource": f"{BUCKET_ARN}/*"}),
    "a queue's policy lets in everybody over TLS": said(f"{QUEUE}_policy.undelivered", {**_OPEN, "Action": "sqs:ReceiveMessage", "Resource": "*"}),
    "a topic's policy lets in everybody over TLS": said(f"{TOPIC}_policy.this", {**_OPEN, "Action": "sns:Subscribe", "Resource": "*"}),
    "a trust lets in everybody over TLS": said(TRUST, {**_OPEN, "Action": "sts:AssumeRole"}, attribute="assume_role_policy"),
    "a trust lets in everybody whose ARN is like a star": said(TRUST, {**_OPEN, "Action": "sts:AssumeRole", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}, attribute="assume_role_policy"),
    "a key lets in everybody from every address": said(KEY, {**_OPEN, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}),
    "a key lets in everybody whose account is there": said(KEY, {**_OPEN, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"Null": {"aws:PrincipalAccount": "false"}}}),
    "a repository lets in everybody since 2001": said(f"{REGISTRY}".replace("repository.", "repository_policy."), {**_OPEN, "Action": "ecr:BatchGetImage", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2001-01-01T00:00:00Z"}}}),
    "a queue lets in everybody if the account fits where it is said": said(f"{QUEUE}_policy.undelivered", {**_OPEN, "Action": "sqs:ReceiveMessage", "Resource": "*", "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}}),
    "a bucket lets in everybody whose tags are among some": said(f"{S3}_policy.this", {**_OPEN, "Action": "s3:GetObject", "Resource": f"{BUCKET_ARN}/*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["x"]}}}),
    # 3. A second guardian
    "a second public access block with all false": more("aws_s3_bucket_public_access_block.more", bucket=BUCKET, block_public_acls=False, block_public_policy=False, ignore_public_acls=False, restrict_public_buckets=False),
    "a second public access block that says nothing": more("aws_s3_bucket_public_access_block.more", bucket=BUCKET),
    "a second versioning that is suspended": more("aws_s3_bucket_versioning.more", bucket=BUCKET, versioning_configuration=[{"status": "Suspended"}]),
    "a second encryption with S3's own key": more("aws_s3_bucket_server_side_encryption_configuration.more", bucket=BUCKET, rule=[{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]),
    "a second ownership that allows ACLs": more("aws_s3_bucket_ownership_controls.more", bucket=BUCKET, rule=[{"object_ownership": "ObjectWriter"}]),
    "an ACL that is public": more("aws_s3_bucket_acl.more", bucket=BUCKET, acl="public-read"),
    "an ACL that lets everybody write": more("aws_s3_bucket_acl.more", bucket=BUCKET, acl="public-read-write"),
    "an ACL for all users of AWS": more("aws_s3_bucket_acl.more", bucket=BUCKET, access_control_policy=[{"grant": [{"grantee": [{"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}], "permission": "READ"}], "owner": [{"id": "x"}]}]),
    "a second bucket policy, which overwrites the first": more("aws_s3_bucket_policy.more", bucket=BUCKET, policy=policy(allow("s3:GetObject", f"{BUCKET_ARN}/*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))),
    "a second topic policy": more("aws_sns_topic_policy.more", arn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{NAME}-builds", policy=policy({**_OPEN, "Action": "sns:Subscribe", "Resource": "*"})),
    "a second queue policy": more("aws_sqs_queue_policy.more", queue_url=f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{NAME}-undelivered", policy=policy({**_OPEN, "Action": "sqs:*", "Resource": "*"})),
    "a second policy for a key": more("aws_kms_key_policy.more", key_id="@KEY@", policy=policy({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"})),
    "a second webhook of a project without filters": more("aws_codebuild_webhook.more", project_name=f"{NAME}-main", filter_group=[]),
    "a second lifecycle that deletes tomorrow": more("aws_s3_bucket_lifecycle_configuration.more", bucket=BUCKET, rule=_rule(days=1)),
    # 4. A guardian that moves or goes
    "the public access block moves to another bucket": moved(f"{S3}_public_access_block.this", "bucket", "other"),
    "versioning moves to another bucket": moved(f"{S3}_versioning.this", "bucket", "other"),
    "encryption moves to another bucket": moved(f"{S3}_server_side_encryption_configuration.this", "bucket", "other"),
    "the bucket's policy moves to another bucket": moved(f"{S3}_policy.this", "bucket", "other"),
    "the ownership of objects moves to another bucket": moved(f"{S3}_ownership_controls.this", "bucket", "other"),
    "access logs move to another bucket": moved(f"{S3}_logging.this", "bucket", "other"),
    "the lifecycle moves to another bucket": moved(f"{S3}_lifecycle_configuration.this", "bucket", "other-bucket"),
    "flow logs move to another network": moved("module.vpc.aws_flow_log.this", "vpc_id", "vpc-other"),
    "a role's policy moves to another role": moved(POLICY, "role", "admin"),
    "masking moves to another group": moved("module.logs.aws_cloudwatch_log_data_protection_policy.this", "log_group_name", "other"),
    "the public access block goes": gone(f"{S3}_public_access_block.this"),
    "versioning goes": gone(f"{S3}_versioning.this"),
    "the bucket's policy goes": gone(f"{S3}_policy.this"),
    "flow logs go": gone("module.vpc.aws_flow_log.this"),
    # 5. NotPrincipal
    "a denial exempts somebody": unsaid(f"{S3}_policy.this", "Deny", Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}),
    "a denial exempts a foreigner": unsaid(f"{S3}_policy.this", "Deny", Principal=None, NotPrincipal={"AWS": FOREIGN_ROLE}),
    "a denial holds on one condition more": unsaid(f"{S3}_policy.this", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}, "StringNotEquals": {"aws:PrincipalTag/x": "y"}}),
    "a denial turns into leave": unsaid(f"{S3}_policy.this", "Deny", Effect="Allow"),
    "all but one may": said(f"{S3}_policy.this", {"Effect": "Allow", "NotPrincipal": {"AWS": FOREIGN_ROLE}, "Action": "s3:GetObject", "Resource": f"{BUCKET_ARN}/*"}),
    "all but one action is allowed": said(POLICY, {"Effect": "Allow", "NotAction": "iam:CreateUser", "Resource": "*"}),
    "all but one resource is allowed": said(POLICY, {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": f"{BUCKET_ARN}/*"}),
    # 6. Another spelling
    "objects expire on a date that is past": more("aws_s3_bucket_lifecycle_configuration.more", bucket=BUCKET, rule=_rule(date="2020-01-01T00:00:00Z")),
    "a rule goes by date in place of days": to(f"{S3}_lifecycle_configuration.this", "rule", _rule(date="2027-01-01T00:00:00Z")),
    "an action in other letters": said(POLICY, allow("IAM:passROLE", "*")),
    "an action with question marks": said(POLICY, allow("i?m:PassRol?", f"arn:aws:iam::{ACCOUNT}:role/admin")),
    "a statement that is no list": to(POLICY, "policy", json.dumps({"Version": "2012-10-17", "Statement": allow("*", "*")})),
    "an account by its number": said(KEY, allow("kms:Decrypt", "*", Principal={"AWS": FOREIGN})),
    "everybody in a list": said(KEY, allow("kms:Decrypt", "*", Principal={"AWS": ["*"]})),
    # 7. Part wildcards
    "objects of every bucket by question mark and star": said(POLICY, allow("s3:GetObject", "arn:aws:s3:::?*")),
    "every secret below a prefix": said(POLICY, allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:prod/*")),
    "a role of every account": said(POLICY, allow("sts:AssumeRole", "arn:aws:iam::*:role/admin")),
    "buckets that begin with each letter": said(POLICY, allow("s3:GetObject", [f"arn:aws:s3:::{each}*" for each in "abcdefghijklmnopqrstuvwxyz0123456789"])),
    "objects below a variable": said(POLICY, allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*")),
    "all of the bucket, not its own folder": said(POLICY, allow("s3:PutObject", f"{BUCKET_ARN}/*")),
    "every parameter": said(POLICY, allow("ssm:GetParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/*")),
    "reading by a star in the action": said(POLICY, allow("s3:Get*", f"{BUCKET_ARN}/main/*")),
    "passing a role": said(POLICY, allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin")),
    "becoming a role": said(POLICY, allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin")),
    "writing the policy of a bucket": said(POLICY, allow("s3:PutBucketPolicy", BUCKET_ARN)),
    "managing a key": said(POLICY, allow("kms:ScheduleKeyDeletion", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/x")),
    "objects of a foreign bucket's account": said(POLICY, allow("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{FOREIGN}:x")),
    # 8. Principals
    "a federated user of a foreign provider": said(TRUST, {"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}, attribute="assume_role_policy"),
    "everybody at GitHub": said(TRUST, {"Effect": "Allow", "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "*"}}}, attribute="assume_role_policy"),
    "a canonical user": said(f"{S3}_policy.this", allow("s3:GetObject", f"{BUCKET_ARN}/*", Principal={"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})),
    "a foreign role that is called like the account": said(KEY, allow("kms:Decrypt", "*", Principal={"AWS": f"arn:aws:iam::{FOREIGN}:role/x-{ACCOUNT}"})),
    "a foreign account may become the role": said(TRUST, {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}, "Action": "sts:AssumeRole"}, attribute="assume_role_policy"),
    "another service may become the role": said(TRUST, {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}, attribute="assume_role_policy"),
    "a key lets in who says where it encrypts": said(KEY, allow("kms:Decrypt", "*", Principal="*", Condition={"StringEquals": {"kms:EncryptionContext:x": "y"}})),
    # 9. What nobody judged
    "the webhook loses its actors": _filters(without="ACTOR_ACCOUNT_ID"),
    "the webhook loses its branches": _filters(without="HEAD_REF"),
    "the webhook loses all of its filters": to(WEBHOOK, "filter_group", []),
    "the webhook goes by the old filter": both(to(WEBHOOK, "filter_group", []), to(WEBHOOK, "branch_filter", ".*")),
    "builds run as another role": to(PROJECT, "service_role", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    "the pipeline runs as another role": to(PIPELINE, "role_arn", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    "a schedule starts as another role": to('module.schedule.aws_scheduler_schedule.this["many"]', "target.role_arn", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    "builds are privileged": to(PROJECT, "environment.privileged_mode", value=True),
    "builds run in somebody's image": to(PROJECT, "environment.image", "public.ecr.aws/somebody/x:1"),
    "builds take another repository": to(PROJECT, "source.location", "https://github.com/somebody/x"),
    "artifacts go to another bucket": to(PROJECT, "artifacts.location", "somebody"),
    "artifacts are encrypted with a foreign key": to(PROJECT, "encryption_key", f"arn:aws:kms:us-east-1:{FOREIGN}:key/x"),
    "builds leave the network": to(PROJECT, "vpc_config", []),
    "a policy of the account is attached": more("aws_iam_role_policy_attachment.more", role=ROLE, policy_arn=f"arn:aws:iam::{ACCOUNT}:policy/wide"),
    "a foreign policy is attached": more("aws_iam_role_policy_attachment.more", role=ROLE, policy_arn=f"arn:aws:iam::{FOREIGN}:policy/wide"),
    "AWS's policy for administrators is attached": more("aws_iam_role_policy_attachment.more", role=ROLE, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"),
    "a policy is attached to several at once": more("aws_iam_policy_attachment.more", name="x", roles=[ROLE], policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"),
    "an alarm goes": gone(ALARM),
    "an alarm goes off later": to(ALARM, "threshold", 1000),
    "an alarm tells nobody": to("module.alarms.aws_cloudwatch_composite_alarm.any", "alarm_actions", []),
    "the budget goes": gone("module.budget.aws_budgets_budget.this"),
    "the budget is raised": to("module.budget.aws_budgets_budget.this", "limit_amount", "20000"),
    "a key can be deleted within a week": to(KEY, "deletion_window_in_days", 7),
    "a key is switched off": to(KEY, "is_enabled", value=False),
    "masking goes": gone("module.logs.aws_cloudwatch_log_data_protection_policy.this"),
    "the approval goes": _without_approval,
    "the endpoint lets through everything": to(ENDPOINT, "policy", None),
    "a subscription goes elsewhere": to('module.notifications.aws_sns_topic_subscription.email["builds@acme.example"]', "endpoint", "somebody@else.example"),
    "a topic loses its key": to(f"{TOPIC}.this", "kms_master_key_id", None),
    "a grant on the key": more("aws_kms_grant.more", key_id="@KEY@", grantee_principal=FOREIGN_ROLE, operations=["Decrypt"]),
    "traces lose their key": both(more("aws_xray_encryption_config.more", type="NONE")),
    "a group's log goes to a foreign account": more("aws_cloudwatch_log_subscription_filter.more", name="x", log_group_name=f"/aws/codebuild/{NAME}", filter_pattern="", destination_arn=f"arn:aws:logs:us-east-1:{FOREIGN}:destination:x"),
    "everybody comes in from the network": more("aws_vpc_security_group_ingress_rule.more", security_group_id="@GROUP@", cidr_ipv4="0.0.0.0/0", ip_protocol="-1"),
}  # fmt: skip


def plan_of(title: str, plan: Document) -> Document:
    """Return the plan of a weakening."""
    names = {
        "@KEY@": _values(plan, KEY)["key_id"],
        "@GROUP@": next(
            each["change"]["after"]["id"] for each in plan["resource_changes"] if each["type"] == "aws_security_group"
        ),
    }
    changed = SENTENCES[title](plan)
    entries = [
        each
        | {
            "change": each["change"]
            | {
                "after": {
                    key: names.get(value, value) if isinstance(value, str) else value
                    for key, value in each["change"]["after"].items()
                }
            }
        }
        if each["change"]["actions"] == ["create"]
        else each
        for each in changed["resource_changes"]
    ]
    return changed | {"resource_changes": entries}
