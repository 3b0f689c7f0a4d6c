"""One environment: the whole of a spec. Its frame stands here; every other key is that of a part in the catalog."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from generator.aws.provider_versions import SUPPORTED, TRIED
from generator.model.accepted import Acceptance
from generator.model.name_patterns import NamePatterns
from generator.model.section import Section
from generator.model.types import (
    AccountId,
    BuildName,
    EnvironmentName,
    FormerIdentity,
    ImportId,
    LabelName,
    LabelValue,
    ProviderVersion,
    Region,
    ResourceAddress,
    StackName,
    TagKey,
    TagValue,
)
from generator.parts.builds.section.build import Build
from generator.parts.catalog import OURS, Catalog
from generator.parts.connection.source_section import Source
from generator.parts.framework.keys import with_parts, with_sections

if TYPE_CHECKING:
    from generator.parts.access.section import Access
    from generator.parts.alarms.section import Alarms
    from generator.parts.artifacts.section import Artifacts
    from generator.parts.backend.section import Backend
    from generator.parts.budget.section import Budget
    from generator.parts.credentials.section import CredentialsOfEnvironment
    from generator.parts.encryption.section import Encryption
    from generator.parts.logs.section import Logs
    from generator.parts.network.section import Network
    from generator.parts.notifications.section import Notifications
    from generator.parts.pipeline.section import Pipeline
    from generator.parts.registry.section import Registry
    from generator.parts.state.section import State
    from generator.parts.tracing.section import Tracing

EnvironmentClass = Literal["dev", "staging", "prod"]


@with_sections
class EnvironmentSpec(Section):
    """One environment of a stack.

    Attributes:
        catalog: the parts whose keys it has.
    """

    catalog: ClassVar[Catalog] = OURS

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
    formerly: list[FormerIdentity] = Field(
        default_factory=list,
        max_length=10,
        description="What the environment was called before, as `<stack>/<environment>`: a state whose resources still "
        "bear that name in their tags is taken for its own. Every other state of another environment is refused.",
        examples=[["webshop/dev"]],
    )
    adopted: dict[ResourceAddress, ImportId] = Field(
        default_factory=dict,
        max_length=500,
        description="What exists and is taken over at the next apply, by its address below the modules, with the "
        "identifier that Terraform imports it by. `tfstencil adopt` writes it, and takes it out again.",
        examples=[{"builds.aws_codebuild_project.this[main]": "shop-ci"}],
    )
    labels: dict[LabelName, LabelValue] = Field(
        default_factory=dict,
        max_length=20,
        description="Words by which commands select environments (`--label team=payments`). AWS never sees them.",
        examples=[{"team": "payments", "tier": "critical"}],
    )
    needs: list[EnvironmentName] = Field(
        default_factory=list,
        max_length=20,
        description="Environments of this workspace that come first: where a command changes several, this one waits "
        "for them, and a destroy takes them last. No value passes between them.",
        examples=[["network"]],
    )
    tags: dict[TagKey, TagValue] = Field(
        description="Tags of every resource. Environment, Stack and ManagedBy are set for you.",
        examples=[{"Owner": "platform-team", "CostCenter": "1234"}],
    )
    required_tags: list[TagKey] = Field(
        description="Tag keys that `tags` must hold.", examples=[["Owner", "CostCenter"]]
    )
    provider_version: ProviderVersion = Field(
        default=SUPPORTED,
        description="Versions of the AWS provider that Terraform may take; the modules hold under "
        f"`{SUPPORTED}`, of which {TRIED} was run.",
        examples=["~> 5.100"],
    )
    accepted: dict[BuildName, Acceptance] = Field(
        default_factory=dict,
        max_length=20,
        description="Risks that are taken knowingly, by a name of your choice: what is refused without.",
        examples=[
            {
                "review": {
                    "risk": "pull-requests-of-strangers",
                    "at": "builds.review",
                    "reason": "an open-source project lives from pull requests of strangers",
                    "until": "2027-06-30",
                }
            }
        ],
    )
    names: NamePatterns | None = Field(
        default=None, description="Names of resources, where they are not `<stack>-<environment>-…`."
    )
    given_source: Source | None = Field(
        default=None, alias="source", description="Where the code comes from; needed where there are builds."
    )
    builds: dict[BuildName, Build] = Field(
        default_factory=dict,
        max_length=50,
        description="The CodeBuild projects, by name; `main` is the usual first one. Needed where there is no backend.",
    )
    if TYPE_CHECKING:
        # What the catalog adds, for the type checker alone; a test compares the two.
        artifacts: Artifacts
        encryption: Encryption | None
        network: Network | None
        registry: Registry | None
        logs: Logs
        access: Access
        notifications: Notifications | None
        alarms: Alarms | None
        budget: Budget | None
        tracing: Tracing | None
        pipeline: Pipeline | None
        credentials: CredentialsOfEnvironment | None
        state: State | None
        backend: Backend | None

    @property
    def source(self) -> Source:
        """Where the code comes from; only an environment with builds is asked."""
        if self.given_source is None:
            raise LookupError("an environment without builds has no source")
        return self.given_source


@lru_cache(maxsize=16)
def spec_model(catalog: Catalog) -> type[EnvironmentSpec]:
    """Return the model of a spec with the keys of every part in a catalog."""
    more = [part for part in catalog.parts if part not in OURS.parts]
    if not more:
        return EnvironmentSpec
    model = with_parts(EnvironmentSpec, more)
    model.catalog = catalog
    return model
