"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; each says which specs it is about. A finding names the key
that a person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from generator.model.rules import existing, identity, plain_text, sizes, tags
from generator.parts.catalog import PARTS
from generator.parts.part import Rule

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding

# What is about the frame of a spec, or about all of it.
_OWN: Final = (
    Rule(identity.environment_name, "always"),
    Rule(identity.formerly, "always"),
    Rule(identity.bucket_names, "always"),
    Rule(tags.tags, "always"),
    Rule(existing.existing, "always"),
    Rule(plain_text.texts, "always"),
    Rule(plain_text.variables),
    Rule(identity.limits),
    Rule(identity.given_names),
    Rule(identity.joined_names),
    Rule(tags.of_builds),
    Rule(sizes.sizes),
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return the rules of the frame and of every part."""
    return (*_OWN, *(rule for part in PARTS for rule in part.rules()))


def check(environment: str, spec: EnvironmentSpec) -> list[Finding]:
    """Apply to the spec of `environment` every rule that is about what it has: builds, or a backend."""
    kinds = {"always"}
    if spec.backend is not None:
        kinds.add("backend")
    if spec.builds and spec.given_source is not None:
        kinds.add("builds")
    return [finding for rule in all_rules() if rule.when in kinds for finding in rule.check(environment, spec)]
