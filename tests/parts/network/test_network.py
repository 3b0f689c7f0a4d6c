"""The network of the builds: an existing VPC or one of the stack's own, planned in many variants and applied whole."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from generator.parts.network.section import ManagedNetwork
from generator.parts.network.subnets import private_subnets, public_subnets, smallest_vpc
from generator.plans.iam_statements import statements
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.sandbox.control import SandboxInfo

    Fleet = Mapping[str, PlannedStack]

ACCOUNT = "111122223333"
BASE = f"""\
stack: shop
class: dev
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: codecommit, repository: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"}}
builds:
  main: {{runtime: {{nodejs: 22}}, secrets: {{TOKEN: {{parameter: /shop/token}}}}}}
  free: {{runtime: {{nodejs: 22}}, network: false, secrets: {{KEY: {{secrets_manager: shop/key}}}}}}
"""
MANAGED = "cidr: 10.40.0.0/20, availability_zones: [eu-west-1a, eu-west-1b]"
EXISTING = "vpc_id: vpc-0a1b2c3d, subnet_ids: [subnet-0a1b2c3d, subnet-0a1b2c3e]"
FILES = "privileged: true, file_systems: {a: {id: fs-0a1b2c3d, mount_point: /a}}"
VARIANTS = {
    "without": "",
    "nat": f"network: {{managed: {{{MANAGED}, endpoints: [ecr.api]}}, egress: {{postgres: {{cidr: 10.20.0.0/16, port: 5432}}}}}}",
    "zones": f"network: {{managed: {{{MANAGED}, internet: nat_per_zone, flow_logs: {{traffic: NONE}}}}}}",
    "closed": f"encryption: {{}}\naccess: {{permissions_boundary: 'arn:aws:iam::{ACCOUNT}:policy/bound'}}\n"
    f"network: {{managed: {{{MANAGED}, internet: none, endpoints: [kms], flow_logs: {{interval: 1m, retention_days: 30}}}}}}",
    "existing": f"network: {{existing: {{{EXISTING}}}}}",
    "shared": f"network: {{existing: {{{EXISTING}, owner: '444455556666', security_group_ids: [sg-0a1b2c3d]}}}}",
    "files": f"network: {{managed: {{{MANAGED}}}}}\nbuilds: {{main: {{{FILES}}}}}",
    "grouped": f"network: {{existing: {{{EXISTING}}}}}\nbuilds: {{main: {{{FILES[:-2]}, security_group_id: sg-0a1b2c3e}}}}}}}}",
    "somewhere": f"network: {{existing: {{{EXISTING}}}}}\nbuilds: {{main: {{{FILES}}}}}",
    "said": f"network: {{existing: {{{EXISTING}}}, egress: {{efs: {{cidr: 10.9.0.0/16, port: 2000, to_port: 2100}}}}}}\nbuilds: {{main: {{{FILES}}}}}",
    "packaged": f"network: {{managed: {{{MANAGED}, internet: none}}}}\nbuilds: {{main: {{package_repositories: [{{domain: acme, repository: npm}}]}}}}",
    "unused": f"network: {{existing: {{{EXISTING}}}}}\nbuilds: {{main: {{network: false}}}}",
}
PROJECT = 'module.builds.aws_codebuild_project.this["{}"]'


def values(stack: PlannedStack, address: str) -> Mapping[str, Any]:
    return stack.resources[address].values


def addresses(stack: PlannedStack, kind: str) -> list[str]:
    return sorted(item.address for item in stack.resources.values() if item.type == kind)


def managed(cidr: str, zones: int, **more: Any) -> ManagedNetwork:
    names = [f"eu-west-1{letter}" for letter in "abcdef"[:zones]]
    return ManagedNetwork(cidr=cidr, availability_zones=names, **more)


@pytest.mark.parametrize("zones", range(1, 7))
def test_the_smallest_vpc_that_a_rule_lets_pass_has_room_for_all_subnets(zones: int) -> None:
    network = managed(f"10.0.0.0/{smallest_vpc(zones)}", zones, internet="nat_per_zone")
    subnets = [*private_subnets(network), *public_subnets(network)]
    assert len(subnets) == 2 * zones
    assert all(subnet.subnet_of(IPv4Network(network.cidr)) and subnet.prefixlen <= 28 for subnet in subnets)
    assert not any(one.overlaps(other) for one in subnets for other in subnets if one is not other)


def test_a_further_zone_or_gateway_moves_no_subnet() -> None:
    two, three = managed("10.0.0.0/16", 2, internet="none"), managed("10.0.0.0/16", 3, internet="nat_per_zone")
    assert (
        private_subnets(three)[:2] == private_subnets(two) == [IPv4Network("10.0.0.0/18"), IPv4Network("10.0.64.0/18")]
    )
    one = managed("10.0.0.0/16", 3, internet="nat")
    assert public_subnets(one) == public_subnets(three)[:1] == [IPv4Network("10.0.192.0/28")]
    assert public_subnets(two) == []


def test_subnets_that_the_spec_names_are_taken_as_they_are() -> None:
    network = managed("10.0.0.0/16", 1, private_subnets=["10.0.7.0/24"], public_subnets=["10.0.9.0/28"])
    assert (private_subnets(network), public_subnets(network)) == (
        [IPv4Network("10.0.7.0/24")],
        [IPv4Network("10.0.9.0/28")],
    )


@pytest.fixture(scope="module")
def fleet(planned_fleet: Callable[[Mapping[str, str]], Fleet]) -> Fleet:
    return planned_fleet({"_base": BASE, **{name: f"extends: _base\n{text}\n" for name, text in VARIANTS.items()}})


@pytest.mark.terraform
class TestPlan:
    """What the real provider plans; one terraform for all of it."""

    def test_without_a_network_builds_run_in_that_of_codebuild(self, fleet: Fleet) -> None:
        assert values(fleet["without"], PROJECT.format("main"))["vpc_config"] == []
        assert not [kind for kind in addresses_by_type(fleet["without"]) if "vpc" in kind or "security_group" in kind]

    def test_builds_run_in_the_existing_vpc_and_nothing_of_it_is_made(self, fleet: Fleet) -> None:
        (vpc,) = values(fleet["shared"], PROJECT.format("main"))["vpc_config"]
        assert (vpc["vpc_id"], sorted(vpc["subnets"])) == ("vpc-0a1b2c3d", ["subnet-0a1b2c3d", "subnet-0a1b2c3e"])
        assert vpc["security_group_ids"] == ["sg-0a1b2c3d"]
        kinds = addresses_by_type(fleet["shared"])
        assert not [kind for kind in kinds if kind.startswith(("aws_vpc", "aws_subnet", "aws_security_group"))]

    def test_a_build_can_stay_outside(self, fleet: Fleet) -> None:
        assert values(fleet["existing"], PROJECT.format("free"))["vpc_config"] == []
        assert addresses(fleet["existing"], "aws_iam_role_policy") == [
            'module.access.aws_iam_role_policy.network["main"]',
            'module.access.aws_iam_role_policy.this["free"]',
            'module.access.aws_iam_role_policy.this["main"]',
        ]
        assert 'module.access.aws_iam_role_policy.network["main"]' not in fleet["unused"].resources

    def test_only_https_goes_out_and_what_the_spec_adds(self, fleet: Fleet) -> None:
        def egress(name: str) -> dict[str, tuple[object, ...]]:
            rules = (values(fleet[name], one) for one in addresses(fleet[name], "aws_vpc_security_group_egress_rule"))
            return {rule["description"]: (rule["from_port"], rule["to_port"], rule["cidr_ipv4"]) for rule in rules}

        assert egress("existing") == {"https": (443, 443, "0.0.0.0/0")}
        assert egress("nat") == {"https": (443, 443, "0.0.0.0/0"), "postgres": (5432, 5432, "10.20.0.0/16")}
        assert egress("closed") == {"endpoints": (443, 443, None), "s3": (443, 443, None)}
        for stack in fleet.values():
            for address in addresses(stack, "aws_security_group"):
                assert not {"ingress", "egress"} & {
                    key for key, value in values(stack, address).items() if value != "(known after apply)"
                }

    @pytest.mark.parametrize(
        ("variant", "reached"),
        [
            ("files", {"10.40.0.0/20"}),
            ("grouped", {"sg-0a1b2c3e"}),
            ("somewhere", {"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"}),
            ("said", {"10.9.0.0/16"}),
            ("existing", set()),
        ],
    )
    def test_file_systems_are_reached_where_they_can_be(self, fleet: Fleet, variant: str, reached: set[str]) -> None:
        rules = [
            item.values
            for item in fleet[variant].resources.values()
            if item.type == "aws_vpc_security_group_egress_rule"
            and item.values["from_port"] <= 2049 <= item.values["to_port"]
        ]
        assert {rule["cidr_ipv4"] or rule["referenced_security_group_id"] for rule in rules} == reached
        assert {rule["ip_protocol"] for rule in rules} <= {"tcp"}

    def test_without_internet_packages_have_their_endpoints(self, fleet: Fleet) -> None:
        made = {
            address.rsplit('"', 2)[1] for address in addresses(fleet["packaged"], "aws_vpc_endpoint") if '"' in address
        }
        assert {"codeartifact.api", "codeartifact.repositories"} <= made

    def test_one_gateway_serves_all_zones_or_each_its_own(self, fleet: Fleet) -> None:
        assert addresses(fleet["nat"], "aws_nat_gateway") == ['module.vpc.aws_nat_gateway.this["eu-west-1a"]']
        assert len(addresses(fleet["zones"], "aws_nat_gateway")) == 2
        assert addresses(fleet["closed"], "aws_nat_gateway") == addresses(fleet["closed"], "aws_internet_gateway") == []
        assert list(fleet["zones"].outputs["nat_public_ips"]) == ["eu-west-1a", "eu-west-1b"]
        assert "nat_public_ips" not in fleet["closed"].outputs

    def test_no_subnet_gives_public_addresses(self, fleet: Fleet) -> None:
        for name in ("nat", "zones", "closed"):
            for address in addresses(fleet[name], "aws_subnet"):
                assert values(fleet[name], address)["map_public_ip_on_launch"] is False

    def test_the_subnets_have_the_addresses_of_the_layout(self, fleet: Fleet) -> None:
        subnets = {one: values(fleet["zones"], one)["cidr_block"] for one in addresses(fleet["zones"], "aws_subnet")}
        assert subnets == {
            'module.vpc.aws_subnet.private["eu-west-1a"]': "10.40.0.0/22",
            'module.vpc.aws_subnet.private["eu-west-1b"]': "10.40.4.0/22",
            'module.vpc.aws_subnet.public["eu-west-1a"]': "10.40.12.0/28",
            'module.vpc.aws_subnet.public["eu-west-1b"]': "10.40.12.16/28",
        }

    def test_without_internet_the_builds_have_the_endpoints_that_they_need(self, fleet: Fleet) -> None:
        def services(name: str) -> list[str]:
            found = (values(fleet[name], one)["service_name"] for one in addresses(fleet[name], "aws_vpc_endpoint"))
            return sorted(service.removeprefix("com.amazonaws.eu-west-1.") for service in found)

        # Only a build outside reads from Secrets Manager.
        assert services("closed") == ["codebuild", "git-codecommit", "kms", "logs", "s3", "ssm"]
        assert services("nat") == ["ecr.api", "s3"]
        assert services("zones") == ["s3"]

    def test_endpoints_take_credentials_of_the_account_alone(self, fleet: Fleet) -> None:
        for address in addresses(fleet["closed"], "aws_vpc_endpoint"):
            policy = json.loads(values(fleet["closed"], address)["policy"])
            for statement in policy["Statement"]:
                condition = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
                assert statement["Condition"] == condition or statement["Action"] == "s3:GetObject"

    def test_connections_are_logged_and_encrypted_as_the_spec_says(self, fleet: Fleet) -> None:
        flow = values(fleet["closed"], "module.vpc.aws_flow_log.this")
        assert (flow["traffic_type"], flow["max_aggregation_interval"]) == ("ALL", 60)
        group = values(fleet["closed"], "module.vpc.aws_cloudwatch_log_group.flow_logs")
        assert (group["name"], group["retention_in_days"]) == ("/aws/vpc/shop-closed", 30)
        assert group["kms_key_id"] == "(known after apply)"
        by_default = values(fleet["nat"], "module.vpc.aws_cloudwatch_log_group.flow_logs")
        assert (by_default["retention_in_days"], by_default["kms_key_id"]) == (7, None)
        assert addresses(fleet["zones"], "aws_flow_log") == []

    def test_the_key_serves_the_flow_logs_too(self, fleet: Fleet) -> None:
        policy = json.loads(values(fleet["closed"], "module.encryption.aws_kms_key.this")["policy"])
        (logs,) = [item for item in policy["Statement"] if item["Sid"] == "LogsUseKey"]
        start = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:"
        assert logs["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"] == [
            f"{start}/aws/codebuild/shop-closed",
            f"{start}/aws/vpc/shop-closed",
        ]

    def test_the_role_of_the_flow_logs_is_bounded_and_serves_this_account_alone(self, fleet: Fleet) -> None:
        role = values(fleet["closed"], "module.vpc.aws_iam_role.flow_logs")
        assert role["permissions_boundary"] == f"arn:aws:iam::{ACCOUNT}:policy/bound"
        (trust,) = json.loads(role["assume_role_policy"])["Statement"]
        assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
        assert trust["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc-flow-log/*"},
        }

    def test_a_build_has_interfaces_in_its_own_subnets_and_lends_them_to_codebuild_alone(self, fleet: Fleet) -> None:
        document = fleet["shared"].resources["module.access.data.aws_iam_policy_document.network"]
        allowed = {item["sid"]: item for item in statements(document) or []}
        subnets = [f"arn:aws:ec2:eu-west-1:444455556666:subnet/subnet-0a1b2c3{letter}" for letter in "de"]
        interfaces = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/*"
        assert set(allowed["CreateNetworkInterfaces"]["resources"]) == {
            *subnets,
            interfaces,
            "arn:aws:ec2:eu-west-1:444455556666:security-group/sg-0a1b2c3d",
        }
        for sid in ("DeleteNetworkInterfaces", "LendNetworkInterfaces"):
            assert allowed[sid]["resources"] == [interfaces]
            assert sorted(allowed[sid]["conditions"]["ArnEquals"]["ec2:Subnet"]) == subnets
        lent = allowed["LendNetworkInterfaces"]["conditions"]["StringEquals"]
        assert lent == {"ec2:AuthorizedService": ["codebuild.amazonaws.com"]}
        # EC2 takes no resource for these.
        assert all(action.startswith("ec2:Describe") for action in allowed["LookAround"]["actions"])
        assert [sid for sid, item in allowed.items() if "*" in item["resources"]] == ["LookAround"]

    def test_everything_in_the_vpc_is_tagged_and_named(self, fleet: Fleet) -> None:
        for name in ("nat", "zones", "closed"):
            for resource in fleet[name].resources.values():
                if not resource.is_data and "tags_all" in resource.values:
                    assert resource.values["tags"].items() >= {"Environment": name, "Owner": "team"}.items(), (
                        resource.address
                    )


def addresses_by_type(stack: PlannedStack) -> set[str]:
    return {item.type for item in stack.resources.values()}


LIVE = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source: {type: codecommit, repository: "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"}
builds: {main: {runtime: {nodejs: 22}}, free: {runtime: {nodejs: 22}, network: false}}
encryption: {}
network:
  managed: {cidr: 10.40.0.0/20, availability_zones: [us-east-1a, us-east-1b], internet: none}
"""


@pytest.mark.terraform
def test_a_vpc_is_applied_read_back_opened_to_the_internet_and_destroyed(
    sandbox: SandboxInfo, live_stack: Callable[..., Any], account: str, aws: Callable[..., Any]
) -> None:
    def differences() -> set[str]:
        return {
            f"{check.subject.split()[0]} {check.aspect}"
            for check in read_back(sandbox.endpoint, environment)
            if not check.ok
        }

    environment, stack = live_stack(LIVE)
    stack.apply(stack.plan())
    assert differences() == set()
    assert not stack.plan().has_changes

    # What somebody changes by hand shows.
    ec2, iam = aws("ec2"), aws("iam")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["shop-live"]}])["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    groups = {group["GroupName"]: group for group in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]}
    anywhere = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=groups["shop-live-builds"]["GroupId"], IpPermissions=[anywhere])
    ec2.authorize_security_group_egress(GroupId=groups["default"]["GroupId"], IpPermissions=[anywhere])
    ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsHostnames={"Value": False})
    (flow,) = ec2.describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [vpc["VpcId"]]}])["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[flow["FlowLogId"]])
    iam.delete_role_policy(RoleName="shop-live-main-build", PolicyName="network")
    assert differences() == {
        "Security lets in",
        "VPC finds endpoints by name",
        "VPC rules of the default security group",
        "Flow traffic, seconds and log group",
        "IAM may",
    }

    environment, stack = live_stack(
        LIVE.replace("internet: none", "internet: nat_per_zone, flow_logs: {traffic: REJECT}")
    )
    stack.apply(stack.plan())
    # The default group is closed again; a rule that somebody adds to another is not Terraform's to remove.
    assert differences() == {"Security lets in"}
    ec2.revoke_security_group_ingress(GroupId=groups["shop-live-builds"]["GroupId"], IpPermissions=[anywhere])
    assert differences() == set()
    assert not stack.plan().has_changes

    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
