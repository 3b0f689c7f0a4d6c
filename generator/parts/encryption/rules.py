"""Rules of the key that encrypts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def encryption(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A key that exists lies where what it encrypts does; it may be another account's."""
    arn = spec.encryption.arn if spec.encryption else None
    region = arn.split(":")[3] if arn else spec.region
    if region != spec.region:
        message = f"lies in {region}, and the environment in {spec.region}: AWS uses keys of its own region only"
        hint = "name a key of that region, or a replica of this one there"
        yield Finding(("encryption", "arn"), message, hint, "key-elsewhere")
