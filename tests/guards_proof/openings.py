"""Weakenings of what starts something, of where things go and of what a new resource opens; and changes that do no harm.

The same table of sentences as in `sentences`, for the part of the stack that runs builds and passes on what they made.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final

from guards_proof import edits
from guards_proof.requests import FOREIGN
from guards_proof.sentences import (  # fmt: skip
    ACCOUNT,
    ALARM,
    BUCKET,
    ENDPOINT,
    GROUP,
    KEY,
    NAME,
    PIPELINE,
    PROJECT,
    QUEUE,
    REGISTRY,
    S3,
    TOPIC,
    both,
    gone,
    more,
    more_later,
    to,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Document = dict[str, Any]
    Change = Callable[[Document], Document]

_ADMIN: Final = f"arn:aws:iam::{ACCOUNT}:role/admin"
_TOPIC_ARN: Final = f"arn:aws:sns:us-east-1:{ACCOUNT}:{NAME}-builds"
_PROJECT_ARN: Final = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/{NAME}-main"
_SCHEDULE: Final = 'module.schedule.aws_scheduler_schedule.this["many"]'
_SCHEDULER: Final = f"arn:aws:iam::{ACCOUNT}:role/{NAME}-schedule"
_RULE: Final = f"{NAME}-builds"
_BUDGET: Final = "module.budget.aws_budgets_budget.this"
_IMAGES: Final = 'module.registry.aws_ecr_lifecycle_policy.this["service"]'
_OWN: Final = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/{NAME}/service"
_DIGEST: Final = f"@sha256:{'0' * 64}"
_PUSH: Final = [{"type": "EVENT", "pattern": "PUSH", "exclude_matched_pattern": False}]


def values(plan: Document, address: str) -> Document:
    """Return a copy of what a resource holds."""
    return copy.deepcopy(edits.entry_at(plan, address)["change"]["after"])


def stages(edit: Callable[[list[Any]], Any]) -> Change:
    """Change the stages of the pipeline."""

    def change(plan: Document) -> Document:
        after = values(plan, PIPELINE)
        edit(after["stage"])
        return edits.changed(plan, PIPELINE, after)

    return change


def block(address: str, name: str, edit: Callable[[Any], Any]) -> Change:
    """Change a copy of one attribute in place, or return what takes its place."""

    def change(plan: Document) -> Document:
        after = values(plan, address)
        found = edit(after[name])
        after[name] = after[name] if found is None else found
        return edits.changed(plan, address, after)

    return change


def _action(category: str, provider: str, role: str = "", **configuration: str) -> Document:
    return {"name": "More", "category": category, "owner": "AWS", "provider": provider, "version": "1", "role_arn": role,
            "input_artifacts": [], "output_artifacts": [], "region": "", "configuration": configuration}  # fmt: skip


def _stage(name: str, *actions: Document) -> Document:
    return {"name": name, "action": list(actions), "before_entry": [], "on_success": [], "on_failure": []}


def _renamed(edit: Callable[[Document], Any]) -> Change:
    def change(found: list[Any]) -> None:
        last = found[-1]
        last["name"] = last["action"][0]["name"] = "Another"
        edit(last["action"][0])

    return stages(change)


def _input(**arguments: Any) -> str:
    return json.dumps({"ProjectName": f"{NAME}-many", **arguments})


def _target(**more_of: Any) -> Change:
    return more("aws_cloudwatch_event_target.more", **({"rule": _RULE, "target_id": "more", "event_bus_name": "default"} | more_of))  # fmt: skip


def _started(**more_of: Any) -> Change:
    """Let a new rule start a build that exists."""
    return both(
        more("aws_cloudwatch_event_rule.more", name="more", schedule_expression="rate(1 day)"),
        more("aws_cloudwatch_event_target.more", rule="more", target_id="more", arn=_PROJECT_ARN, role_arn=_SCHEDULER, **more_of),
    )  # fmt: skip


def _scheduled(arn: str, argument: str | None = None, role: str = _SCHEDULER) -> Change:
    return more("aws_scheduler_schedule.more", name="more", schedule_expression="rate(1 day)", target=[{"arn": arn, "role_arn": role, "input": argument}])  # fmt: skip


def _project(**more_of: Any) -> Change:
    made = {"name": "more", "service_role": f"arn:aws:iam::{ACCOUNT}:role/{NAME}-main-build",
            "environment": [{"image": "aws/codebuild/standard:7.0", "type": "LINUX_CONTAINER", "compute_type": "BUILD_GENERAL1_SMALL"}],
            "source": [{"type": "NO_SOURCE", "buildspec": "x"}], "artifacts": [{"type": "NO_ARTIFACTS"}]}  # fmt: skip
    return more("aws_codebuild_project.more", **(made | more_of))


def _images(*rules: tuple[str, list[str], str, Any]) -> Change:
    written = [
        {"rulePriority": number, "action": {"type": "expire"},
         "selection": {"tagStatus": status, **({"tagPatternList": tags} if tags else {}), "countType": counted, "countNumber": limit}}
        for number, (status, tags, counted, limit) in enumerate(rules, 1)
    ]  # fmt: skip
    return to(_IMAGES, "policy", json.dumps({"rules": written}))


def _rule(**expiration: Any) -> list[Document]:
    return [{"id": "gone", "status": "Enabled", "filter": [], "expiration": [expiration]}]


def _settled(address: str, before: Document, **after: Any) -> Change:
    """Change one more resource that exists."""

    def change(plan: Document) -> Document:
        there = edits.created(plan, edits.settled_resource(address, before))
        return edits.changed(there, address, before | after)

    return change


def _gone_of(address: str, before: Document) -> Change:
    def change(plan: Document) -> Document:
        return edits.deleted(edits.created(plan, edits.settled_resource(address, before)), address)

    return change


def _image(before: str, after: str) -> Change:
    def change(plan: Document) -> Document:
        old, new = values(plan, PROJECT), values(plan, PROJECT)
        old["environment"][0]["image"], new["environment"][0]["image"] = before, after
        entry = edits.entry_at(plan, PROJECT)
        there = entry | {"change": entry["change"] | {"before": old, "after": old}}
        entries = [there if each["address"] == PROJECT else each for each in plan["resource_changes"]]
        return edits.changed(plan | {"resource_changes": entries}, PROJECT, new)

    return change


def _batch(role: str | None, types: list[str] | None) -> list[Document]:
    restrictions = [{"compute_types_allowed": types, "maximum_builds_allowed": 10}] if types else []
    return [{"service_role": role, "restrictions": restrictions, "timeout_in_mins": 60, "combine_artifacts": False}]


_LOCK: Final = {"bucket": BUCKET, "object_lock_enabled": "Enabled"}


def _lock(mode: str, **time: int) -> Document:
    return {"rule": [{"default_retention": [{"mode": mode, **time}]}]}


_PEER: Final = {"vpc_id": "@VPC@", "peer_vpc_id": "vpc-other", "peer_owner_id": FOREIGN}
OPENINGS: Final[dict[str, Change]] = {
    # Pipelines
    "a renamed action deploys elsewhere": _renamed(lambda action: action["configuration"].update(ProjectName="somebody")),
    "a renamed action acts as the administrator": _renamed(lambda action: action.update(role_arn=_ADMIN)),
    "a renamed stage loses its conditions": both(
        stages(lambda found: found[-1].update(on_failure=[{"result": "SKIP"}], name="Another")),
    ),
    "one more stage acts as the administrator": stages(lambda found: found.append(_stage("More", _action("Deploy", "S3", _ADMIN, BucketName=BUCKET)))),
    "one more action acts as the administrator": stages(lambda found: found[1]["action"].append(_action("Build", "CodeBuild", _ADMIN, ProjectName=f"{NAME}-main"))),
    "one more action runs somebody's project": stages(lambda found: found[1]["action"].append(_action("Build", "CodeBuild", ProjectName="somebody"))),
    "one more action runs commands": stages(lambda found: found[1]["action"].append(_action("Compute", "Commands", Commands="curl"))),
    "one more action takes other code": stages(lambda found: found[0]["action"].append(_action("Source", "S3", S3Bucket="somebody", S3ObjectKey="x"))),
    "one more stage deploys a stack with the administrator": stages(lambda found: found.append(_stage("More", _action("Deploy", "CloudFormation", StackName="x", RoleArn=_ADMIN)))),
    "an action acts as the administrator": stages(lambda found: found[1]["action"][0].update(role_arn=_ADMIN)),
    "a deployment goes without approval under another name": stages(lambda found: (found.pop(2), found[-1].update(name="Another"))),
    "a stage runs commands before it begins": stages(lambda found: found[-1].update(before_entry=[{"condition": [{"result": "FAIL", "rule": [{"name": "x", "commands": ["curl"], "rule_type_id": [{"provider": "Commands"}]}]}]}])),
    "a stage asks somebody's function before it begins": stages(lambda found: found[-1].update(before_entry=[{"condition": [{"result": "FAIL", "rule": [{"name": "x", "rule_type_id": [{"provider": "LambdaInvoke"}]}]}]}])),
    "a trigger starts on every branch": to(PIPELINE, "trigger", [{"provider_type": "CodeStarSourceConnection", "git_configuration": [{"source_action_name": "Source", "push": [{"branches": [{"includes": ["**"]}]}]}]}]),
    # Projects
    "builds take another branch": to(PROJECT, "source_version", "somebody"),
    "builds take a commit": to(PROJECT, "source_version", "0" * 40),
    "others see builds by the administrator": to(PROJECT, "resource_access_role", _ADMIN),
    "batches act as the administrator": to(PROJECT, "build_batch_config", _batch(_ADMIN, None)),
    "batches of many may use every machine": block('module.builds.aws_codebuild_project.this["many"]', "build_batch_config", lambda found: found[0].update(service_role=_ADMIN)),
    "a new project builds somebody's code": _project(source=[{"type": "GITHUB", "location": "https://github.com/somebody/else"}]),
    "a new project acts as the administrator": _project(service_role=_ADMIN),
    "a new project runs somebody's image": _project(environment=[{"image": "public.ecr.aws/somebody/x:1"}]),
    "a new project leaves what it made elsewhere": _project(artifacts=[{"type": "S3", "location": "somebody"}]),
    "a new project caches elsewhere": _project(cache=[{"type": "S3", "location": "somebody/x"}]),
    "a webhook comes that anybody starts who pushes": both(gone('module.trigger.aws_codebuild_webhook.this["quick"]'), more("aws_codebuild_webhook.more", project_name=f"{NAME}-deploy", filter_group=[{"filter": _PUSH}])),
    "a webhook comes for pull requests": more("aws_codebuild_webhook.more", project_name=f"{NAME}-deploy", filter_group=[{"filter": [{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}, {"type": "ACTOR_ACCOUNT_ID", "pattern": "^1$"}]}]),
    # Images
    "an image of a registry that looks like the account's": to(PROJECT, "environment.image", f"{ACCOUNT}.dkr.ecr.evil.example/x:1"),
    "an image of a registry below another name": to(PROJECT, "environment.image", f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com.evil.example/x:1"),
    "an image of a name like AWS's own": to(PROJECT, "environment.image", "aws/codebuild/../../somebody/x:1"),
    "an image loses its digest": _image(f"{_OWN}:1{_DIGEST}", f"{_OWN}:1"),
    "an image becomes the latest": _image(f"{_OWN}:1", f"{_OWN}:latest"),
    "an image loses its tag": _image(f"{_OWN}:1", _OWN),
    "somebody's image gets another digest": _image(f"somebody/x:1{_DIGEST}", f"somebody/x:1{_DIGEST[:-1]}1"),
    # Events
    "events go to a foreign account": _target(arn=f"arn:aws:sns:us-east-1:{FOREIGN}:x"),
    "events go to a topic that nobody knows": _target(arn=f"arn:aws:sns:us-east-1:{ACCOUNT}:unknown"),
    "events go to who is known later": more_later("aws_cloudwatch_event_target.more", "arn", rule=_RULE, target_id="more"),
    "events go to a function that is called like a project": _target(arn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{NAME}-main"),
    "events start as the administrator": _target(arn=_PROJECT_ARN, role_arn=_ADMIN),
    "a new rule starts a build with other variables": _started(input=json.dumps({"environmentVariablesOverride": [{"name": "X", "value": "1"}]})),
    "a new rule starts a build with other commands": _started(input=json.dumps({"buildspecOverride": "x"})),
    "a new rule starts a build as the event says": _started(input_path="$.detail"),
    "a new rule starts a build as a template says": _started(input_transformer=[{"input_template": '{"imageOverride": <x>}', "input_paths": {"x": "$.x"}}]),
    "a rule's own target starts a build with other commands": both(_started(input=json.dumps({"SourceLocationOverride": "x"}))),
    "events start a build without a role of the stack": _started(input="no json"),
    # Schedules
    "a schedule writes policies": _scheduled("arn:aws:scheduler:::aws-sdk:iam:attachRolePolicy", json.dumps({"RoleName": "x"})),
    "a schedule starts somebody's project": _scheduled("arn:aws:scheduler:::aws-sdk:codebuild:startBuild", json.dumps({"ProjectName": "somebody"})),
    "a new schedule runs other commands": _scheduled("arn:aws:scheduler:::aws-sdk:codebuild:startBuild", json.dumps({"ProjectName": f"{NAME}-main", "buildspecOverride": "x"})),
    "a new schedule starts as the administrator": _scheduled(_PROJECT_ARN, None, _ADMIN),
    "a new schedule starts a project with other arguments": _scheduled(_PROJECT_ARN, json.dumps({"imageOverride": "x"})),
    **{
        f"a schedule starts with {name}": to(_SCHEDULE, "target.input", _input(**{name: value}))
        for name, value in {
            "environmentVariablesOverride": [{"name": "X", "value": "1"}],
            "buildspecOverride": "x",
            "privilegedModeOverride": True,
            "imageOverride": "x",
            "sourceLocationOverride": "x",
            "serviceRoleOverride": _ADMIN,
            "SourceVersion": "somebody",
        }.items()
    },
    "a schedule starts with what cannot be read": to(_SCHEDULE, "target.input", "{"),
    "a schedule starts another project": to(_SCHEDULE, "target.input", json.dumps({"ProjectName": f"{NAME}-main"})),
    "a schedule makes another call": to(_SCHEDULE, "target.arn", "arn:aws:scheduler:::aws-sdk:iam:createUser"),
    "a schedule is switched off": to(_SCHEDULE, "state", "DISABLED"),
    "a schedule ends": to(_SCHEDULE, "end_date", "2020-01-01T00:00:00Z"),
    "a schedule begins in a hundred years": to(_SCHEDULE, "start_date", "2126-01-01T00:00:00Z"),
    "a schedule starts once": to(_SCHEDULE, "schedule_expression", "at(2126-01-01T00:00:00)"),
    # Subscriptions
    "a queue of a foreign account subscribes": more("aws_sns_topic_subscription.more", topic_arn=_TOPIC_ARN, protocol="sqs", endpoint=f"arn:aws:sqs:us-east-1:{FOREIGN}:x"),
    "a server subscribes in plain text": more("aws_sns_topic_subscription.more", topic_arn=_TOPIC_ARN, protocol="http", endpoint="http://elsewhere.example/"),
    "somebody subscribes whom the spec does not name": more("aws_sns_topic_subscription.more", topic_arn=_TOPIC_ARN, protocol="email", endpoint="somebody@else.example"),
    "somebody subscribes who is known later": more_later("aws_sns_topic_subscription.more", "endpoint", topic_arn=_TOPIC_ARN, protocol="https"),
    # Storage
    "objects are copied elsewhere": more("aws_s3_bucket_replication_configuration.more", bucket=BUCKET, role=_SCHEDULER, rule=[{"id": "x", "status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::somebody", "account": FOREIGN}]}]),
    "lists of objects go elsewhere": more("aws_s3_bucket_inventory.more", bucket=BUCKET, name="x", destination=[{"bucket": [{"bucket_arn": "arn:aws:s3:::somebody", "format": "CSV"}]}]),
    "analyses of objects go elsewhere": more("aws_s3_bucket_analytics_configuration.more", bucket=BUCKET, name="x", storage_class_analysis=[{"data_export": [{"destination": [{"s3_bucket_destination": [{"bucket_arn": "arn:aws:s3:::somebody"}]}]}]}]),
    "an object is public": more("aws_s3_object.more", bucket=BUCKET, key="x", acl="public-read"),
    "an object is public later": more_later("aws_s3_object.more", "acl", bucket=BUCKET, key="x"),
    "a copy of an object is public": more("aws_s3_object_copy.more", bucket=BUCKET, key="x", source=f"{BUCKET}/y", acl="public-read"),
    "a day on which all objects go comes sooner": both(to(f"{S3}_lifecycle_configuration.this", "rule", _rule(date="2020-01-01T00:00:00Z"))),
    "images go by another number": _images(("untagged", [], "sinceImagePushed", 1), ("tagged", ["*"], "imageCountMoreThan", 50)),
    "images go by no number": _images(("untagged", [], "sinceImagePushed", 7), ("tagged", ["*"], "imageCountMoreThan", "nan")),
    "images with a tag go as others do": _images(("any", [], "sinceImagePushed", 7)),
    "some images go before the others": _images(("tagged", ["v*"], "imageCountMoreThan", 1), ("untagged", [], "sinceImagePushed", 7), ("tagged", ["*"], "imageCountMoreThan", 50)),
    "images are copied elsewhere": more("aws_ecr_replication_configuration.more", replication_configuration=[{"rule": [{"destination": [{"region": "us-east-1", "registry_id": FOREIGN}]}]}]),
    "images come from somebody": more("aws_ecr_pull_through_cache_rule.more", ecr_repository_prefix="x", upstream_registry_url="registry.example"),
    "a lock on objects is shorter": _settled("aws_s3_bucket_object_lock_configuration.more", _LOCK | _lock("GOVERNANCE", years=1), **_lock("GOVERNANCE", days=30)),
    "a lock on objects can be lifted": _settled("aws_s3_bucket_object_lock_configuration.more", _LOCK | _lock("COMPLIANCE", days=30), **_lock("GOVERNANCE", days=90)),
    "a lock on objects goes": _settled("aws_s3_bucket_object_lock_configuration.more", _LOCK | _lock("COMPLIANCE", days=30), rule=[]),
    # Network
    "half of the internet comes in, and the other half": both(
        more("aws_security_group.more", name="more", vpc_id="@VPC@", ingress=[{"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"], "protocol": "-1", "from_port": 0, "to_port": 0}]),
    ),
    "everybody comes in by another spelling": more("aws_security_group.more", name="more", vpc_id="@VPC@", ingress=[{"ipv6_cidr_blocks": ["0::/0"], "protocol": "tcp", "from_port": 22, "to_port": 22}]),
    "a large part of the internet comes in": more("aws_security_group.more", name="more", vpc_id="@VPC@", ingress=[{"cidr_blocks": ["52.0.0.0/8"], "protocol": "tcp", "from_port": 22, "to_port": 22}]),
    "a list that nobody knows comes in": more("aws_security_group.more", name="more", vpc_id="@VPC@", ingress=[{"prefix_list_ids": ["pl-63a5400a"], "protocol": "tcp", "from_port": 22, "to_port": 22}]),
    "a list holds everybody": more("aws_ec2_managed_prefix_list.more", name="more", address_family="IPv4", max_entries=2, entry=[{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}]),
    "a group lets out to everything in two halves": more("aws_vpc_security_group_egress_rule.more", security_group_id="@GROUP@", cidr_ipv4="0.0.0.0/1", ip_protocol="-1"),
    "the way to S3 leads nowhere": to(ENDPOINT, "route_table_ids", []),
    "the way to logs has no place in the network": to('module.vpc.aws_vpc_endpoint.interface["logs"]', "subnet_ids", []),
    "a route leads to another network": more("aws_route.more", route_table_id="@TABLE@", destination_cidr_block="10.0.0.0/8", vpc_peering_connection_id="pcx-0"),
    "a route leads to a foreign gateway": more("aws_route.more", route_table_id="@TABLE@", destination_cidr_block="10.0.0.0/8", transit_gateway_id="tgw-0"),
    "a route leads out by somebody's machine": to('module.vpc.aws_route.private["us-east-1a"]', "nat_gateway_id", "nat-0"),
    "the network is joined with another": more("aws_vpc_peering_connection.more", **_PEER),
    "another network joins": more("aws_vpc_peering_connection_accepter.more", vpc_peering_connection_id="pcx-0", auto_accept=True),
    "the network joins a gateway": more("aws_ec2_transit_gateway_vpc_attachment.more", vpc_id="@VPC@", transit_gateway_id="tgw-0", subnet_ids=[]),
    "flow logs go to somebody's bucket": more("aws_flow_log.more", vpc_id="@VPC@", log_destination="arn:aws:s3:::somebody", log_destination_type="s3"),
    "a filter of the network lets through": _settled("aws_network_acl.more", {"vpc_id": "v", "id": "acl", "ingress": [{"rule_no": 1, "action": "deny", "cidr_block": "0.0.0.0/0"}]}, ingress=[]),
    "a rule of the network's filter goes": _gone_of("aws_network_acl_rule.more", {"network_acl_id": "acl", "rule_number": 1, "rule_action": "deny"}),
    # Types that we do not render
    **{
        f"{kind} goes": _gone_of(f"{kind}.more", {"id": "x", "name": "x"})
        for kind in (
            *("aws_config_configuration_recorder", "aws_config_configuration_recorder_status", "aws_config_config_rule"),
            *("aws_config_delivery_channel", "aws_securityhub_account", "aws_securityhub_standards_subscription"),
            *("aws_guardduty_detector", "aws_guardduty_detector_feature", "aws_inspector2_enabler", "aws_macie2_account"),
            *("aws_accessanalyzer_analyzer", "aws_cloudtrail", "aws_wafv2_web_acl", "aws_shield_protection"),
            *("aws_detective_graph", "aws_backup_plan", "aws_any_thing", "another_thing"),
        )
    },
    "the recorder is switched off": _settled("aws_config_configuration_recorder_status.more", {"name": "x", "is_enabled": True}, is_enabled=False),
    "a thing that nobody knows changes": _settled("aws_any_thing.more", {"name": "x", "any": 1}, any=2),
    "resources are shared with others": more("aws_ram_resource_share.more", name="x", allow_external_principals=True),
    "a thing that nobody knows is new": more("aws_any_thing.more", name="x"),
    # Small
    "what could not be told goes nowhere": _settled("aws_sqs_queue_redrive_policy.more", {"queue_url": "q", "redrive_policy": json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"})}, redrive_policy="garbage"),
    "a queue's redrive policy is nonsense": to(f"{QUEUE}.undelivered", "redrive_policy", "{}"),
    "an alarm counts over less": both(to(ALARM, "period", 10)),
    "an alarm counts over more": to(ALARM, "period", 86400),
    "an alarm waits for more": to(ALARM, "evaluation_periods", 30),
    "an alarm tells nobody at all": to(ALARM, "actions_enabled", value=False),
    "an alarm takes a higher value for good": to(ALARM, "threshold", 1e9),
    "a log group has AWS's own key": to(GROUP, "kms_key_id", "alias/aws/logs"),
    "a topic has AWS's own key": to(f"{TOPIC}.this", "kms_master_key_id", "alias/aws/sns"),
}  # fmt: skip

CALM: Final[dict[str, Change]] = {
    "one secret variable less": block(PROJECT, "environment", lambda found: found[0].update(environment_variable=[each for each in found[0]["environment_variable"] if each["name"] != "NPM_TOKEN"])),
    "one more notification of the budget": block(_BUDGET, "notification", lambda found: [{**found[0], "threshold": 42, "notification_type": "FORECASTED"}, *found]),
    "others see builds no longer": to(PROJECT, "resource_access_role", None),
    "batches come on with some machines": to(PROJECT, "build_batch_config", _batch(f"arn:aws:iam::{ACCOUNT}:role/{NAME}-many-batch", ["BUILD_GENERAL1_SMALL"])),
    "a queue goes from its own key to the account's": both(to(f"{QUEUE}.undelivered", "sqs_managed_sse_enabled", value=False), block(f"{QUEUE}.undelivered", "kms_master_key_id", lambda _: "@KEY@")),
    "builds move into a group of the stack": block(PROJECT, "vpc_config", lambda found: [{**found[0], "security_group_ids": [*found[0]["security_group_ids"], "@GROUP@"]}] if found else []),
    "a pipeline stops before a stage": stages(lambda found: found[-1].update(before_entry=[{"condition": [{"result": "FAIL", "rule": [{"name": "x", "commands": [], "role_arn": "", "rule_type_id": [{"category": "Rule", "owner": "AWS", "provider": "DeploymentWindow", "version": "1"}]}]}]}])),
    "a pipeline builds one more project": stages(lambda found: found[1]["action"].append(_action("Build", "CodeBuild", ProjectName=f"{NAME}-main"))),
    "a pipeline's stage has another name": stages(lambda found: found[1].update(name="Another")),
    "tags of images in another order": _images(("untagged", [], "sinceImagePushed", 7), ("tagged", ["*"], "imageCountMoreThan", 50)),
    "images stay for longer": _images(("untagged", [], "sinceImagePushed", 14), ("tagged", ["*"], "imageCountMoreThan", 500)),
    "a lock on objects is longer": _settled("aws_s3_bucket_object_lock_configuration.more", _LOCK | _lock("GOVERNANCE", days=30), **_lock("COMPLIANCE", years=1)),
    "an alarm goes off sooner": to(ALARM, "comparison_operator", "GreaterThanOrEqualToThreshold"),
    "an alarm minds missing data": to(ALARM, "treat_missing_data", "missing"),
    "events go to the stack's own queue": _target(arn=f"arn:aws:sqs:us-east-1:{ACCOUNT}:{NAME}-undelivered"),
    "a schedule starts a project of the stack": _scheduled(_PROJECT_ARN),
    "a new schedule starts a batch of the stack": _scheduled("arn:aws:scheduler:::aws-sdk:codebuild:startBuildBatch", _input()),
    "an image is fixed by its digest": _image(f"{_OWN}:1", f"{_OWN}:1{_DIGEST}"),
    "an object comes": more("aws_s3_object.more", bucket=BUCKET, key="x", acl="private", content="x"),
    "a group for one office": more("aws_security_group.more", name="more", vpc_id="@VPC@", ingress=[{"cidr_blocks": ["203.0.113.0/28"], "protocol": "tcp", "from_port": 443, "to_port": 443}]),
    "a deployment keeps its window, and its key": to(KEY, "description", "Other words"),
    "a repository's words": to(REGISTRY, "tags", {"x": "y"}),
}  # fmt: skip


def names_in(plan: Document) -> dict[str, str]:
    """Return the IDs that sentences leave out, by what stands for them."""
    kinds = {"@KEY@": "aws_kms_key", "@GROUP@": "aws_security_group", "@VPC@": "aws_vpc", "@TABLE@": "aws_route_table"}
    found = {}
    for mark, kind in kinds.items():
        first = next(each for each in plan["resource_changes"] if each["type"] == kind)
        found[mark] = first["change"]["after"]["arn" if mark == "@KEY@" else "id"]
    return found


def opened(change: Change, plan: Document) -> Document:
    """Return a plan with a change, with the IDs of the plan in it."""
    text = json.dumps(change(plan)["resource_changes"])
    for mark, name in names_in(plan).items():
        text = text.replace(mark, name)
    return plan | {"resource_changes": json.loads(text)}
