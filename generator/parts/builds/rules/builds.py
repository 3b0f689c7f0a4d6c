"""Rules of a build: image, buildspec, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute
from generator.model.builds.images import (
    END_OF_LIFE,
    IMAGES,
    carried_versions,
    default_image,
    image_of,
    is_own,
    known_image,
    missing_runtimes,
    platform_elsewhere,
)
from generator.model.rules.finding import Finding
from generator.model.rules.references import twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build

_OF_BUILDSPEC: Final = (
    *("artifact_files", "cache_paths", "exported_variables", "git_credential_helper", "on_failure", "shell"),
)
_OF_ARTIFACT: Final = ("computed_name", "directory", "discard_paths", "exclude")


def builds(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each build can run on its image, and keeps its secrets."""
    for name, build in spec.builds.items():
        yield from _runtime(("builds", name), build)
        yield from _image(("builds", name), build)
        yield from _buildspec(("builds", name), build)
        yield from _variables(("builds", name), build)
        packages = [(each.domain, each.owner, each.repository) for each in build.package_repositories]
        yield from twice(("builds", name, "package_repositories"), packages)


def _runtime(at: Path, build: Build) -> Iterator[Finding]:
    """A runtime is said where something reads it: commands on an image of AWS's, or the choice of one of Lambda's."""
    if build.runtime or build.image is not None:
        return
    hint = "add runtime: {nodejs: 22}, or the one that the commands need"
    if compute(build.compute).family == "lambda":
        message = "is missing: each image of Lambda carries one runtime, and this one is chosen by it"
        yield Finding((*at, "runtime"), message, hint, "runtime-missing")
    elif build.phases and not build.privileged and not build.runner and "runtime" not in build.model_fields_set:
        message = "is missing: its version would change with each release of the image"
        hint = f"{hint}; runtime: {{}} leaves the version to the image"
        yield Finding((*at, "runtime"), message, hint, "runtime-missing")


def _image(at: Path, build: Build) -> Iterator[Finding]:
    image = image_of(build)
    if image is None:
        yield _no_image(at, build)
        return
    if platform := platform_elsewhere(image):
        yield Finding(
            (*at, "image"),
            f"{image} runs on {platform}, and builds run in Linux containers",
            "use an image for Linux; builds on other platforms cannot be written as a spec yet",
            "image-platform",
        )
        return
    yield from _carried(at, build, image)
    yield from _machine(at, build, image)
    for name, version in build.runtime.items():
        if ended := END_OF_LIFE.get((name, version)):
            yield Finding(
                (*at, "runtime", name),
                f"{name} {version} reached its end of life on {ended}",
                "plan to move to a maintained version",
                "runtime-end-of-life",
                "warning",
            )


def _no_image(at: Path, build: Build) -> Finding:
    wanted = ", ".join(f"{name} {version}" for name, version in build.runtime.items())
    on_lambda = compute(build.compute).family == "lambda"
    kind = f"{build.architecture} on Lambda" if on_lambda else build.architecture
    one = "; an image of Lambda carries one runtime in one version" if on_lambda else ""
    message = f"no AWS image for {kind} carries {wanted}{one}"
    there_are = "; ".join(
        f"{name}: {', '.join(found)}" for name in build.runtime if (found := carried_versions(build, name))
    )
    hint = f"choose one that AWS has ({there_are})" if there_are else "change the compute or the architecture"
    hint += ", or name an image of your own with image:"
    return Finding((*at, "runtime"), message, hint, "runtime-unavailable")


def _carried(at: Path, build: Build, image: str) -> Iterator[Finding]:
    """Compare the runtimes that a build wants with those that its image carries."""
    known = known_image(image)
    if is_own(image) and image not in IMAGES:
        yield Finding(
            (*at, "image"),
            f"{image} is not one of AWS's current images: what it carries is not known here"
            if known
            else f"{image} is not an image of AWS's that is known here",
            "remove image: to get a current one that carries the runtimes",
            "image-age",
            "warning" if known else "error",
        )
    for name, carried in missing_runtimes(image, build.runtime).items():
        better = default_image(build)
        choose = f"remove image: to get {better}" if better else "use another image"
        has = f"it has {', '.join(carried)}" if carried else f"it has no {name}"
        message = f"{image} does not carry {name} {build.runtime[name]}; {has}"
        yield Finding((*at, "image"), message, choose, "image-runtime")


def _machine(at: Path, build: Build, image: str) -> Iterator[Finding]:
    """Compare the machine that a build runs on with the one that its image is made for."""
    known = known_image(image)
    if known and known.is_lambda != (compute(build.compute).family == "lambda"):
        runs = "on Lambda only" if known.is_lambda else "on EC2 only"
        yield Finding(
            (*at, "image"),
            f"{image} runs {runs}, but compute is {build.compute}",
            "remove image: to get the right one, or change compute",
            "image-compute",
        )
    if known and known.architecture != build.architecture:
        yield Finding(
            (*at, "image"),
            f"{image} is built for {known.architecture}, but architecture is {build.architecture}",
            "remove image: to get the right one, or change architecture",
            "image-architecture",
        )


def _buildspec(at: Path, build: Build) -> Iterator[Finding]:
    if build.buildspec is not None and build.phases is not None:
        message = "the commands come either from a buildspec in the repository or from phases"
        yield Finding((*at, "phases"), message, "keep one of the two (null removes an inherited one)", "two-buildspecs")
    if build.phases is None:
        yield from _without_phases(at, build)
    else:
        yield from _phases(at, build)
    if build.artifact.type == "none" and build.artifact_files is not None:
        message = "says what goes into an artifact, and artifact.type is none"
        yield Finding((*at, "artifact_files"), message, "remove one of the two", "files-of-no-artifact")


def _without_phases(at: Path, build: Build) -> Iterator[Finding]:
    said: dict[Path, object] = {(key,): getattr(build, key) for key in _OF_BUILDSPEC}
    said |= {("artifact", key): getattr(build.artifact, key) for key in _OF_ARTIFACT}
    said["finally",] = build.finally_
    said |= {("reports", name, "discard_paths"): each.discard_paths for name, each in build.reports.items()}
    for own, value in said.items():
        if value:
            message = "is said here only by a build with phases"
            yield Finding((*at, *own), message, "say it in the buildspec of the repository", "only-with-phases")
    for name, artifact in build.secondary_artifacts.items():
        for key in ("files", "name"):
            if getattr(artifact, key):
                path = (*at, "secondary_artifacts", name, key)
                message = "is said here only by a build with phases"
                hint = f"say it in the buildspec of the repository: artifacts.secondary-artifacts.{name}.{key}"
                yield Finding(path, message, hint, "only-with-phases")


def _phases(at: Path, build: Build) -> Iterator[Finding]:
    """What is said of a phase is said of one that has commands."""
    for key, said in (("finally", build.finally_), ("on_failure", build.on_failure)):
        for phase in said:
            if phase not in (build.phases or {}):
                message = f"there are no commands of {phase} in phases"
                yield Finding((*at, key, phase), message, "add some, or remove it", "phase-without-commands")
    if build.artifact.computed_name is not None and "name" in build.artifact.model_fields_set:
        message = "computed_name takes its place"
        yield Finding((*at, "artifact", "name"), message, "keep one of the two", "artifact-name-twice")


def _variables(at: Path, build: Build) -> Iterator[Finding]:
    for kind in ("variables", "secrets"):
        for name in getattr(build, kind):
            if name.upper().startswith("CODEBUILD_"):
                yield Finding((*at, kind, name), "CODEBUILD_… belongs to CodeBuild", "rename it", "reserved-variable")
    for name in build.variables:
        if name in build.secrets:
            yield Finding((*at, "secrets", name), "is set in variables too", "keep one of the two", "variable-twice")
    for name, secret in build.secrets.items():
        if (secret.secrets_manager is None) == (secret.parameter is None):
            message = "must name exactly one source"
            hint = "write {secrets_manager: NAME} or {parameter: NAME}"
            yield Finding((*at, "secrets", name), message, hint, "secret-source")
        if secret.json_key and secret.secrets_manager is None:
            message = "only a secret of Secrets Manager has keys"
            yield Finding((*at, "secrets", name, "json_key"), message, "remove json_key", "secret-json-key")
