"""What the sandbox adds to moto, put in place once, at the start of the server's process."""

from __future__ import annotations

from typing import Final

from generator.sandbox import (
    accounts,
    budgets,
    cloudwatch,
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
    xray,
)
from generator.sandbox.codebuild import responses as codebuild

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
    xray,
)


def install() -> None:
    """Put every extension in place; call it before the first request."""
    for extension in _EXTENSIONS:
        extension.install()
