"""Facts of the environment as a whole, its state and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.builds.sign_in import sign_in
from generator.model.builds.sources import submodules_of
from generator.parts.credentials.derivation import account_of_state, credentials_of_state

if TYPE_CHECKING:
    from generator.credentials.identity import Credentials
    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names


SOURCE_TYPES: Final = {
    "github": "GITHUB",
    "github-enterprise": "GITHUB_ENTERPRISE",
    "gitlab": "GITLAB",
    "bitbucket": "BITBUCKET",
    "codecommit": "CODECOMMIT",
    "s3": "S3",
    "none": "NO_SOURCE",
}
# How a project signs in by itself; what the account has needs no word.
AUTH_TYPES: Final = {"connection": "CODECONNECTIONS", "secret": "SECRETS_MANAGER"}


@dataclass(frozen=True, slots=True)
class EnvironmentContext:
    """Facts of the environment as a whole."""

    name: str
    stack: str
    environment_class: str
    description: str
    region: str
    account: str
    partition: str
    provider_version: str
    labels: str
    needs: str
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class AcceptedContext:
    """A risk that is taken knowingly."""

    risk: str
    at: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class StateContext:
    """The S3 backend: where the state lies."""

    bucket: str
    key: str
    region: str
    account: str
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class SourceContext:
    """Source of every build, in CodeBuild's words.

    Attributes:
        auth_type: how the projects sign in; None where they use what the account has.
        auth_arn: of the connection or secret; None where the stack makes the connection.
    """

    type: str
    location: str
    version: str
    clone_depth: int
    submodules: bool | None
    auth_type: str | None
    auth_arn: str | None


def _sentence(text: str) -> str:
    """End a text with a full stop; added in a template, the stop would make a list of a number before it."""
    return f"{text}." if text.strip() and text.rstrip()[-1] not in ".!?…:" else text


def environment(spec: EnvironmentSpec, names: Names) -> EnvironmentContext:
    """Derive what concerns every resource."""
    own = {"Environment": names.environment, "ManagedBy": "tfstencil", "Stack": spec.stack}
    return EnvironmentContext(
        name=names.environment,
        stack=spec.stack,
        environment_class=spec.environment_class,
        description=_sentence(spec.description),
        region=spec.region,
        account=spec.account,
        partition=names.partition,
        provider_version=spec.provider_version,
        labels=", ".join(f"{name}={value}" for name, value in sorted(spec.labels.items())),
        needs=", ".join(spec.needs),
        tags=dict(sorted({**spec.tags, **own}.items())),
    )


@dataclass(frozen=True, slots=True)
class ImportContext:
    """One resource that exists and is taken over; `key` is None where there is one of its kind."""

    module: str
    type: str
    name: str
    key: str | None
    id: str


def imports(spec: EnvironmentSpec) -> list[ImportContext]:
    """Derive what is taken over."""
    found = []
    for address, identifier in sorted(spec.adopted.items()):
        resource, _, key = address.removesuffix("]").partition("[")
        module, kind, name = resource.split(".")
        found.append(ImportContext(module, kind, name, key or None, identifier))
    return found


def accepted(spec: EnvironmentSpec) -> list[AcceptedContext]:
    """Derive what the README says of risks that are taken."""
    return [AcceptedContext(each.risk, each.at, each.reason, each.until) for _, each in sorted(spec.accepted.items())]


def state(spec: EnvironmentSpec, names: Names) -> StateContext | None:
    """Derive the backend; None for a local file. The bucket that keeps states keeps that of its environment as well."""
    own = credentials_of_state(names.environment, spec)
    if spec.backend is not None:
        return StateContext(names.state_bucket, names.state_key, spec.region, spec.account, own)
    if spec.state is None:
        return None
    return StateContext(
        bucket=spec.state.bucket,
        key=spec.state.key or names.state_key,
        region=spec.state.region or spec.region,
        account=account_of_state(names.environment, spec),
        credentials=own,
    )


def source(spec: EnvironmentSpec) -> SourceContext:
    """Derive the source of every build; only of an environment with builds."""
    way = sign_in(spec)
    return SourceContext(
        type=SOURCE_TYPES[spec.source.type],
        location=spec.source.repository,
        version=spec.source.branch,
        clone_depth=spec.source.clone_depth,
        submodules=submodules_of(spec.source.type, asked=spec.source.submodules),
        auth_type=AUTH_TYPES.get(way.kind) if way else None,
        auth_arn=way.arn if way else None,
    )


_FORMERLY: Final = ("builds.*.formerly", "builds.*.reports.*.formerly", "registry.formerly")
_KEYS: Final = {"arn": "arn", "session_name": "session_name"}
_ROLE: Final = _KEYS | {"external_id": "external_id", "duration": "duration"}
_IDENTITY: Final[dict[str, str]] = {
    "": "",
    ".profile": ".profile",
    ".role": ".assume_role",
    **{f".role.{name}": f".assume_role.{key}" for name, key in _ROLE.items()},
    ".web_identity": ".web_identity",
    **{f".web_identity.{name}": f".web_identity.{key}" for name, key in (_KEYS | {"token_file": "token_file"}).items()},
}
# Where no state is named, the credentials of the provider are those of the state as well.
_STATE_CREDENTIALS: Final = {
    f"state.credentials{path}": (f"credentials.state{key}", f"credentials{key}") for path, key in _IDENTITY.items()
}

ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "environment.name": (),
    "environment.stack": ("stack",),
    "environment.environment_class": ("class",),
    "environment.description": ("description",),
    "environment.region": ("region",),
    "environment.account": ("account",),
    "environment.partition": ("region",),
    "environment.provider_version": ("provider_version",),
    "environment.labels": ("labels",),
    "environment.needs": ("needs",),
    "environment.tags": ("tags", "stack"),
    "environment.tags.*": ("tags.*", "stack"),
    "accepted": ("accepted",),
    "accepted.*": ("accepted",),
    "accepted.*.risk": ("accepted.*.risk",),
    "accepted.*.at": ("accepted.*.at",),
    "accepted.*.reason": ("accepted.*.reason",),
    "accepted.*.until": ("accepted.*.until",),
    "state": ("state", "backend"),
    "state.bucket": ("state.bucket", "backend.bucket"),
    "state.key": ("state.key", "stack"),
    "state.region": ("state.region", "region"),
    "state.account": ("state.account", "account", "credentials"),
    **_STATE_CREDENTIALS,
    "outputs": (),
    "existing": (),
    "existing.*": (),
    "moves": _FORMERLY,
    "imports": ("adopted",),
    "imports.*": ("adopted.*",),
    **{f"imports.*.{field}": ("adopted.*",) for field in ("module", "type", "name", "key", "id")},
    **{f"moves.*.{field}": _FORMERLY for field in ("module", "type", "name", "before", "after")},
    "moves.*": _FORMERLY,
    "runbook": (),
    "runbook.first_deployment": (),
    "runbook.first_deployment.*": (),
    "runbook.every_day": (),
    "runbook.every_day.*": (),
    "source": ("source",),
    "source.type": ("source.type",),
    "source.location": ("source.repository",),
    "source.version": ("source.branch",),
    "source.clone_depth": ("source.clone_depth",),
    "source.submodules": ("source.submodules", "source.type"),
    "source.auth_type": ("source.connection", "source.credential"),
    "source.auth_arn": ("source.connection.arn", "source.credential.secret"),
}
