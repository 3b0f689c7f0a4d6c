"""Environments as they are named: where each lies, and which of them are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from generator.checks.guards.ownership import StateOwner
from generator.claims.holders import last_identity, names_claimed
from generator.claims.judge import require_unclaimed
from generator.credentials.identity import AMBIENT
from generator.errors import OutputError
from generator.language.nodes import dotted, find
from generator.model.builds.sign_in import sign_in
from generator.model.loading.needs import NeededEnvironments
from generator.model.rules.accepted import OVER, RISK
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.freshness import require_fresh
from generator.output.freshness.check import verify
from generator.parts.credentials.derivation import credentials_of, credentials_of_state
from generator.parts.framework.facts import SOURCE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.credentials.identity import Credentials
    from generator.model.loading.load import Environment
    from generator.problems import Problem
    from generator.workspace import Workspace

_ACCOUNT: Final = re.compile(r'allowed_account_ids\s*=\s*\["(\d{12})"\]')
_REGION: Final = re.compile(r'^\s*region\s*=\s*"([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, and where it lies.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; of an environment whose spec is gone, prod, as the most careful.
        account: twelve digits.
        region: of its resources.
        stack: the stack that it is an environment of; "" where nothing tells it any more.
        former: identities that it had before.
        credentials: as whom AWS is called, and as whom its state is read.
        profiles: AWS profiles that it needs, each with the problem that it is one where there is none.
        needs: environments that come before it, also those that only these need.
        accepted: risks that its spec takes knowingly, also those whose last day is over.
        account_signs_in: CodeBuild's word for the server that the account has a credential for, as the spec says.
    """

    name: str
    environment_class: str
    account: str
    region: str
    account_signs_in: str | None = None
    stack: str = ""
    former: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    accepted: tuple[Problem, ...] = ()
    credentials: tuple[Credentials, Credentials] = (AMBIENT, AMBIENT)
    profiles: tuple[tuple[str, Problem], ...] = ()

    @property
    def where(self) -> str:
        """Its account and region, in words."""
        return f"account {self.account}, {self.region}"

    @property
    def is_prod(self) -> bool:
        """Whether it is of class prod."""
        return self.environment_class == "prod"


def targets_of(workspace: Workspace, names: Sequence[str], *, fresh: bool = True) -> list[Target]:
    """Load environments to work on their modules.

    Args:
        workspace: where.
        names: environments that have a spec.
        fresh: refuse modules that do not match their specs, and environments that claim what another one claims.

    Raises:
        SpecError: a spec is wrong.
        OutputError: modules are stale.
    """
    assembly = Assembly(workspace)
    environments = assembly.load(names, alone=not fresh)
    if fresh:
        require_fresh(assembly, environments)
    order = NeededEnvironments(workspace, {each.name: each.spec.needs for each in environments})
    return [replace(target_of(each), needs=order.before(each.name)) for each in environments]


def target_of(environment: Environment) -> Target:
    """Say where an environment lies."""
    spec = environment.spec
    way = sign_in(spec) if spec.given_source else None
    server = SOURCE_TYPES[spec.source.type] if way and way.kind == "account" else None
    return Target(
        environment.name,
        spec.environment_class,
        spec.account,
        spec.region,
        server,
        stack=spec.stack,
        former=tuple(spec.formerly),
        credentials=(credentials_of(environment.name, spec), credentials_of_state(environment.name, spec)),
        profiles=tuple(_profiles(environment)),
        accepted=tuple(each for each in environment.warnings if each.rule in {RISK, OVER}),
    )


def _profiles(environment: Environment) -> Iterator[tuple[str, Problem]]:
    """Yield the profiles that a spec names, each with what is wrong where this machine has none of that name."""
    said = environment.spec.credentials
    asked = {("credentials",): said, ("credentials", "state"): said.state if said else None}
    for path, identity in asked.items():
        node = find(environment.merged, (*path, "profile"))
        if identity and identity.profile and node:
            message = f"this machine has no AWS profile {identity.profile}"
            hint = f"make it: aws configure sso --profile {identity.profile}"
            yield identity.profile, node.problem(dotted((*path, "profile")), message, hint=hint, rule="no-profile")


def targets_of_removed(workspace: Workspace, names: Sequence[str]) -> list[Target]:
    """Find out from their modules where environments lie whose spec is gone.

    Raises:
        OutputError: the modules were edited, or do not say it.
        TfstencilError: an environment that has a spec may have taken over what they made.
    """
    edited = verify(workspace, names)
    if edited:
        raise OutputError("\n".join(map(str, edited)), hint="bring back the modules as they were (from git, say)")
    require_unclaimed(workspace, names)
    return [target_of_removed(workspace, name) for name in names]


def target_of_removed(workspace: Workspace, name: str) -> Target:
    """Find out from its modules where an environment lies whose spec is gone.

    Raises:
        OutputError: they do not say it.
    """
    file = workspace.modules_out / name / "providers.tf"
    text = file.read_text("utf-8") if file.is_file() else ""
    account, region = _ACCOUNT.search(text), _REGION.search(text)
    if account is None or region is None:
        raise OutputError(
            f"{workspace.relative(file)} does not say which account and region {name} lies in",
            hint="bring its spec back, run tfstencil render, then destroy it",
        )
    stack, former = last_identity(workspace, name)
    return Target(name, "prod", account[1], region[1], stack=stack, former=former)


def owner_of(workspace: Workspace, target: Target) -> StateOwner:
    """Say by what an environment's resources are known."""
    return StateOwner(target.name, target.stack, target.former, lambda: names_claimed(workspace))
