"""The whole of CodeBuild, and its place in moto."""

from __future__ import annotations

from moto.codebuild import urls
from moto.codebuild.models import codebuild_backends

from generator.sandbox.services.codebuild.batches import BatchCalls
from generator.sandbox.services.codebuild.calls import Store
from generator.sandbox.services.codebuild.credentials import CredentialCalls
from generator.sandbox.services.codebuild.fleets import FleetCalls
from generator.sandbox.services.codebuild.projects import ProjectCalls
from generator.sandbox.services.codebuild.report_groups import ReportGroupCalls
from generator.sandbox.services.codebuild.webhooks import WebhookCalls


class Responses(ProjectCalls, BatchCalls, WebhookCalls, CredentialCalls, ReportGroupCalls, FleetCalls):
    """Every CodeBuild call: ours, and moto's own for builds."""


def install() -> None:
    """Answer CodeBuild's calls from here on."""
    codebuild_backends.backend = Store
    urls.url_paths["{0}/$"] = Responses.dispatch
