"""Finds what still exists in an account of the sandbox, to prove that a destroy left nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from generator.errors import SandboxError
from generator.sandbox.record import health
from generator.verification.clients import Clients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def _not_default_group(group: Mapping[str, Any]) -> bool:
    return bool(group["GroupName"] != "default")


def _not_default_name(thing: Mapping[str, Any]) -> bool:
    return bool(thing["Name"] != "default")


def _not_default(thing: Mapping[str, Any]) -> bool:
    return not thing.get("IsDefault") and not thing.get("DefaultForAz")


def _not_deleted(thing: Mapping[str, Any]) -> bool:
    return thing.get("State") not in {"deleted", "deleting"}


def _not_main(table: Mapping[str, Any]) -> bool:
    return not any(association.get("Main") for association in table["Associations"])


def _not_default_trace(thing: Mapping[str, Any]) -> bool:
    return bool((thing.get("SamplingRule") or {}).get("RuleName", thing.get("GroupName")) != "Default")


def _not_aws_alias(alias: Mapping[str, Any]) -> bool:
    return not alias["AliasName"].startswith("alias/aws/")


def _everything(_thing: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Listing:
    """How one kind of resource is listed.

    Attributes:
        kind: what people call it.
        service: boto3's name.
        operation: boto3's name.
        items: field of the answer.
        name: field of an item that names it, with dots where it is nested; "" where the item is the name.
        arguments: of the operation; `_ACCOUNT` stands for the account.
        counts: whether an item is somebody's, rather than there from the beginning.
    """

    kind: str
    service: str
    operation: str
    items: str
    name: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    counts: Callable[[Mapping[str, Any]], bool] = _everything


_ACCOUNT: Final = "the account"
_LISTINGS: Final = (
    Listing("S3 bucket", "s3", "list_buckets", "Buckets", "Name"),
    Listing("CodeBuild project", "codebuild", "list_projects", "projects"),
    Listing("CodeBuild report group", "codebuild", "list_report_groups", "reportGroups"),
    Listing("CodeBuild source credential", "codebuild", "list_source_credentials", "sourceCredentialsInfos", "arn"),
    Listing("CodeBuild fleet", "codebuild", "list_fleets", "fleets"),
    Listing("connection", "codeconnections", "list_connections", "Connections", "ConnectionArn"),
    Listing("connection", "codestar-connections", "list_connections", "Connections", "ConnectionArn"),
    Listing("connection host", "codeconnections", "list_hosts", "Hosts", "HostArn"),
    Listing("connection host", "codestar-connections", "list_hosts", "Hosts", "HostArn"),
    Listing("log group", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    Listing("log query", "logs", "describe_query_definitions", "queryDefinitions", "name"),
    Listing("log resource policy", "logs", "describe_resource_policies", "resourcePolicies", "policyName"),
    Listing("X-Ray group", "xray", "get_groups", "Groups", "GroupName", counts=_not_default_trace),
    Listing(
        "X-Ray sampling rule",
        "xray",
        "get_sampling_rules",
        "SamplingRuleRecords",
        "SamplingRule.RuleName",
        counts=_not_default_trace,
    ),
    Listing("budget", "budgets", "describe_budgets", "Budgets", "BudgetName", {"AccountId": _ACCOUNT}),
    Listing("DynamoDB table", "dynamodb", "list_tables", "TableNames"),
    Listing("IAM role", "iam", "list_roles", "Roles", "RoleName"),
    Listing("IAM policy", "iam", "list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
    Listing("KMS alias", "kms", "list_aliases", "Aliases", "AliasName", counts=_not_aws_alias),
    Listing("SNS topic", "sns", "list_topics", "Topics", "TopicArn"),
    Listing("SQS queue", "sqs", "list_queues", "QueueUrls"),
    Listing("EventBridge rule", "events", "list_rules", "Rules", "Name"),
    Listing("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    Listing(
        "composite alarm",
        "cloudwatch",
        "describe_alarms",
        "CompositeAlarms",
        "AlarmName",
        {"AlarmTypes": ["CompositeAlarm"]},
    ),
    Listing("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    Listing("ECR repository", "ecr", "describe_repositories", "repositories", "repositoryName"),
    Listing("schedule", "scheduler", "list_schedules", "Schedules", "Name"),
    Listing("schedule group", "scheduler", "list_schedule_groups", "ScheduleGroups", "Name", counts=_not_default_name),
    Listing("pipeline", "codepipeline", "list_pipelines", "pipelines", "name"),
    Listing("secret", "secretsmanager", "list_secrets", "SecretList", "Name"),
    Listing("SSM parameter", "ssm", "describe_parameters", "Parameters", "Name"),
    Listing("VPC", "ec2", "describe_vpcs", "Vpcs", "VpcId", counts=_not_default),
    Listing("subnet", "ec2", "describe_subnets", "Subnets", "SubnetId", counts=_not_default),
    Listing(
        "security group", "ec2", "describe_security_groups", "SecurityGroups", "GroupId", counts=_not_default_group
    ),
    Listing("internet gateway", "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    Listing("route table", "ec2", "describe_route_tables", "RouteTables", "RouteTableId", counts=_not_main),
    Listing("network interface", "ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    Listing("NAT gateway", "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", counts=_not_deleted),
    Listing("VPC endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", counts=_not_deleted),
    Listing("elastic IP", "ec2", "describe_addresses", "Addresses", "AllocationId"),
    Listing("flow log", "ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
)


def left_over(endpoint: str, account: str, region: str) -> list[str]:
    """List every resource of an account and region of the sandbox.

    Args:
        endpoint: address of the sandbox.
        account: twelve digits.
        region: of the regional resources.

    Returns:
        Such as `S3 bucket acme-artifacts`, sorted. Keys that wait for their deletion are gone, as far as one can tell
        right after a destroy.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    clients, used = Clients(region, account, endpoint), _services_used(endpoint)
    # A set, since one connection is listed by two services.
    found = {
        f"{listing.kind} {_named(thing, listing.name)}"
        for listing in _LISTINGS
        if listing.service in used
        for thing in clients.ask_all(listing.service, listing.operation, listing.items, **_filled(listing, account))
        if listing.counts(thing)
    }
    return sorted([*found, *(_keys(clients) if "kms" in used else ())])


def _named(thing: Any, name: str) -> str:  # noqa: ANN401  # an item of an answer
    for part in filter(None, name.split(".")):
        thing = thing[part]
    return str(thing)


def _filled(listing: Listing, account: str) -> dict[str, object]:
    return {key: account if value is _ACCOUNT else value for key, value in listing.arguments.items()}


def _keys(clients: Clients) -> Iterator[str]:
    for key in clients.ask_all("kms", "list_keys", "Keys"):
        metadata = (clients.ask("kms", "describe_key", KeyId=key["KeyId"]) or {}).get("KeyMetadata", {})
        if metadata.get("KeyManager") == "CUSTOMER" and metadata.get("KeyState") != "PendingDeletion":
            yield f"KMS key {key['KeyId']}"


def _services_used(endpoint: str) -> frozenset[str]:
    """Ask the sandbox which services were ever called: the others are empty, and slow to ask."""
    found = health(urlsplit(endpoint).port or 80)
    if found is None:
        raise SandboxError(f"no sandbox answers at {endpoint}", hint="run tfstencil sandbox start")
    return frozenset(found["services"])
