"""Builds that are runners of GitHub Actions."""

from __future__ import annotations

from pydantic import Field

from generator.model.section import Section
from generator.model.types import Pattern
from generator.parts.trigger.section import Organization


class Enterprise(Organization):
    """All repositories of a GitHub enterprise; the webhook is entered there by hand."""

    organizations: list[Pattern] = Field(
        default_factory=list, description="Its organisations that count; by default all.", examples=[["acme-platform"]]
    )


class Runner(Section):
    """A runner of GitHub Actions: the build runs a job of a workflow, in place of its own commands."""

    workflows: list[Pattern] = Field(
        default_factory=list, description="Workflows whose jobs run here; by default all.", examples=[["CI"]]
    )
    organization: Organization | None = Field(
        default=None, description="Serves all repositories of an organisation, not just the source's."
    )
    enterprise: Enterprise | None = Field(
        default=None, description="Serves all repositories of an enterprise, not just the source's."
    )
