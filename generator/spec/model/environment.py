"""One environment: the whole of a spec."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.parts.access.section import Access
from generator.parts.alarms.section import Alarms
from generator.parts.artifacts.section import Artifacts
from generator.parts.backend.section import Backend
from generator.parts.budget.section import Budget
from generator.parts.builds.section.build import Build
from generator.parts.connection.source_section import Source
from generator.parts.encryption.section import Encryption
from generator.parts.logs.section import Logs
from generator.parts.network.section import Network
from generator.parts.notifications.section import Notifications
from generator.parts.pipeline.section import Pipeline
from generator.parts.registry.section import Registry
from generator.parts.state.section import State
from generator.parts.tracing.section import Tracing
from generator.spec.model.section import Section
from generator.spec.types import AccountId, BuildName, Identity, Region, StackName, TagKey, TagValue

EnvironmentClass = Literal["dev", "staging", "prod"]


def _no_artifacts() -> Artifacts:
    # The class of an environment with builds always says more; without builds there is no such bucket.
    return Artifacts(encryption="aes256", bucket_key=False, expire_noncurrent_after_days=1, force_destroy=False)


def _no_logs() -> Logs:
    return Logs(retention_days=1)


class EnvironmentSpec(Section):
    """One environment of a stack."""

    stack: StackName = Field(description="Name of the stack; part of every name.", examples=["nodejs-microservice"])
    environment_class: EnvironmentClass = Field(
        alias="class",
        description="Class of the environment: decides the defaults; inferred from a name such as `prod` or `prod-eu`.",
        examples=["prod"],
    )
    description: str = Field(
        default="", max_length=200, description="What the environment is for; stands in its README."
    )
    region: Region = Field(description="AWS region of every resource.", examples=["us-east-1"])
    account: AccountId = Field(
        description="AWS account; Terraform refuses to touch any other.", examples=["111122223333"]
    )
    formerly: list[Identity] = Field(
        default_factory=list,
        max_length=10,
        description="What the environment was called before, as `<stack>/<environment>`: a state whose resources still "
        "bear that name in their tags is taken for its own. Every other state of another environment is refused.",
        examples=[["webshop/dev"]],
    )
    tags: dict[TagKey, TagValue] = Field(
        description="Tags of every resource. Environment, Stack and ManagedBy are set for you.",
        examples=[{"Owner": "platform-team", "CostCenter": "1234"}],
    )
    required_tags: list[TagKey] = Field(
        description="Tag keys that `tags` must hold.", examples=[["Owner", "CostCenter"]]
    )
    given_source: Source | None = Field(
        default=None, alias="source", description="Where the code comes from; needed where there are builds."
    )
    builds: dict[BuildName, Build] = Field(
        default_factory=dict,
        max_length=50,
        description="The CodeBuild projects, by name; `main` is the usual first one. Needed where there is no backend.",
    )
    artifacts: Artifacts = Field(default_factory=_no_artifacts, description="The artifact bucket.")
    encryption: Encryption | None = Field(
        default=None, description="The stack's KMS key; without it AWS's own keys encrypt."
    )
    network: Network | None = Field(
        default=None, description="The network of the builds; without it they run in CodeBuild's own, with internet."
    )
    registry: Registry | None = Field(
        default=None, description="Container repositories in ECR, for what the builds make."
    )
    logs: Logs = Field(default_factory=_no_logs, description="The log group.")
    access: Access = Field(default_factory=Access, description="The IAM role.")
    notifications: Notifications | None = Field(
        default=None, description="Messages about the builds; without it nobody is told."
    )
    alarms: Alarms | None = Field(default=None, description="Alarms on the builds' metrics, and the dashboard.")
    budget: Budget | None = Field(default=None, description="The monthly budget.")
    tracing: Tracing | None = Field(default=None, description="Traces of the builds; opt-in.")
    pipeline: Pipeline | None = Field(default=None, description="The pipeline; without it, each build starts alone.")
    state: State | None = Field(default=None, description="Terraform state; without it, a local file.")
    backend: Backend | None = Field(
        default=None, description="The bucket that keeps states; it takes an environment of its own, without builds."
    )

    @property
    def source(self) -> Source:
        """Where the code comes from; only an environment with builds is asked."""
        if self.given_source is None:
            raise LookupError("an environment without builds has no source")
        return self.given_source
