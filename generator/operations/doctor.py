"""What tfstencil needs on this machine: what is found, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from generator.credentials.profiles import profiles
from generator.errors import SpecError, TfstencilError, ToolError, UsageError
from generator.operations.inputs.unread import unread_and_foreign
from generator.terraform.process.ignored_environment import ignored_variables
from generator.terraform.tools.binary import find_binary
from generator.terraform.tools.cli_config import ALLOW_OVERRIDES, dangling_config, overriding_config
from generator.terraform.tools.provider import ProviderSource, find_provider, shared_cache
from generator.terraform.tools.versions import MINIMUM_TERRAFORM, provider_fits
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.terraform.mode import Mode
    from generator.terraform.tools.binary import TerraformBinary

_STATIC: Final = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE")
_CONTAINER: Final = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_PROVIDER_WORDS: Final = {
    "mirror": "in a mirror",
    "implied": "in one of terraform's own mirror folders",
    "user": "as your CLI configuration says",
    "registry": "from the registry, kept in a shared cache",
}


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One thing that was looked for.

    Attributes:
        subject: what.
        verdict: `missing` is needed; `absent` is needed for some commands only; `note` is to be known.
        detail: what was found.
        hint: what to do; "" where nothing.
    """

    subject: str
    verdict: Literal["ok", "missing", "absent", "note"]
    detail: str
    hint: str = ""


def diagnose(environ: Mapping[str, str]) -> list[Prerequisite]:
    """Look for everything.

    Args:
        environ: our environment.
    """
    return [
        *_terraform(environ),
        _credentials(environ),
        _cache(environ),
        *_ambient(environ),
        _extra("aws", "boto3", "verify, adopt and drift ask AWS through boto3"),
        _extra(
            "fast",
            "grpc",
            "grpcio prints plans in less than half the time, and checks guards.yaml against the provider",
            package="grpcio",
        ),
        _extra("encrypt", "cryptography", "plan --save --encrypt needs cryptography"),
        _extra("rego", "regopy", "rules in Rego need regopy"),
        _extra("sandbox", "moto", "the sandbox and the demo need moto's server"),
        _extra("watch", "watchfiles", "watch notices changes sooner with watchfiles"),
    ]


def examine(folder: Path, environ: Mapping[str, str], existing: Mode | None = None) -> list[Prerequisite]:
    """Look for everything on this machine, and for what lies in the workspace and is passed over.

    Args:
        folder: where the workspace should be; there need not be one.
        environ: our environment.
        existing: where to look for what specs say exists; None asks nobody.

    Raises:
        SandboxError: the sandbox was to be asked, and none runs.
        UsageError: what specs say exists was asked for, and there is no workspace.
    """
    return [*diagnose(environ), *_of_workspace(folder, environ, existing)]


def missing(findings: Sequence[Prerequisite]) -> list[str]:
    """Name what is missing and needed."""
    return list(dict.fromkeys(finding.subject for finding in findings if finding.verdict == "missing"))


def _of_workspace(folder: Path, environ: Mapping[str, str], existing: Mode | None) -> list[Prerequisite]:
    try:
        workspace = Workspace.find(folder)
        lines = unread_and_foreign(workspace, workspace.environment_names())
    except TfstencilError as error:
        if isinstance(error, UsageError) and existing:
            raise
        return [] if isinstance(error, UsageError) else [Prerequisite("workspace", "note", str(error), error.hint)]
    return [*(Prerequisite("workspace", "note", line) for line in lines), *_of_specs(workspace, environ, existing)]


def _of_specs(workspace: Workspace, environ: Mapping[str, str], existing: Mode | None) -> Iterator[Prerequisite]:
    """Compare what specs ask with what there is: profiles and versions of the provider here, and what exists in AWS."""
    # The model takes a fifth of a second to import.
    from generator.operations.checks.existing import what_exists  # noqa: PLC0415  # see above
    from generator.operations.inputs.assembly import Assembly  # noqa: PLC0415  # see above
    from generator.operations.targets.required import missing_profiles  # noqa: PLC0415  # see above
    from generator.operations.targets.targets import target_of  # noqa: PLC0415  # see above

    source = _mirror(environ)
    loaded: list[Environment] = []
    for name in workspace.environment_names():
        try:
            (environment,) = Assembly(workspace).load([name], alone=True)
        except SpecError:
            # validate says what is wrong with it
            if existing:
                detail = "its spec is wrong, so that nobody can look for what it says exists"
                yield Prerequisite(name, "missing", detail, f"tfstencil validate {name}")
            continue
        loaded.append(environment)
        for problem in missing_profiles([target_of(environment)], environ):
            yield Prerequisite("AWS credentials", "absent", str(problem), problem.hint)
        constraint = environment.spec.provider_version
        if source and not any(provider_fits(each, constraint) for each in source.versions):
            has = ", ".join(map(str, source.versions))
            yield Prerequisite(
                "AWS provider",
                "absent",
                f"{name} asks for {constraint}, and {source.folder} has {has}",
                "widen provider_version in its spec, or add such a version to the mirror",
            )
    yield from what_exists(workspace, loaded, existing)


def _mirror(environ: Mapping[str, str]) -> ProviderSource | None:
    """Return the mirror that the provider comes from; None where only terraform will know what there is."""
    try:
        source = find_provider(environ, find_binary(environ))
    except ToolError:
        return None
    return source if source.versions else None


def _terraform(environ: Mapping[str, str]) -> Iterator[Prerequisite]:
    needed = f"{MINIMUM_TERRAFORM.major}.{MINIMUM_TERRAFORM.minor} or newer is needed"
    try:
        binary = find_binary(environ)
    except ToolError as error:
        yield Prerequisite("terraform", "missing", str(error), error.hint)
        yield Prerequisite("AWS provider", "note", "not looked for, since there is no terraform to use it")
        return
    program = "OpenTofu" if binary.is_tofu else "Terraform"
    yield Prerequisite("terraform", "ok", f"{program} {binary.version} at {binary.path} ({binary.found_by}); {needed}")
    yield from _overrides(environ, binary)
    yield _provider(environ, binary)


def _overrides(environ: Mapping[str, str], binary: TerraformBinary) -> Iterator[Prerequisite]:
    file = overriding_config(environ, is_tofu=binary.is_tofu)
    if file and environ.get(ALLOW_OVERRIDES) == "1":
        yield Prerequisite(
            "dev_overrides", "note", f"{file} names a provider that no lock file has checked; it is used"
        )
    elif file:
        hint = f"take them out, or set {ALLOW_OVERRIDES}=1 to use that provider all the same"
        yield Prerequisite("dev_overrides", "missing", f"{file} has some, so that no command runs terraform", hint)


def _provider(environ: Mapping[str, str], binary: TerraformBinary) -> Prerequisite:
    try:
        source = find_provider(environ, binary)
    except ToolError as error:
        return Prerequisite("AWS provider", "missing", str(error), error.hint)
    return Prerequisite("AWS provider", "ok", _provider_words(source))


def _provider_words(source: ProviderSource) -> str:
    version = f"{source.version} " if source.version else ""
    where = f": {source.folder}" if source.folder else f": {source.config}"
    return f"{version}{_PROVIDER_WORDS[source.kind]}{where}"


def _credentials(environ: Mapping[str, str]) -> Prerequisite:
    """Say where credentials are, never what they are."""
    named = [name for name in (*_STATIC, *_CONTAINER) if environ.get(name)]
    if environ.get("AWS_PROFILE"):
        named[named.index("AWS_PROFILE")] = f"AWS_PROFILE={environ['AWS_PROFILE']}"
    known = profiles(environ)
    parts = [f"variables {', '.join(named)}"] if named else []
    parts += [f"profiles {', '.join(known)}"] if known else []
    if parts:
        return Prerequisite("AWS credentials", "ok", "; ".join(parts))
    return Prerequisite(
        "AWS credentials",
        "absent",
        "none found; plan --offline and everything with --sandbox work without",
        "sign in to AWS (aws configure sso, or AWS_PROFILE) to work on real accounts",
    )


def _cache(environ: Mapping[str, str]) -> Prerequisite:
    cache = shared_cache(environ)
    return Prerequisite("cache", "ok", f"{cache.parent} ({'exists' if cache.parent.is_dir() else 'made when needed'})")


def _ambient(environ: Mapping[str, str]) -> Iterator[Prerequisite]:
    ignored = ignored_variables(environ)
    if ignored:
        yield Prerequisite(
            "environment", "note", f"kept from terraform, so that it changes no plan: {', '.join(ignored)}"
        )
    dangling = dangling_config(environ)
    if dangling:
        yield Prerequisite(
            "TF_CLI_CONFIG_FILE", "note", f"names {dangling}, which does not exist; it counts as unset", "unset it"
        )


def _extra(name: str, module: str, purpose: str, *, package: str = "") -> Prerequisite:
    if importlib.util.find_spec(module):
        found = importlib.metadata.version(package or module)
        return Prerequisite(f"extra: {name}", "ok", f"{package or module} {found}")
    return Prerequisite(f"extra: {name}", "absent", f"{purpose}", f"pip install 'tfstencil[{name}]'")
