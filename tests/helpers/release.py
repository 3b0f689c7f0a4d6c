"""Make the files of a release: the new version, and its entries in the changelog under its date.

Usage: release.py VERSION. It changes generator/__init__.py and CHANGELOG.md, or nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_VERSION: Final = re.compile(r'^__version__ = "([^"]*)"$', re.MULTILINE)
_NUMBER: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_UNRELEASED: Final = "## [Unreleased]\n"


def main(arguments: list[str]) -> int:
    """Run it, and return the exit code."""
    if len(arguments) != 1:
        return _failed("usage: release.py VERSION, such as 0.2.0", code=2)
    package, changelog = _ROOT / "generator" / "__init__.py", _ROOT / "CHANGELOG.md"
    try:
        made = released(
            arguments[0],
            package.read_text("utf-8"),
            changelog.read_text("utf-8"),
            dt.datetime.now(tz=dt.UTC).date(),
        )
    except ValueError as error:
        return _failed(str(error))
    for file, text in zip((package, changelog), made, strict=True):
        file.write_text(text, "utf-8")
    print(f"Version {arguments[0]}: read CHANGELOG.md, then follow docs/releasing.md")  # noqa: T201  # a script's result
    return 0


def released(version: str, package: str, changelog: str, today: dt.date) -> tuple[str, str]:
    """Return the text of the package and of the changelog as the release has them.

    Args:
        version: the new one.
        package: text with `__version__`.
        changelog: text with entries below `## [Unreleased]`.
        today: the day of the release.

    Raises:
        ValueError: the version is not one, or is not newer than the last release; there is nothing to release.
    """
    if not _NUMBER.fullmatch(version):
        raise ValueError(f"{version!r} is not a version: write MAJOR.MINOR.PATCH, such as 0.2.0")
    dated = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    if dated and _order(version) <= _order(dated[0]):
        raise ValueError(f"{version} is not newer than {dated[0]}, the last release in CHANGELOG.md")
    current = _VERSION.search(package)
    if current is None or _order(version) < _order(current[1]):
        raise ValueError(f"{version} is older than __version__ in generator/__init__.py")
    before, heading, after = changelog.partition(_UNRELEASED)
    if not heading or not re.search(r"^- ", after.partition("\n## [")[0], re.MULTILINE):
        raise ValueError("CHANGELOG.md has no entry below ## [Unreleased]: there is nothing to release")
    told = f"{before}{heading}\n## [{version}] - {today.isoformat()}\n{after}"
    return _VERSION.sub(f'__version__ = "{version}"', package), told


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _failed(message: str, *, code: int = 1) -> int:
    print(f"error: {message}", file=sys.stderr)  # noqa: T201  # a script's error
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
