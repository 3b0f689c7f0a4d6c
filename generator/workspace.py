"""The folder that a platform team works in: environments, templates, output, scratch."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

SPEC_SUFFIX = ".yaml"


def bundled_templates() -> Path:
    """Return the folder of the templates that ship with tfstencil (in a wheel, or in a checkout)."""
    package = Path(__file__).parent
    shipped = package / "bundled_templates"
    return shipped if shipped.is_dir() else package.parent / "templates"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `environments/`; every other place is derived from it.

    Attributes:
        root: absolute path.
    """

    root: Path

    @classmethod
    def find(cls, folder: Path) -> Workspace:
        """Take `folder` as the workspace.

        Raises:
            UsageError: it has no `environments/`.
        """
        root = folder.absolute()
        if not (root / "environments").is_dir():
            raise UsageError(
                f"{folder} is not a workspace: it has no folder environments/",
                hint="run tfstencil init, or name the workspace with -C DIR",
            )
        return cls(root)

    @property
    def environments(self) -> Path:
        """Folder of the specs."""
        return self.root / "environments"

    @property
    def modules_out(self) -> Path:
        """Folder of the rendered Terraform, one folder an environment."""
        return self.root / "modules_out"

    @property
    def scratch(self) -> Path:
        """Folder of everything that may be deleted at any time but for sandbox and run state; never committed."""
        return self.root / ".tfstencil"

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Template folders, the first that has a file wins: the workspace's own, then the bundled ones."""
        own, bundled = self.root / "templates", bundled_templates()
        return (own, bundled) if own.is_dir() and not _same(own, bundled) else (bundled,)

    def relative(self, path: Path) -> str:
        """Return `path` as a person in the workspace would type it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def spec_path(self, name: str) -> Path:
        """Return where the spec `name` (an environment or a base) lies, whether or not it exists."""
        return self.environments / f"{name}{SPEC_SUFFIX}"

    def environment_names(self) -> list[str]:
        """List the environments, sorted: every spec whose name has no leading underscore."""
        files = self.environments.glob(f"*{SPEC_SUFFIX}")
        return sorted(file.name.removesuffix(SPEC_SUFFIX) for file in files if not file.name.startswith(("_", ".")))

    def select(self, patterns: Sequence[str]) -> list[str]:
        """Resolve ENV… of the command line.

        Args:
            patterns: names and globs; none means all.

        Returns:
            Environment names, sorted, each once.

        Raises:
            UsageError: a pattern matches nothing, or there is no environment at all.
        """
        names = self.environment_names()
        if not names:
            raise UsageError(f"{self.relative(self.environments)} holds no environment", hint="run tfstencil new ENV")
        if not patterns:
            return names
        chosen: set[str] = set()
        for pattern in patterns:
            matched = fnmatch.filter(names, pattern)
            if not matched:
                # A shell completes the name of the file.
                close = closest(Path(pattern).name.removesuffix(".yaml"), names)
                known = f"did you mean {close}?" if close else f"there are: {', '.join(names[:20])}"
                raise UsageError(f"no environment {pattern!r} in {self.relative(self.environments)}", hint=known)
            chosen.update(matched)
        return sorted(chosen)


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
