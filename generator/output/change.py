"""What a render would do to one environment, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.output.manifest import CONFLICT, MANIFEST, Manifest, earlier_states, state_of
from generator.output.ownership import Examination, FileState, examine, obstacle
from generator.output.rendered import Encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.output.destination import Destination
    from generator.output.rendered import Encoder, RenderedEnvironment

# Where terraform keeps a state without a backend.
LOCAL_STATE = "terraform.tfstate"
_REASONS = {
    FileState.EDITED: "edited by hand since it was rendered",
    FileState.SPENT_EDITED: "edited by hand since it was rendered, and no longer rendered",
    FileState.FOREIGN: "not written by tfstencil, and in the way of a file that is",
}


@dataclass(frozen=True, slots=True)
class FolderChange:
    """An environment's folder as it is, and as it shall be.

    Attributes:
        rendered: what shall be there.
        contents: bytes and digest by path, the manifest included.
        found: what is there.
    """

    rendered: RenderedEnvironment
    contents: Mapping[str, Encoded]
    found: Examination

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.rendered.name

    @property
    def created(self) -> tuple[str, ...]:
        """Paths that are not there yet."""
        return self.found.paths(FileState.MISSING)

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths whose content is another; edited and foreign ones, too, which only force lets pass."""
        return self.found.paths(
            FileState.OUTDATED, FileState.CONVERTED, FileState.CONFLICTED, FileState.EDITED, FileState.FOREIGN
        )

    @property
    def unchanged(self) -> tuple[str, ...]:
        """Paths that are as they shall be."""
        return self.found.paths(FileState.CURRENT)

    @property
    def pruned(self) -> tuple[str, ...]:
        """Paths that were ours and are no longer rendered."""
        return self.found.paths(FileState.SPENT, FileState.SPENT_CONVERTED, FileState.SPENT_EDITED)

    @property
    def is_nothing(self) -> bool:
        """Whether the folder is already as it shall be, to the byte."""
        same = self.found.manifest_data == self.contents[MANIFEST].data
        return same and not (self.created or self.changed or self.pruned)

    @property
    def left_state(self) -> str:
        """Where the last render kept the state, if this one keeps it elsewhere; "" where none was kept there."""
        manifest = self.found.manifest
        if manifest is None or not manifest.claims:
            return ""
        before, now = state_of(manifest.claims), state_of(self.rendered.claims)
        if before == now:
            return ""
        # Before the first apply there is no such file.
        return before or (LOCAL_STATE if LOCAL_STATE in self.found.tree.files else "")

    def conflicts(self, destination: Destination) -> list[str]:
        """List what we must not overwrite or delete unasked, one line each."""
        lines = []
        # What a merge could not decide, a render decides; whatever it replaces unvouched for is set aside.
        if self.found.damage and self.found.damage != CONFLICT:
            lines.append(f"{destination.show(self.name, MANIFEST)}: {self.found.damage}")
        for path in self.found.paths(*_REASONS):
            state = self.found.states[path]
            culprit = obstacle(self.found.tree, path) or path
            lines.append(f"{destination.show(self.name, culprit)}: {_REASONS[state]}")
        return list(dict.fromkeys(lines))


def change_of(rendered: RenderedEnvironment, destination: Destination, encoder: Encoder) -> FolderChange:
    """Compare an environment with what lies in its folder.

    Raises:
        OutputError: its name or a path in it leads elsewhere, or its folder is a file or a symbolic link.
    """
    _require_safe(rendered)
    folder = destination.live(rendered.name)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        kind = "symbolic link" if folder.is_symlink() else "file"
        raise OutputError(
            f"{destination.show(rendered.name)}: is a {kind}, where the environment's folder belongs",
            hint="move it away, then render again",
        )
    contents = {path: encoder.encode(text) for path, text in rendered.files.items()}
    digests = {path: content.sha256 for path, content in contents.items()}
    found = examine(folder, digests)
    states = earlier_states(found.manifest, rendered.claims)
    manifest = Manifest(
        rendered.name, rendered.inputs.sources, rendered.inputs.generator, digests, rendered.claims, states=states
    )
    contents[MANIFEST] = Encoded.of(manifest.text())
    return FolderChange(rendered, contents, found)


def _require_safe(rendered: RenderedEnvironment) -> None:
    if not rendered.name or "/" in rendered.name or rendered.name.startswith("."):
        raise OutputError(f"{rendered.name!r} cannot be the name of an environment's folder", hint="rename its spec")
    for path in rendered.files:
        parts = path.split("/")
        if "" in parts or any(part.startswith(".") for part in parts[:-1]) or parts[-1] in {".", "..", MANIFEST}:
            raise OutputError(
                f"{rendered.name}: a template renders {path!r}, which is not a place for a file of ours",
                hint="rename that template: no hidden folder, no .., and a path inside the environment",
            )
