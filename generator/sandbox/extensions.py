"""What the sandbox adds to moto, put in place once, at the start of the server's process."""

from __future__ import annotations

from generator.sandbox import (
    accounts,
    codeconnections,
    kms,
    log_settings,
    logs,
    s3_configurations,
    s3_logging,
    s3_notifications,
    s3_policy,
)
from generator.sandbox.codebuild import responses


def install() -> None:
    """Put every extension in place; call it before the first request."""
    accounts.install()
    responses.install()
    codeconnections.install()
    kms.install()
    logs.install()
    log_settings.install()
    s3_policy.install()
    s3_configurations.install()
    s3_logging.install()
    s3_notifications.install()
