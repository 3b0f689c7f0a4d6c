"""What harms without changing a resource: another one beside it, somebody let in, a permission more.

Like `operators`, these ask no table of the guards: which calls of AWS overwrite, and which actions a build needs, is said here.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final

from generator.aws import actions
from generator.aws.actions import AccessLevel
from guards_proof import edits
from guards_proof.attributes import attributes
from guards_proof.operators import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]

# Calls of AWS that write over what has the name already, by the type of resource that makes them.
_OVERWRITTEN: Final = {
    "aws_iam_role_policy": "PutRolePolicy",
    "aws_cloudwatch_metric_alarm": "PutMetricAlarm",
    "aws_cloudwatch_composite_alarm": "PutCompositeAlarm",
    "aws_cloudwatch_event_rule": "PutRule",
    "aws_cloudwatch_event_target": "PutTargets",
    "aws_sns_topic": "CreateTopic",
    "aws_sns_topic_policy": "SetTopicAttributes",
    "aws_sqs_queue_policy": "SetQueueAttributes",
    "aws_s3_bucket_policy": "PutBucketPolicy",
    "aws_s3_bucket_public_access_block": "PutPublicAccessBlock",
    "aws_s3_bucket_versioning": "PutBucketVersioning",
    "aws_s3_bucket_lifecycle_configuration": "PutBucketLifecycleConfiguration",
    "aws_s3_bucket_server_side_encryption_configuration": "PutBucketEncryption",
    "aws_s3_bucket_ownership_controls": "PutBucketOwnershipControls",
    "aws_s3_bucket_logging": "PutBucketLogging",
    "aws_ecr_repository_policy": "SetRepositoryPolicy",
    "aws_ecr_lifecycle_policy": "PutLifecyclePolicy",
    "aws_cloudwatch_log_data_protection_policy": "PutDataProtectionPolicy",
}
# What signs somebody in, or lets something act as somebody: no environment has any.
DOORS: Final = frozenset(
    {
        *("aws_iam_access_key", "aws_iam_group_membership", "aws_iam_instance_profile", "aws_iam_saml_provider"),
        *("aws_iam_openid_connect_provider", "aws_iam_organizations_features", "aws_iam_service_specific_credential"),
        *("aws_iam_signing_certificate", "aws_iam_user", "aws_iam_user_group_membership", "aws_iam_user_ssh_key"),
        *("aws_iam_user_login_profile", "aws_identitystore_group_membership", "aws_identitystore_user"),
        *("aws_rolesanywhere_profile", "aws_rolesanywhere_trust_anchor", "aws_ssoadmin_account_assignment"),
        *("aws_ssoadmin_application", "aws_ssoadmin_application_assignment", "aws_ssoadmin_permission_set"),
        *("aws_ssoadmin_trusted_token_issuer", "aws_eks_access_entry", "aws_eks_pod_identity_association"),
        *("aws_transfer_user", "aws_transfer_ssh_key", "aws_iot_role_alias", "aws_ssm_activation"),
    }
)
_STRANGERS: Final[tuple[Mapping[str, str], ...]] = (
    {"AWS": "arn:aws:iam::{account}:role/stranger"},
    {"AWS": "arn:aws:iam::{account}:user/main"},
    {"AWS": "arn:aws:sts::{account}:assumed-role/stranger/main"},
    {"Service": "lambda.amazonaws.com"},
    {"Service": "ec2.amazonaws.com"},
    {"Federated": "arn:aws:iam::{account}:oidc-provider/elsewhere.example"},
)
# The stack's services, with a resource of each: whoever may change these changes what is built, told or kept.
_CHANGED: Final = {
    "codebuild": "project/{name}",
    "codepipeline": "{name}",
    "events": "rule/{name}",
    "scheduler": "schedule/default/{name}",
    "lambda": "function:{name}",
    "cloudwatch": "alarm:{name}",
    "logs": "log-group:{name}",
    "secretsmanager": "secret:{name}-??????",
    "ssm": "parameter/{name}",
    "ecr": "repository/{name}",
    "sns": "{name}",
    "sqs": "{name}",
}
# Verbs of calls that change a thing, as AWS names them.
_VERBS: Final = ("Update", "Delete", "Disable", "Set", "Modify", "Add", "Remove", "Override", "Purge")
_WORK: Final = frozenset(
    {
        *("codebuild:UpdateReport", "codebuild:DeleteReport", "sqs:DeleteMessage"),
        *("lambda:RemoveLayerVersionPermission", "lambda:AddLayerVersionPermission"),
    }
)


def additions(plans: Mapping[str, Document], schemas: Mapping[str, Any], accounts: Mapping[str, str]) -> Iterator[tuple[str, Case]]:  # fmt: skip
    """Yield what is added to an applied environment, with the name of the environment.

    Args:
        plans: of applied environments, by name.
        schemas: by type, of those with doors too.
        accounts: of the environments.
    """
    for name, plan in plans.items():
        for entry in plan["resource_changes"]:
            if entry["type"] in _OVERWRITTEN:
                yield name, _twin(plan, entry)
            yield from ((name, case) for case in _strangers(plan, entry, accounts[name]))
        roles = [each for each in plan["resource_changes"] if each["type"] == "aws_iam_role_policy"]
        yield from ((name, case) for case in _takeovers(plan, roles[0], accounts[name]))
    name, plan = min(plans.items(), key=lambda each: len(each[1]["resource_changes"]))
    for kind in sorted(DOORS & schemas.keys()):
        yield name, _door(plan, kind, schemas[kind])


def _case(operator: str, entry: Document, after: Any, plan: Document) -> Case:  # values
    return Case(operator, entry["type"], "", entry["address"], entry["change"]["before"], after, plan)


def _twin(plan: Document, entry: Document) -> Case:
    # Of a topic's policy, the ARN is the topic's.
    own = {"id"} if entry["type"].endswith("_policy") else {"id", "arn"}
    after = {key: value for key, value in entry["change"]["before"].items() if key not in own}
    made = edits.resource(f"{entry['type']}.twin", after)
    return _case("twin", entry, after, edits.created(plan, made))


def _strangers(plan: Document, entry: Document, account: str) -> Iterator[Case]:
    values = entry["change"]["before"]
    for name, text in values.items():
        if not isinstance(text, str) or '"Principal"' not in text or '"Statement"' not in text:
            continue
        document = json.loads(text)
        allowing = [each for each in document["Statement"] if each["Effect"] == "Allow" and "Action" in each]
        for stranger in _STRANGERS if allowing else ():
            who = {kind: each.format(account=account) for kind, each in stranger.items()}
            # As careful as a statement can be: it acts for the own account alone.
            bond = {} if "AWS" in who else {"Condition": {"StringEquals": {"aws:SourceAccount": account}}}
            one = {key: value for key, value in allowing[0].items() if key not in {"Condition", "Sid"}}
            added = copy.deepcopy(document) | {"Statement": [*document["Statement"], one | {"Principal": who} | bond]}
            after = values | {name: json.dumps(added)}
            title = f"stranger {next(iter(who.values())).split(':')[-1]} in {name}"
            yield _case(title, entry, after, edits.changed(plan, entry["address"], after))


def _takeovers(plan: Document, entry: Document, account: str) -> Iterator[Case]:
    values = entry["change"]["before"]
    document = json.loads(values["policy"])
    for service, resource in _CHANGED.items():
        found = actions.service(service)
        assert found
        for action in found.actions.values():
            own = action.name.partition(":")[2]
            if not own.startswith(_VERBS) or action.name in _WORK or action.level is AccessLevel.TAGGING:
                continue
            on = f"arn:aws:{service}:eu-west-1:{account}:{resource.format(name=values['role'])}"
            statement = {"Effect": "Allow", "Action": action.name, "Resource": on}
            after = values | {"policy": json.dumps(document | {"Statement": [*document["Statement"], statement]})}
            yield _case(f"takeover {action.name}", entry, after, edits.changed(plan, entry["address"], after))


def _door(plan: Document, kind: str, schema: Any) -> Case:  # of the provider
    values = {
        attribute.name: {"string": "other", "number": 1, "bool": True}.get(attribute.kind, ["other"])
        for attribute in attributes(schema)
        if not attribute.blocks and attribute.name not in {"id", "path", "tags", "tags_all"}
    }
    made = edits.resource(f"{kind}.door", values)
    return Case("door", kind, "", f"{kind}.door", None, values, edits.created(plan, made))
