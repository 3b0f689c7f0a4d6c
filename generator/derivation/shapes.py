"""The shape of each module: which features are on.

A module's text depends on its shape only, so a shape is small, hashable and shared by many environments.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EncryptionShape:
    """Module `encryption` has one shape: it is there, or it is not."""


@dataclass(frozen=True, slots=True)
class ArtifactsShape:
    """Features of module `artifacts`."""

    kms: bool
    archive: bool
    expire: bool


@dataclass(frozen=True, slots=True)
class LogsShape:
    """Features of module `logs`."""

    kms: bool


@dataclass(frozen=True, slots=True)
class AccessShape:
    """Features of module `access`: what the builds may reach."""

    kms: bool
    boundary: bool
    secrets: bool
    parameters: bool
    codecommit: bool


@dataclass(frozen=True, slots=True)
class BuildsShape:
    """Features of module `builds`."""

    kms: bool
