"""The folder that a platform team works in: environments, templates, output, scratch."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

SPEC_SUFFIX = ".yaml"
ENVIRONMENTS: Final = "environments"
_SLIP: Final = 0.8
_SHOWN: Final = 5
_NO_WORKSPACE: Final = "run tfstencil init, or name the workspace with -C DIR"
_LIKE_SPECS: Final = frozenset({".yaml", ".yml"})


def bundled_templates() -> Path:
    """Return the folder of the templates that ship with tfstencil."""
    return _bundled("templates")


def bundled_environments() -> Path:
    """Return the folder of the example specs."""
    return _bundled("environments")


def bundled_docs() -> Path:
    """Return the folder of the pages of the documentation."""
    return _bundled("docs")


def _bundled(name: str) -> Path:
    """Return a folder that a wheel brings inside the package, and a checkout has beside it."""
    package = Path(__file__).parent
    shipped = package / f"bundled_{name}"
    return shipped if shipped.is_dir() else package.parent / name


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `environments/`; every other place is derived from it.

    Attributes:
        root: absolute path.
    """

    root: Path

    @classmethod
    def find(cls, folder: Path) -> Workspace:
        """Open the workspace that `folder` is, or lies in: looked for upwards, as git does.

        Raises:
            UsageError: neither it nor a folder above has `environments/`.
        """
        root = folder.absolute()
        if (root / ENVIRONMENTS).is_dir():
            return cls(root)
        # As typed, `..` would be cut off as if it were a folder's name.
        for above in root.resolve().parents if root.is_dir() else ():
            # Far above, a folder of that name may be anything.
            if (above / ENVIRONMENTS).is_dir() and any((above / ENVIRONMENTS).glob(f"*{SPEC_SUFFIX}")):
                return cls(above)
        close = closest(ENVIRONMENTS, _folders(root), cutoff=_SLIP)
        raise UsageError(
            f"{folder} is not a workspace: it has no folder {ENVIRONMENTS}/, nor has any folder above it",
            hint=f"{close}/ is there: rename it {ENVIRONMENTS}/" if close else _NO_WORKSPACE,
        )

    @property
    def environments(self) -> Path:
        """Folder of the specs."""
        return self.root / ENVIRONMENTS

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
            raise self._no_environment()
        if not patterns:
            return names
        chosen: set[str] = set()
        for pattern in patterns:
            matched = fnmatch.filter(names, pattern)
            if not matched:
                # A shell completes the name of the file.
                close = closest(Path(pattern).name.removesuffix(".yaml"), names)
                known = f"did you mean {close}?" if close else f"there are: {', '.join(names[:20])}"
                if misnamed := [name for name in self._misnamed() if name.startswith(f"{pattern}.")]:
                    known = f"{misnamed[0]} is there, and not read: rename it {pattern}{SPEC_SUFFIX}"
                raise UsageError(f"no environment {pattern!r} in {self.relative(self.environments)}", hint=known)
            chosen.update(matched)
        return sorted(chosen)

    def one_environment(self, name: str) -> str:
        """Return `name`, which must be the name of one environment.

        Raises:
            UsageError: there is none of that name, or it is a pattern.
        """
        names = self.select([name])
        if names != [name]:
            raise UsageError(f"{name} is a pattern, and one environment is wanted", hint=f"it fits {', '.join(names)}")
        return name

    def _no_environment(self) -> UsageError:
        """Say what lies in the folder instead of an environment, and what to do."""
        bases = sorted(file.name for file in self.environments.glob(f"_*{SPEC_SUFFIX}"))
        there = [f"{_some(bases)} (a name that begins with _ is that of a base)"] if bases else []
        hint = f"run tfstencil new ENV{f' --from {bases[0].removesuffix(SPEC_SUFFIX)}' if bases else ''}"
        if misnamed := self._misnamed():
            there.append(f"{_some(misnamed)} (the name of a spec ends in {SPEC_SUFFIX})")
            hint = f"rename {misnamed[0]} to {Path(misnamed[0]).stem}{SPEC_SUFFIX}"
        only = f", only {' and '.join(there)}" if there else ""
        return UsageError(f"{self.relative(self.environments)} holds no environment{only}", hint=hint)

    def _misnamed(self) -> list[str]:
        """List the files that look like specs and have the name of none."""
        names = (file.name for file in self.environments.iterdir())
        return sorted(
            name
            for name in names
            if Path(name).suffix.lower() in _LIKE_SPECS and not name.endswith(SPEC_SUFFIX) and name[0] not in "_."
        )


def _folders(root: Path) -> list[str]:
    return [entry.name for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
