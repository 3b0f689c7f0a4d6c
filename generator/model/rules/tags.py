"""Rules of the tags: those that must be there, those that are set for all, and what every resource takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.limits import PROJECT_TAG_KEY, PROJECT_TAG_VALUE, TAGS
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

OWN_TAGS: Final = ("Environment", "Stack", "ManagedBy")


def tags(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The required tags are there, ours are not overwritten, and AWS takes them all."""
    own = {tag.lower(): tag for tag in OWN_TAGS}
    for at, written in _written(spec):
        for key in written:
            if key.lower() in own:
                yield Finding(
                    (*at, key),
                    f"{own[key.lower()]} is set for you on every resource",
                    "remove it, so that it can never be wrong",
                    "reserved-tag",
                )
    for key in spec.required_tags:
        if not spec.tags.get(key, "").strip() and key not in OWN_TAGS:
            yield Finding(("tags",), f"the required tag {key} is missing", f"add {key}: … to tags", "required-tag")
        for name, build in spec.builds.items():
            if key in build.tags and not build.tags[key].strip():
                message = f"takes the value of the required tag {key} away"
                hint = "give it a value, or remove it: the stack's holds then"
                yield Finding(("builds", name, "tags", key), message, hint, "required-tag")
    for at, written in _written(spec):
        yield from _alike(at, written, spec.tags)
        yield from _count(at, {**spec.tags, **written}, spec)


def of_builds(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What CodeBuild and the scheduler do not take, and others do."""
    for at, written in _written(spec):
        for key, value in written.items():
            if len(key) > PROJECT_TAG_KEY.most:
                message = f"has {len(key)} characters; CodeBuild takes {PROJECT_TAG_KEY.most} in the key of a tag"
                yield Finding((*at, key), message, "shorten it", "tag-too-long")
            if len(value) > PROJECT_TAG_VALUE.most:
                message = f"has {len(value)} characters; CodeBuild takes {PROJECT_TAG_VALUE.most} in the value of a tag"
                yield Finding((*at, key), message, "shorten it", "tag-too-long")
    for key, value in spec.tags.items():
        # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Tag.html
        if not value and any(build.schedule for build in spec.builds.values()):
            message = "is empty, which EventBridge Scheduler takes for none of its tags"
            yield Finding(("tags", key), message, 'give it a value, or remove it ("" becomes "none", say)', "tag-empty")


def _written(spec: EnvironmentSpec) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield the tags of all resources, and those of single builds, each with their key."""
    yield ("tags",), spec.tags
    for name, build in spec.builds.items():
        if build.tags:
            yield ("builds", name, "tags"), build.tags


def _alike(at: Path, written: Mapping[str, str], of_all: Mapping[str, str]) -> Iterator[Finding]:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_naming-case-sensitivity
    seen = {key.lower(): key for key in of_all} if written is not of_all else {}
    for key in written:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            message = (
                f"differs from {other} by upper and lower case alone: IAM takes both for one, and refuses the role"
            )
            yield Finding((*at, key), message, "keep one of the two", "tags-alike")


def _count(at: Path, every: Mapping[str, str], spec: EnvironmentSpec) -> Iterator[Finding]:
    own = list(OWN_TAGS)
    if len(every) + len(own) < TAGS.most:
        return
    if spec.network is not None and "Name" not in every and at == ("tags",):
        # The parts of a network are found by their names in the console.
        own.append("Name")
    kept = {tag.lower() for tag in own}
    total = sum(key.lower() not in kept for key in every) + len(own)
    if total > TAGS.most:
        message = (
            f"makes {total} tags of a resource, {len(own)} of them set for you ({', '.join(own)}); "
            f"AWS allows {TAGS.most}, so {total - TAGS.most} must go"
        )
        yield Finding(at, message, "remove some", "too-many-tags")
