"""How far a run over several environments got, so that after a failure the next can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from generator.errors import OutputError, UsageError
from generator.files import replace
from generator.json_files import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace


@dataclass(slots=True)
class RolloutRecord:
    """What is kept of one run, as it goes on.

    Attributes:
        verb: `apply` or `destroy`.
        mode: `sandbox` or `real`.
        patterns: the environments as the command line named them.
        wave: whether it goes in waves.
        finished: what was finished, by environment: the digest of the modules that were applied.
        names: all environments of the run.
    """

    verb: str
    mode: str
    patterns: list[str]
    wave: bool
    names: list[str]
    finished: dict[str, str] = field(default_factory=dict)


class Records:
    """The unfinished run of one verb and target, if there is one.

    Args:
        workspace: where it is kept.
        verb: `apply` or `destroy`.
        mode: `sandbox` or `real`.
    """

    def __init__(self, workspace: Workspace, verb: str, mode: str) -> None:
        self.file: Path = workspace.scratch / "rollouts" / f"{mode}-{verb}.json"
        self._verb = verb
        self._mode = mode

    def unfinished(self) -> RolloutRecord:
        """Return the run that stopped half way.

        Raises:
            UsageError: there is none.
        """
        command = f"tfstencil {self._verb}{' --sandbox' if self._mode == 'sandbox' else ''}"
        try:
            return _parsed(read_json(self.file))
        except FileNotFoundError as error:
            raise UsageError(
                f"there is no {command} to resume: the last one finished, or was for one environment alone",
                hint=f"leave out --resume, and name the environments: {command} ENV...",
            ) from error
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise UsageError(
                f"{self.file} does not say how far the last {command} got: {error}",
                hint="leave out --resume: what is done already needs no change and is left as it is",
            ) from error

    def write(self, record: RolloutRecord) -> None:
        """Keep how far the run is.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self.file, json.dumps(asdict(record), indent=2).encode())
        except OSError as error:
            raise OutputError(
                f"how far the run is cannot be written to {self.file}: {error.strerror}", hint="free the disk"
            ) from error

    def drop(self) -> None:
        """Forget the run: it is finished."""
        self.file.unlink(missing_ok=True)


def _parsed(document: Any) -> RolloutRecord:  # noqa: ANN401  # whatever the file holds
    return RolloutRecord(
        verb=str(document["verb"]),
        mode=str(document["mode"]),
        patterns=[str(pattern) for pattern in document["patterns"]],
        wave=bool(document["wave"]),
        names=[str(name) for name in document["names"]],
        finished={str(name): str(digest) for name, digest in dict(document["finished"]).items()},
    )
