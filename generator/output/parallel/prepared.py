"""An environment that is ready to be put in place, and as much as is still needed of it: a process can hand it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.output.freshness.fingerprint import seen_in
from generator.output.freshness.up_to_date import CurrentEnvironment
from generator.output.manifest import MANIFEST
from generator.output.report import EnvironmentReport
from generator.output.writing.staging import stage

if TYPE_CHECKING:
    from pathlib import Path

    from generator.output.change import FolderChange


@dataclass(frozen=True, slots=True)
class Prepared:
    """An environment whose new tree is staged, or that needs none.

    Attributes:
        report: what the render does to it.
        replaces: whether a folder that is there gets replaced.
        verdict: what is known of it once it is in place.
        claims: what it claims for itself in AWS.
    """

    report: EnvironmentReport
    replaces: bool
    verdict: CurrentEnvironment
    claims: tuple[str, ...]

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.report.name

    @property
    def is_staged(self) -> bool:
        """Whether there is a tree to be put in place."""
        return self.verdict.moved is not None


def prepare(change: FolderChange, staging: Path) -> Prepared:
    """Stage an environment, unless its folder is already as it shall be.

    Raises:
        OSError: the file system refuses.
    """
    report, inputs, manifest = EnvironmentReport.of(change), change.rendered.inputs, change.contents[MANIFEST].sha256
    claims = change.rendered.claims
    if change.is_nothing:
        seen = seen_in(change.found.tree, change.contents)
        verdict = CurrentEnvironment(change.name, inputs, manifest, seen, None, report.foreign)
        return Prepared(report, replaces=False, verdict=verdict, claims=claims)
    staged = stage(change, staging)
    verdict = CurrentEnvironment(change.name, inputs, manifest, staged.seen, ("", *staged.linked), report.foreign)
    return Prepared(report, change.found.exists, verdict, claims)
