"""A release: what make release changes, what it refuses, and that the changelog keeps its format."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Final

import pytest
from release import main, released

import generator

ROOT: Final = Path(__file__).parents[2]
CHANGELOG: Final = (ROOT / "CHANGELOG.md").read_text("utf-8")
PACKAGE: Final = '"""A package."""\n\n__version__ = "0.2.0"\n'
BEFORE: Final = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-11-01\n\n- The first.\n"
TODAY: Final = dt.date(2026, 12, 1)


def test_a_release_dates_what_was_unreleased_and_opens_it_again() -> None:
    package, changelog = released("0.3.0", PACKAGE, BEFORE, TODAY)
    assert package == PACKAGE.replace("0.2.0", "0.3.0")
    assert changelog == BEFORE.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [0.3.0] - 2026-12-01\n")
    with pytest.raises(ValueError, match="nothing to release"):
        released("0.4.0", package, changelog, TODAY)


def test_the_version_that_is_set_already_can_be_released_first() -> None:
    package, _ = released("0.2.0", PACKAGE, BEFORE, TODAY)
    assert package == PACKAGE


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("", "is not a version"),
        ("1", "is not a version"),
        ("v0.3.0", "is not a version"),
        ("0.3", "is not a version"),
        ("0.03.0", "is not a version"),
        ("0.3.0\n", "is not a version"),
        ("0.3.0rc1", "is not a version"),
        ("0.1.0", "is not newer than 0.1.0"),
        ("0.0.9", "is not newer than 0.1.0"),
        ("0.1.9", "is older than __version__"),
    ],
)
def test_a_version_that_cannot_follow_is_refused(version: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        released(version, PACKAGE, BEFORE, TODAY)


def test_a_changelog_without_its_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to release"):
        released("0.3.0", PACKAGE, BEFORE.replace("[Unreleased]", "[Later]"), TODAY)


def test_a_refusal_is_told_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["0.0.0"]) == 1
    assert "error: 0.0.0 is" in capsys.readouterr().err
    assert main([]) == 2
    assert (ROOT / "CHANGELOG.md").read_text("utf-8") == CHANGELOG


def test_the_headings_of_the_changelog_are_dated_versions_newest_first() -> None:
    first, *others = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert first == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d( \[YANKED\])?", heading) for heading in others]
    assert all(found), others
    numbers = [tuple(map(int, each.groups()[:3])) for each in found if each]
    assert numbers == sorted(numbers, reverse=True)
    assert not numbers or numbers[0] <= tuple(map(int, re.findall(r"\d+", generator.__version__)))


def test_the_sections_of_the_changelog_are_those_of_its_format() -> None:
    sections = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
