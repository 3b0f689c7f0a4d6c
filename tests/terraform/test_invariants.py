"""What holds of every stack, whatever is on: all pairs of features, rendered, formatted, planned and looked through.

The combinations are chosen so that each pair of options occurs together in at least one environment; all of them are
planned in a few runs of the real terraform.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from functools import partial
from itertools import combinations as combinations_of
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from allpairspy import AllPairs
from identities import borne, claimed
from statement_faults import stack_faults

from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings
from generator.checks.guards.spec import spec_texts
from generator.fleet.plan import plan_fleet
from generator.operations.plans.fleet_members import prepare
from generator.plans.iam_statements import statements
from generator.plans.planned import PlannedStack, planned_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.loading.load import Environment
    from generator.plans.plan import Plan
    from generator.plans.planned import PlannedResource

pytestmark = pytest.mark.terraform

BASE: Final = """
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}, phases: {build: [npm test]}}}
"""
CLASSES: Final = ("dev", "staging", "prod")

CONNECTION: Final = '{connection: {arn: "arn:aws:codeconnections:eu-west-1:111122223333:connection/abc"}}'
STEP: Final = "p: {runtime: {nodejs: 22}, phases: {build: [make]}}"
TASKS: Final = "arn:aws:iam::111122223333:role/task"
KEY: Final = "arn:aws:kms:eu-west-1:444455556666:key/11111111-2222-3333-4444-555555555555"
SECRET: Final = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:npm-AbCdEf"
QUEUE: Final = "arn:aws:sqs:eu-west-1:111122223333:lost"
TOOLS: Final = "{type: github, repository: 'https://github.com/acme-platform/tools', submodules: true}"

# Feature -> options, each a fragment of a spec.
FEATURES: Final[dict[str, dict[str, str]]] = {
    "class": {name: f"class: {name}" for name in CLASSES},
    "key": {
        "of the class": "{}",
        "one": "{encryption: {}, artifacts: {encryption: kms}}",
        "none": "{encryption: null, artifacts: {encryption: aes256, bucket_key: false}}",
    },
    "machine": {
        "small": "{}",
        "arm": "builds: {main: {architecture: arm64, compute: large}}",
        "lambda": "builds: {main: {compute: lambda-2gb, network: false}}",
        "docker": "builds: {main: {privileged: true, cache: s3}}",
        "fleet": "builds: {main: {fleet: {machines: 1}, network: false}}",
    },
    "builds": {
        "one": "{}",
        "three": "builds: {b: {runtime: {python: '3.13'}}, c: {runtime: {nodejs: 22}, batch: {}}}",
        "with reports": "builds: {main: {reports: {unit: {files: [a.xml], export: true}}, s3_logs: true}}",
    },
    "start": {
        "by hand": "{}",
        "webhook": f"source: {CONNECTION}",
        "pull requests": f"{{source: {CONNECTION}, builds: {{pr: {{runtime: {{nodejs: 22}}, phases: {{build: [npm test]}}, cache: none, artifact: {{type: none}}, trigger: {{pull_requests: {{actors: ['1234567']}}}}}}}}}}",
        "clock": "builds: {main: {schedule: {expression: rate(1 day)}}}",
        "runner": f"{{source: {CONNECTION}, builds: {{run: {{runtime: {{nodejs: 22}}, runner: {{workflows: [CI]}}}}}}}}",
        "pipeline": f"{{source: {CONNECTION}, builds: {{p: {{runtime: {{nodejs: 22}}, phases: {{build: [make]}}}}}}, pipeline: {{builds: [[p]], approval: {{}}, deploy: {{artifact: p, bucket: {{bucket: acme-live}}}}}}}}",
        "own connection": "source: {connection: {}}",
    },
    "submodules": {"left": "{}", "fetched": "source: {submodules: true}"},
    "more of a build": {
        "nothing": "{}",
        "shown": "builds: {more: {runtime: {nodejs: 22}, phases: {build: [make]}, badge: true, commit_status: {context: acme/build}, concurrent_builds: 2, exported_variables: [VERSION]}}",
        "sources": f"builds: {{more: {{runtime: {{nodejs: 22}}, phases: {{build: [make]}}, source: {{repository: 'https://github.com/acme-platform/docs', branch: stable}}, secondary_sources: {{tools: {TOOLS}, lint: {{type: s3, object: acme-tools/lint.zip}}}}, secondary_artifacts: {{coverage: {{files: [coverage/**/*]}}}}}}}}",
        "no source": "builds: {more: {runtime: {nodejs: 22}, phases: {build: [make]}, source: {type: none}, artifact: {name: site, packaging: none, per_build: false}}}",
        "an image": "builds: {more: {runtime: {nodejs: 22}, image: 'ghcr.io/acme/node:22', registry_credential: acme/registry, certificate: acme-ca/ca.pem}}",
        "secrets": "builds: {more: {runtime: {nodejs: 22}, variables: {STAGE: test}, secrets: {TOKEN: {parameter: /shop/token}, KEY: {secrets_manager: shop/key, json_key: key}}}}",
    },
    "boundary": {
        "none": "{}",
        "one": "access: {permissions_boundary: 'arn:aws:iam::111122223333:policy/boundary'}",
    },
    "logs": {
        "of the class": "{}",
        "rare": "logs: {log_class: INFREQUENT_ACCESS, retention_days: 365}",
        "masked": "logs: {mask_credentials: true}",
    },
    "notifications": {
        "of the class": "{}",
        "all": "notifications: {email: [a@acme.test], phases: [FAILED], alarm_on_undelivered: true}",
        "to machines": f"notifications: {{https: ['https://hooks.acme.test/builds'], sqs: ['{QUEUE}'], functions: ['arn:aws:lambda:eu-west-1:111122223333:function:tell'], subscriber_accounts: ['444455556666'], message: event}}",
        "none": "{notifications: null, budget: null}",
    },
    "alarms": {
        "of the class": "{}",
        "all": "alarms: {failed_builds: {}, failure_rate: {}, duration: {}, queued_duration: {}, composite: true, dashboard: {}}",
        "none": "alarms: null",
    },
    "network": {
        "none": "{}",
        "existing": "{builds: {net: {runtime: {nodejs: 22}}}, network: {existing: {vpc_id: vpc-0a1b2c3d4e5f67890, subnet_ids: [subnet-0a1b2c3d4e5f67890, subnet-0a1b2c3d4e5f67891]}}}",
        "managed": "{builds: {net: {runtime: {nodejs: 22}}}, network: {managed: {cidr: 10.40.0.0/20, availability_zones: [eu-west-1a, eu-west-1b], endpoints: [logs]}}}",
    },
    "registry": {
        "none": "{}",
        "one": "{registry: {repositories: [api]}, builds: {main: {push_to: [api]}}}",
        "shared": "registry: {repositories: [api, web], pull_accounts: ['444455556666'], encryption: aes256}",
    },
    "tracing": {
        "none": "{}",
        "on": "tracing: {}",
        "mirrored": "tracing: {mirror: 'https://artifacts.acme.test/otel'}",
        "own collector": "tracing: {collector: false, insights: true, sampling_percent: 10}",
    },
    "budget": {"of the class": "{}", "one": "budget: {amount: 10, email: [a@acme.test]}"},
    "artifacts": {
        "of the class": "{}",
        "logged": "artifacts: {access_logs: {}, archive_after_days: 5, expire_after_days: 50}",
    },
}


# What does not go with some option of another feature: each in an environment of its own, with all that it goes with.
ALSO: Final[dict[str, tuple[str, ...]]] = {
    "a token in a secret": (
        "source: {credential: {secret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:github-AbCdEf'}}",
        "{encryption: {}, alarms: {failed_builds: {}}}",
    ),
    "an organisation": (
        f"{{source: {CONNECTION}, builds: {{all: {{runtime: {{nodejs: 22}}, trigger: {{organization: {{name: acme}}, also: {{tags: {{push: {{tags: ['v1.0']}}}}}}}}}}}}}}",
        "tracing: {}",
    ),
    "a pipeline to a service": (
        f"{{source: {CONNECTION}, builds: {{{STEP}}}, pipeline: {{builds: [[p]], full_clone: true, deploy: {{service: {{cluster: c, service: s, task_roles: ['{TASKS}']}}}}}}}}",
        "{class: prod, network: {managed: {cidr: 10.40.0.0/20, availability_zones: [eu-west-1a]}}}",
    ),
    "a pipeline to a stack": (
        f"{{source: {CONNECTION}, builds: {{{STEP}}}, pipeline: {{builds: [[p]], variables: {{LEVEL: {{default: info}}}}, deploy: {{stack: {{name: s, role: '{TASKS}', capabilities: [CAPABILITY_IAM]}}}}}}}}",
        "encryption: {}",
    ),
    "no internet": (
        "source: {type: codecommit, repository: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop'}",
        "builds: {main: {privileged: true, push_to: [api], secrets: {TOKEN: {parameter: /shop/token}}}}",
        "network: {managed: {cidr: 10.40.0.0/20, availability_zones: [eu-west-1a, eu-west-1b], internet: none}}",
        "{class: staging, registry: {repositories: [api]}, tracing: {mirror: 'https://artifacts.acme.test/otel'}}",
    ),
    "a pipeline from CodeCommit": (
        "source: {type: codecommit, repository: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop'}",
        "{class: prod, pipeline: {approval: {}}}",
    ),
    "keys of others": (
        f"builds: {{main: {{secrets: {{A: {{secrets_manager: '{SECRET}', kms_key: '{KEY}'}}, P: {{parameter: /p, kms_key: '{KEY}'}}}}, secondary_sources: {{lint: {{type: s3, object: acme-tools/lint.zip, kms_key: '{KEY}'}}}}}}}}",
        "builds: {main: {package_repositories: [{domain: acme, repository: npm}, {domain: acme, repository: own, publish: true}]}}",
    ),
    "file systems": (
        "network: {managed: {cidr: 10.40.0.0/20, availability_zones: [eu-west-1a]}}",
        "builds: {main: {privileged: true, file_systems: {a: {id: fs-0a1b2c3d, mount_point: /a}, b: {id: fs-0a1b2c3e, mount_point: /b, security_group_id: sg-0a1b2c3d}}}}",
    ),
    "a pipeline between encrypted buckets": (
        f"{{class: staging, builds: {{{STEP}}}, pipeline: {{builds: [[p]], source: {{bucket: acme-in, key: a.zip, kms_key: '{KEY}'}}, deploy: {{bucket: {{bucket: acme-live, kms_key: '{KEY}'}}}}}}}}",
    ),
    "a pipeline to a stack with macros": (
        f"{{source: {CONNECTION}, builds: {{{STEP}}}, pipeline: {{builds: [[p]], deploy: {{stack: {{name: s, role: '{TASKS}', capabilities: [CAPABILITY_AUTO_EXPAND]}}}}}}}}",
    ),
    "GitLab": (
        f"source: {{type: gitlab, repository: 'https://gitlab.com/acme/shop', connection: {CONNECTION[13:-1]}}}",
        "class: prod",
    ),
    "Bitbucket": (
        "source: {type: bitbucket, repository: 'https://bitbucket.org/acme/shop', connection: {approved: true}}",
        "class: staging",
    ),
    "GitHub Enterprise": (
        "source: {type: github-enterprise, repository: 'https://git.acme.test/acme/shop', credential: {scope: account}}",
        "{encryption: {}, registry: {repositories: [api], encryption: kms}}",
    ),
}


def merged(*fragments: str) -> dict[str, Any]:
    """Merge fragments of a spec as layers merge: mappings deeply, the rest by replacement."""
    whole: dict[str, Any] = {}
    for fragment in fragments:
        _merge(whole, yaml.safe_load(fragment))
    return whole


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def combinations() -> list[dict[str, str]]:
    """Choose environments so that each two options of different features meet in one of them."""
    names = list(FEATURES)
    pairs = AllPairs([list(options) for options in FEATURES.values()])
    return [dict(zip(names, chosen, strict=True)) for chosen in pairs]


def fragments(choice: Mapping[str, str]) -> list[str]:
    """Return the fragments of a spec that make an environment of what was chosen."""
    if "also" in choice:
        return ["class: dev", *ALSO[choice["also"]]]
    return [FEATURES[feature][option] for feature, option in choice.items()]


@dataclass(frozen=True)
class Combination:
    """One environment of the fleet: what was chosen, what was rendered and what would be there."""

    environment: Environment
    chosen: Mapping[str, str]
    files: Mapping[str, str]
    stack: PlannedStack
    plan: Plan

    @property
    def name(self) -> str:
        return self.environment.name

    def of_type(self, *types: str) -> Iterator[PlannedResource]:
        return (resource for resource in self.stack.resources.values() if resource.type in types)

    def beside(self, bucket: PlannedResource, kind: str) -> PlannedResource | None:
        """Return the resource of a kind that belongs to a bucket: it has the same label in the same module."""
        return self.stack.resources.get(bucket.address.replace(".aws_s3_bucket.", f".{kind}."))

    def policies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for address, resource in self.stack.resources.items():
            # What masks logs is written in the same form, and permits nothing.
            masks = resource.type == "aws_cloudwatch_log_data_protection_policy_document"
            for statement in () if masks else statements(resource) or ():
                yield address, statement


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> list[Combination]:
    root = tmp_path_factory.mktemp("invariants")
    folder = root / "environments"
    folder.mkdir()
    chosen = {
        f"c{number:02}": choice for number, choice in enumerate([*combinations(), *({"also": it} for it in ALSO)])
    }
    for name, choice in chosen.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(merged(BASE, *fragments(choice))))
    workspace = Workspace.find(root)
    prepared = prepare(workspace, list(chosen))
    planned = plan_fleet(workspace, prepared.members)
    assert not planned.failures, "\n".join(f"{chosen[name]}: {error}" for name, error in planned.failures.items())
    return [
        Combination(item.environment, chosen[item.name], item.files, planned_stack(plan), plan)
        for item in prepared.environments
        for plan in [planned.plans[item.name]]
    ]


def test_each_pair_of_options_occurs_in_one_environment(fleet: list[Combination]) -> None:
    for one, other in combinations_of(FEATURES, 2):
        met = {(choice[one], choice[other]) for each in fleet if "also" not in (choice := each.chosen)}
        assert met == set(product(FEATURES[one], FEATURES[other])), (one, other)


def test_a_first_apply_is_refused_for_nothing_that_the_spec_asks(fleet: list[Combination], tmp_path: Any) -> None:
    for combination in fleet:
        folder = tmp_path / combination.name
        for path, text in combination.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        named = spec_texts(combination.environment.merged)
        account = combination.environment.spec.account
        found = judge(
            combination.plan, Settings(), account=account, configuration=folder, spec_texts=partial(frozenset, named)
        )
        assert found == [], (combination.chosen, [str(refusal) for refusal in found])


def test_the_hcl_is_as_terraform_fmt_leaves_it(fleet: list[Combination], tmp_path: Any) -> None:
    for combination in fleet:
        for path, text in combination.files.items():
            file = tmp_path / combination.name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    result = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", tmp_path], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_every_resource_has_the_required_tags(fleet: list[Combination]) -> None:
    for combination in fleet:
        expected = {"Owner": "team", "CostCenter": "1", "Stack": "shop", "ManagedBy": "tfstencil"}
        for address, resource in combination.stack.resources.items():
            if "tags_all" in resource.values:
                tags = resource.values["tags"] or {}
                assert tags | expected | {"Environment": combination.name} == tags, (address, combination.chosen)


def test_every_name_that_must_be_unique_somewhere_is_claimed_and_no_other(fleet: list[Combination]) -> None:
    for combination in fleet:
        assert borne(combination.stack) == claimed(combination.environment), combination.chosen


def test_every_log_group_has_a_retention(fleet: list[Combination]) -> None:
    for combination in fleet:
        for group in combination.of_type("aws_cloudwatch_log_group"):
            assert group.values["retention_in_days"] > 0, (group.address, combination.chosen)


def test_every_bucket_is_private_versioned_encrypted_and_tls_only(fleet: list[Combination]) -> None:
    for combination in fleet:
        for bucket in combination.of_type("aws_s3_bucket"):
            about = (bucket.address, combination.chosen)
            access = combination.beside(bucket, "aws_s3_bucket_public_access_block")
            assert access, about
            blocks = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
            assert all(access.values[block] is True for block in blocks), about
            versioning = combination.beside(bucket, "aws_s3_bucket_versioning")
            assert versioning, about
            assert versioning.values["versioning_configuration"][0]["status"] == "Enabled", about
            encryption = combination.beside(bucket, "aws_s3_bucket_server_side_encryption_configuration")
            assert encryption, about
            (rule,) = encryption.values["rule"]
            assert rule["apply_server_side_encryption_by_default"][0]["sse_algorithm"] in {"AES256", "aws:kms"}, about
            assert combination.beside(bucket, "aws_s3_bucket_policy"), about
            label = bucket.address.rsplit(".", 1)[-1]
            document = bucket.address.replace(f".aws_s3_bucket.{label}", ".data.aws_iam_policy_document.")
            denied = [
                statement
                for address, statement in combination.policies()
                if address.startswith(document)
                and statement["effect"] == "Deny"
                and statement.get("conditions", {}).get("Bool") == {"aws:SecureTransport": ["false"]}
            ]
            assert denied, about


def test_every_repository_is_encrypted_scanned_and_keeps_its_tags(fleet: list[Combination]) -> None:
    seen = 0
    for combination in fleet:
        for repository in combination.of_type("aws_ecr_repository"):
            values, about = repository.values, (repository.address, combination.chosen)
            assert values["image_tag_mutability"] == "IMMUTABLE", about
            assert values["image_scanning_configuration"] == [{"scan_on_push": True}], about
            assert values["encryption_configuration"][0]["encryption_type"] in {"AES256", "KMS"}, about
            seen += 1
    assert seen


def test_every_statement_is_one_that_aws_knows(fleet: list[Combination]) -> None:
    """Its actions exist, its resources are of theirs, its condition keys apply: by AWS's own list."""
    for combination in fleet:
        seen, found = stack_faults(combination.stack)
        assert found == [], combination.chosen
        assert seen > 5, combination.chosen


def test_no_build_signs_in_with_what_its_role_may_not_use(fleet: list[Combination]) -> None:
    """CodeBuild takes the connection or the token as the build: without the permission the first build fails."""
    seen = 0
    for combination in fleet:
        granted: dict[str, set[str]] = {}
        for address, statement in combination.policies():
            if found := re.search(r'module\.access\..*\["([\w-]+)"\]', address):
                granted.setdefault(found[1], set()).update(statement.get("resources") or ())
        for project in combination.of_type("aws_codebuild_project"):
            build = re.findall(r'\["([\w-]+)"\]', project.address)[-1]
            sources = [*project.values["source"], *project.values["secondary_sources"]]
            used = {auth.get("resource") for source in sources for auth in source["auth"]} - {None}
            assert used <= granted[build], (project.address, used, combination.chosen)
            seen += len(used)
    assert seen


def test_no_policy_allows_every_action(fleet: list[Combination]) -> None:
    for combination in fleet:
        for address, statement in combination.policies():
            if statement["effect"] != "Allow":
                continue
            root = statement.get("principals", {}).get("AWS", [""])[0].endswith(":root")
            # The account's administrators keep the key usable: without that statement AWS refuses a key policy.
            # A VPC endpoint's policy grants nothing: it bounds what roles may do through it, to this account's own.
            bounds = "aws_vpc_endpoint." in address and "111122223333" in json.dumps(statement.get("conditions", {}))
            if not bounds and not (root and statement["actions"] == ["kms:*"]):
                assert not any("*" in action for action in statement["actions"]), (address, statement)


def test_every_trust_in_a_service_is_bound_to_this_account(fleet: list[Combination]) -> None:
    for combination in fleet:
        for address, statement in combination.policies():
            services = statement.get("principals", {}).get("Service")
            # EventBridge supports no condition in the policy of a topic, and names no topic of another account.
            is_topics_door = statement.get("sid") == "EventsPublish" and services == ["events.amazonaws.com"]
            if services and statement["effect"] == "Allow" and not is_topics_door:
                bounds = json.dumps(statement.get("conditions", {}))
                assert "111122223333" in bounds, (address, statement, combination.chosen)


def test_every_publisher_to_an_encrypted_topic_may_use_its_key(fleet: list[Combination]) -> None:
    """Events and alarms for an encrypted topic vanish without a word where its key's policy does not let them in."""
    seen = 0
    for combination in fleet:
        topics = [topic for topic in combination.of_type("aws_sns_topic") if topic.values.get("kms_master_key_id")]
        if not topics:
            continue
        may_publish = {
            service
            for address, statement in combination.policies()
            if "notifications" in address and "sns:Publish" in statement["actions"] and statement["effect"] == "Allow"
            for service in statement["principals"].get("Service", ())
        }
        may_use_key = {
            service
            for address, statement in combination.policies()
            if address.endswith("aws_kms_key.this") and "kms:Decrypt" in statement["actions"]
            for service in statement["principals"].get("Service", ())
        }
        assert may_publish, combination.chosen
        assert may_publish <= may_use_key, combination.chosen
        seen += 1
    assert seen


def test_every_pattern_of_a_webhook_is_anchored(fleet: list[Combination]) -> None:
    for combination in fleet:
        for hook in combination.of_type("aws_codebuild_webhook"):
            patterns = [
                item["pattern"]
                for group in hook.values["filter_group"]
                for item in group["filter"]
                if item["type"] != "EVENT"
            ]
            assert patterns, hook.address
            assert all(re.fullmatch(r"\^.*\$", pattern) for pattern in patterns), (hook.address, patterns)


def test_the_environments_name_is_in_no_module(fleet: list[Combination]) -> None:
    for combination in fleet:
        for path, text in combination.files.items():
            if path.endswith(".tf"):
                words = set(re.findall(r'"(\w+)"', text))
                assert not words & set(CLASSES), (path, combination.chosen)
            if path.startswith("modules/"):
                assert combination.name not in text, path
