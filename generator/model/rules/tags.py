"""Rules of the tags: those that must be there, those that are set for all, and what every resource takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws.limits import PROJECT_TAG_KEY, PROJECT_TAG_VALUE, TAGS
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec

OWN_TAGS: Final = ("Environment", "Stack", "ManagedBy")


def tags(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The required tags are there, ours are not overwritten, and AWS takes them all."""
    own = {tag.lower(): tag for tag in OWN_TAGS}
    for key in spec.tags:
        if key.lower() in own:
            yield Finding(
                ("tags", key),
                f"{own[key.lower()]} is set for you on every resource",
                "remove it, so that it can never be wrong",
                "reserved-tag",
            )
    for key in spec.required_tags:
        if not spec.tags.get(key, "").strip() and key not in OWN_TAGS:
            yield Finding(("tags",), f"the required tag {key} is missing", f"add {key}: … to tags", "required-tag")
    yield from _alike(spec)
    yield from _count(spec)


def of_builds(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What CodeBuild and the scheduler do not take, and others do."""
    for key, value in spec.tags.items():
        if len(key) > PROJECT_TAG_KEY.most:
            message = f"has {len(key)} characters; CodeBuild takes {PROJECT_TAG_KEY.most} in the key of a tag"
            yield Finding(("tags", key), message, "shorten it", "tag-too-long")
        if len(value) > PROJECT_TAG_VALUE.most:
            message = f"has {len(value)} characters; CodeBuild takes {PROJECT_TAG_VALUE.most} in the value of a tag"
            yield Finding(("tags", key), message, "shorten it", "tag-too-long")
        # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Tag.html
        if not value and any(build.schedule for build in spec.builds.values()):
            message = "is empty, which EventBridge Scheduler takes for none of its tags"
            yield Finding(("tags", key), message, 'give it a value, or remove it ("" becomes "none", say)', "tag-empty")


def _alike(spec: EnvironmentSpec) -> Iterator[Finding]:
    if len({key.lower() for key in spec.tags}) == len(spec.tags):
        return
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_naming-case-sensitivity
    seen: dict[str, str] = {}
    for key in spec.tags:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            message = (
                f"differs from {other} by upper and lower case alone: IAM takes both for one, and refuses the role"
            )
            yield Finding(("tags", key), message, "keep one of the two", "tags-alike")


def _count(spec: EnvironmentSpec) -> Iterator[Finding]:
    own = list(OWN_TAGS)
    if len(spec.tags) + len(own) < TAGS.most:
        return
    if spec.network is not None and "Name" not in spec.tags:
        # The parts of a network are found by their names in the console.
        own.append("Name")
    kept = {tag.lower() for tag in own}
    total = sum(key.lower() not in kept for key in spec.tags) + len(own)
    if total > TAGS.most:
        message = (
            f"makes {total} tags of a resource, {len(own)} of them set for you ({', '.join(own)}); "
            f"AWS allows {TAGS.most}, so {total - TAGS.most} must go"
        )
        yield Finding(("tags",), message, "remove some", "too-many-tags")
