"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; each says which specs it is about. A finding names the key
that a person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.rules import accepted, adopted, existing, identity, plain_text, provider, renames, sizes, tags
from generator.parts.catalog import catalog_of
from generator.parts.framework.part import Rule

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding

# What is about the frame of a spec, or about all of it.
_OWN: Final = (
    Rule(identity.environment_name, "always"),
    Rule(identity.formerly, "always"),
    Rule(identity.bucket_names, "always"),
    Rule(adopted.adopted, "always"),
    Rule(provider.provider_version, "always"),
    Rule(tags.tags, "always"),
    Rule(existing.existing, "always"),
    Rule(plain_text.texts, "always"),
    Rule(plain_text.variables),
    Rule(identity.limits),
    Rule(identity.given_names),
    Rule(identity.joined_names),
    Rule(renames.builds),
    Rule(renames.labels),
    Rule(renames.registry),
    Rule(tags.of_builds),
    Rule(sizes.sizes),
)


def all_rules(spec: EnvironmentSpec) -> tuple[Rule, ...]:
    """Return the rules of the frame and of every part that a spec can have."""
    return (*_OWN, *catalog_of(spec).rules)


def check(environment: str, spec: EnvironmentSpec) -> list[Finding]:
    """Apply to the spec of `environment` every rule that is about what it has: builds, or a backend.

    What it accepts knowingly is a warning.
    """
    kinds = {"always"}
    if spec.backend is not None:
        kinds.add("backend")
    if spec.builds and spec.given_source is not None:
        kinds.add("builds")
    found = [finding for rule in all_rules(spec) if rule.when in kinds for finding in rule.check(environment, spec)]
    return accepted.with_acceptances(spec, found)
