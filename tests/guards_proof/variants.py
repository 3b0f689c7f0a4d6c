"""Specs of environments that are applied, and changes of them: such as do no harm, and such as weaken."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from generator.language.nodes import plain
from generator.language.reader import read_spec

# Where a spec says null, so that a default of its class is off.
NOTHING: Final = "@nothing"
_SPECS: Final = Path(__file__).parents[2] / "environments"
_BOUNDARY: Final = "arn:aws:iam::{account}:policy/build-boundary"
# What a base takes over from a shipped environment, and what it has besides.
_BASES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "prod": ("prod", {}),
    "pipeline": ("pipeline", {}),
    "monorepo": ("monorepo", {}),
    # Every part of the stack, with the defaults of prod, and all that bounds who starts what.
    "full": (
        "everything",
        {
            "class": "prod",
            "access": {"permissions_boundary": _BOUNDARY.format(account="111122223333")},
            "logs": {"mask_credentials": True, "retention_days": 30},
            "notifications": {"https": ["https://hooks.acme.example/builds"], "subscriber_accounts": ["222233334444"]},
            "builds": {
                # A pull request is started by who is named alone.
                "pulls": {
                    "runtime": {"nodejs": 22},
                    "phases": {"build": ["npm test"]},
                    "artifact": {"type": "none"},
                    "trigger": {"pull_requests": {"actors": ["1234567"], "targets": ["main"]}},
                },
                "main": {
                    "trigger": {
                        "push": {"branches": ["main"], "actors": ["1234567", "7654321"]},
                        "releases": None,
                    },
                },
            },
        },
    ),
    # The least, for features that come.
    "bare": (
        "small",
        {
            "class": "prod",
            "encryption": NOTHING,
            "alarms": NOTHING,
            "budget": NOTHING,
            "notifications": {"alarm_on_undelivered": False},
            "artifacts": {"encryption": "aes256", "bucket_key": False},
        },
    ),
}


@dataclass(frozen=True)
class Variant:
    """One change of a spec.

    Attributes:
        base: the environment that is applied.
        overlay: what the new spec says otherwise; None leaves a key out.
        refused: addresses of which each must be refused; none where the change does no harm.
    """

    base: str
    overlay: dict[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def spec_of(name: str, overlay: dict[str, Any] | None = None) -> str:
    """Write the spec of a base, with an overlay."""
    shipped, more = _BASES[name]
    text = yaml.safe_dump(merged(merged(_shipped(shipped), more), overlay or {}))
    return text.replace(f"'{NOTHING}'", "null")


def merged(lower: Any, upper: Any) -> Any:
    """Lay one tree over another; None takes a key away."""
    if not isinstance(lower, dict) or not isinstance(upper, dict):
        return copy.deepcopy(upper)
    result = {key: merged(lower.get(key), value) for key, value in upper.items() if value is not None}
    return {key: value for key, value in lower.items() if key not in upper} | result


def _shipped(name: str) -> Any:
    own = dict(plain(read_spec(_SPECS / f"{name}.yaml", f"{name}.yaml")))  # type: ignore[call-overload]  # a mapping
    base = own.pop("extends", None)
    return merged(_shipped(base), own) if base else own


BASES: Final = tuple(_BASES)
_SECOND: Final = {"runtime": {"nodejs": 22}, "phases": {"build": ["npm test"]}}
_ALARMS: Final = {
    "failed_builds": {},
    "duration": {},
    "failure_rate": {},
    "queued_duration": {},
    "composite": True,
    "dashboard": {},
}
HARMLESS: Final[dict[str, Variant]] = {
    "nothing": Variant("prod"),
    "nothing-full": Variant("full"),
    "a-tag": Variant("prod", {"tags": {"Reviewed": "today", "CostCenter": "9999"}}),
    "a-parameter": Variant("prod", {"builds": {"main": {"secrets": {"MORE": {"parameter": "/more/one"}}}}}),
    "a-secret": Variant("prod", {"builds": {"main": {"secrets": {"MORE": {"secrets_manager": "more/one"}}}}}),
    "a-first-secret": Variant("monorepo", {"builds": {"api": {"secrets": {"MORE": {"secrets_manager": "more/one"}}}}}),
    "a-build": Variant("prod", {"builds": {"second": _SECOND}}),
    "a-build-with-everything": Variant("full", {"builds": {"second": {**_SECOND, "push_to": ["service"], "privileged": True, "secrets": {"MORE": {"parameter": "/more/one"}}, "schedule": {"expression": "rate(1 day)"}, "trigger": {"manual": True}}}}),
    "a-push-target": Variant("full", {"registry": {"repositories": ["service", "other"]}, "builds": {"image": {"push_to": ["service", "other"]}}, "notifications": {"email": ["builds@acme.example", "more@acme.example"]}}),
    "a-first-push-target": Variant("prod", {"registry": {"repositories": ["service"]}, "builds": {"main": {"push_to": ["service"]}}}),
    "an-address": Variant("prod", {"notifications": {"email": ["builds@acme-platform.example", "more@acme-platform.example"]}}),
    "a-first-address": Variant("bare", {"notifications": {"email": ["builds@acme.example"]}}),
    "tracing": Variant("prod", {"tracing": {}}),
    "alarms": Variant("bare", {"alarms": _ALARMS}),
    "a-budget": Variant("bare", {"budget": {"amount": 50}}),
    "encryption": Variant("bare", {"encryption": {}, "artifacts": {"encryption": "kms", "bucket_key": True}}),
    "a-network": Variant("prod", {"network": {"managed": {"cidr": "10.40.0.0/20", "availability_zones": ["eu-central-1a", "eu-central-1b"], "endpoints": ["logs"]}}}),
    "a-network-that-exists": Variant("prod", {"network": {"existing": {"vpc_id": "vpc-0a1b2c3d4e5f67890", "subnet_ids": ["subnet-0a1b2c3d4e5f67890"]}}}),
    "a-boundary": Variant("monorepo", {"access": {"permissions_boundary": _BOUNDARY.format(account="222233334444")}}),
    "longer": Variant("prod", {"logs": {"retention_days": 365}, "artifacts": {"expire_after_days": 1000, "expire_noncurrent_after_days": 365}}),
    "a-schedule": Variant("prod", {"builds": {"main": {"schedule": {"expression": "rate(1 day)"}}}}),
    "a-report": Variant("prod", {"builds": {"main": {"reports": {"unit": {"files": ["reports/*.xml"]}}, "variables": {"MORE": "1"}, "description": "Other words"}}}),
    "a-cache": Variant("prod", {"builds": {"main": {"cache": "s3", "cache_paths": ["node_modules/**/*"]}}}),
    "masking": Variant("prod", {"logs": {"mask_credentials": True}}),
    "fewer-actors": Variant("full", {"builds": {"main": {"trigger": {"push": {"branches": ["main"], "actors": ["1234567"]}}}}}),
    "a-secret-less": Variant("full", {"builds": {"main": {"secrets": {"NPM_TOKEN": None}}}}),
    "a-warning": Variant("full", {"budget": {"actual": [50, 80, 100], "forecasted": [100]}}),
    "a-first-trigger": Variant("full", {"builds": {"many": {"trigger": {"push": {"branches": ["main"], "actors": ["1234567"]}}}}}),
    "a-group": Variant("prod", {"network": {"existing": {"vpc_id": "vpc-0a1b2c3d4e5f67890", "subnet_ids": ["subnet-0a1b2c3d4e5f67890"], "security_group_ids": ["sg-0a1b2c3d4e5f67890"]}}}),
    "a-narrower-trigger": Variant("pipeline", {"pipeline": {"trigger": {"branches": ["main"], "paths": ["src/**"]}}}),
    "a-pipeline-by-hand": Variant("pipeline", {"pipeline": {"trigger": {"manual": True}}}),
    "one-more-action": Variant("pipeline", {"builds": {"lint": _SECOND}, "pipeline": {"builds": [["test", "lint"], ["site"]]}}),
    "other-words-to-approve": Variant("pipeline", {"pipeline": {"approval": {"message": "Other words"}}}),
}  # fmt: skip
WEAKER: Final[dict[str, Variant]] = {
    "weaker": Variant(
        "full",
        {
            "logs": {"retention_days": 7, "mask_credentials": False},
            "artifacts": {"expire_after_days": 40, "access_logs": None},
            "encryption": {"deletion_window_days": 7},
            "registry": {"immutable_tags": False, "scan_on_push": False, "pull_accounts": ["222233334444", "999988887777"]},
            "notifications": {"subscriber_accounts": ["222233334444", "999988887777"], "keep_undelivered_days": 1},
            "alarms": {"failed_builds": {"threshold": 900}, "duration": NOTHING},
            "budget": {"amount": 5000},
            "pipeline": {"approval": None},
            "network": {"managed": {"flow_logs": {"traffic": "NONE"}}},
            "builds": {
                "main": {"trigger": {"push": {"branches": ["main"], "actors": None}}, "s3_logs": False},
                "pulls": {"trigger": {"pull_requests": {"actors": ["1234567", "7654321"], "targets": ["main"]}}},
                "quick": {"image": "public.ecr.aws/somebody/image:1"},
                "deploy": {"privileged": True, "network": False},
            },
        },
        (
            "module.logs.aws_cloudwatch_log_group.this",
            "module.logs.aws_cloudwatch_log_data_protection_policy.this",
            "module.artifacts.aws_s3_bucket_lifecycle_configuration.this",
            "module.encryption.aws_kms_key.this",
            'module.registry.aws_ecr_repository.this["service"]',
            'module.registry.aws_ecr_repository_policy.this["service"]',
            "module.notifications.aws_sns_topic_policy.this",
            "module.notifications.aws_sqs_queue.undelivered",
            'module.alarms.aws_cloudwatch_metric_alarm.failed_builds["main"]',
            'module.alarms.aws_cloudwatch_metric_alarm.duration["main"]',
            "module.budget.aws_budgets_budget.this",
            "module.pipeline.aws_codepipeline.this",
            "module.vpc.aws_flow_log.this",
            'module.trigger.aws_codebuild_webhook.this["main"]',
            'module.trigger.aws_codebuild_webhook.this["pulls"]',
            'module.builds.aws_codebuild_project.this["main"]',
            'module.builds.aws_codebuild_project.this["quick"]',
            'module.builds.aws_codebuild_project.this["deploy"]',
        ),
    ),
    "weaker-prod": Variant(
        "prod",
        {
            "artifacts": {"encryption": "aes256", "bucket_key": False},
            "access": {"permissions_boundary": None},
            "source": {"repository": "https://github.com/somebody/else"},
        },
        (
            "module.artifacts.aws_s3_bucket_server_side_encryption_configuration.this",
            'module.access.aws_iam_role.this["main"]',
            'module.builds.aws_codebuild_project.this["main"]',
        ),
    ),
}  # fmt: skip
VARIANTS: Final = HARMLESS | WEAKER
