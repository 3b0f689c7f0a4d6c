"""What the sandbox adds to moto, put in place once, at the start of the server's process."""

from __future__ import annotations

from typing import Final

from generator.sandbox import accounts, limits, service
from generator.sandbox.services import (
    budgets,
    cloudwatch,
    codeconnections,
    ecr,
    iam,
    kms,
    scheduler,
    sns,
    sqs,
    sts,
    xray,
)
from generator.sandbox.services.codebuild import responses as codebuild
from generator.sandbox.services.codepipeline import executions as pipeline_executions
from generator.sandbox.services.codepipeline import pipelines as codepipeline
from generator.sandbox.services.ec2 import flow_logs, security_groups
from generator.sandbox.services.ec2 import vpcs as ec2
from generator.sandbox.services.logs import log_groups as logs
from generator.sandbox.services.logs import log_settings
from generator.sandbox.services.logs import saved_queries as logs_queries
from generator.sandbox.services.s3 import access_logging as s3_logging
from generator.sandbox.services.s3 import bucket_policy as s3_policy
from generator.sandbox.services.s3 import configurations as s3_configurations
from generator.sandbox.services.s3 import verbatim as s3_verbatim

_EXTENSIONS: Final = (
    accounts,
    budgets,
    cloudwatch,
    codebuild,
    codeconnections,
    codepipeline,
    ec2,
    ecr,
    flow_logs,
    iam,
    kms,
    limits,
    log_settings,
    logs,
    logs_queries,
    pipeline_executions,
    s3_configurations,
    s3_logging,
    s3_policy,
    s3_verbatim,
    scheduler,
    security_groups,
    service,
    sns,
    sqs,
    sts,
    xray,
)


def install() -> None:
    """Put every extension in place; call it before the first request."""
    for extension in _EXTENSIONS:
        extension.install()
