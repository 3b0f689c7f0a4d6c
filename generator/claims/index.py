"""What each environment claimed when its specs were last read, so that looking at one need not read all others.

The index is a cache in the scratch folder: a lost or damaged one costs time only. It is a file of two lines. The first
says from which files the claims of each environment came, and whether all of them agreed; where nothing has changed
and they did, the second line, which is long, is not even parsed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from generator.files import replace
from generator.output.freshness.code import code_stamp
from generator.output.rendered import SourceFile, digest
from generator.output.tree import Signature, read, signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.parts.framework.claim_kinds import ClaimText
    from generator.workspace import Workspace

FORMAT: Final = 1
# Below it, reading the manifests of all others is as fast.
WORTH_KEEPING: Final = 20
_DAMAGE: Final = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class EnvironmentClaims:
    """What one environment claims.

    Attributes:
        sources: the files that say so: its specs, or the manifest of its last render where its spec is gone.
        claims: each as often as it is claimed.
    """

    sources: tuple[SourceFile, ...]
    claims: tuple[ClaimText, ...]


@dataclass(slots=True)
class ClaimIndex:
    """All entries by environment, and the trusted signatures of their sources.

    Attributes:
        files: sources by environment.
        agreed: whether no two environments claimed the same.
        stamps: what a source looked like when its content was what its digest says.
    """

    files: dict[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    agreed: bool = False
    stamps: dict[SourceFile, Signature] = field(default_factory=dict)
    _body: bytes = b"[]"

    @staticmethod
    def place(workspace: Workspace) -> Path:
        """Return where the index of a workspace lies."""
        return workspace.scratch / "claims.json"

    @classmethod
    def load(cls, workspace: Workspace) -> ClaimIndex:
        """Read an index; one that is missing, damaged, of another format or of other code is empty."""
        try:
            head, _, body = cls.place(workspace).read_bytes().partition(b"\n")
            return cls._parse(json.loads(head), body)
        except _DAMAGE:
            return cls()

    @classmethod
    def _parse(cls, head: dict[str, Any], body: bytes) -> ClaimIndex:
        index = cls()
        if head["format"] != FORMAT or head["code"] != code_stamp():
            return index
        sources = []
        for file, sha256, *stamp in head["sources"]:
            if not (isinstance(file, str) and isinstance(sha256, str)):
                raise TypeError(file)
            sources.append(source := SourceFile(file, sha256))
            if stamp:
                mode, size, mtime, inode, ctime = stamp
                index.stamps[source] = (mode, size, mtime, inode, ctime)
        index.files = {str(name): tuple(sources[number] for number in chosen) for name, chosen in head["environments"]}
        index.agreed = head["agreed"] is True
        index._body = body
        return index

    def entries(self) -> dict[str, EnvironmentClaims]:
        """Read the claims themselves; none where they are damaged."""
        try:
            claims = json.loads(self._body)
            found = {
                name: EnvironmentClaims(sources, tuple(each))
                for (name, sources), each in zip(self.files.items(), claims, strict=True)
            }
            # Each is compared as text, and begins with its kind.
            sound = all(text.count(" ") > 1 for entry in found.values() for text in entry.claims)
        except _DAMAGE:
            return {}
        return found if sound else {}

    @classmethod
    def save(
        cls,
        workspace: Workspace,
        entries: Mapping[str, EnvironmentClaims],
        stamps: Mapping[SourceFile, Signature],
        *,
        agreed: bool,
    ) -> None:
        """Write the index; a file system that refuses it is no error, since it is a cache."""
        numbers: dict[SourceFile, int] = {}
        environments = [
            (name, [numbers.setdefault(source, len(numbers)) for source in entry.sources])
            for name, entry in entries.items()
        ]
        head = {
            "format": FORMAT,
            "code": code_stamp(),
            "agreed": agreed,
            "sources": [(source.file, source.sha256, *stamps.get(source, ())) for source in numbers],
            "environments": environments,
        }
        lines = (head, [entry.claims for entry in entries.values()])
        data = b"\n".join(json.dumps(line, separators=(",", ":")).encode() for line in lines)
        file = cls.place(workspace)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace(file, data)
        except OSError:
            return


class Look:
    """Looks at sources, each once, and notes what their looks are worth.

    Args:
        workspace: where.
        stamps: trusted signatures.
        now: the clock before the first look; a file that was touched later is not trusted by its look.

    Attributes:
        stamps: the same, and what was learnt.
    """

    def __init__(self, workspace: Workspace, stamps: Mapping[SourceFile, Signature], now: int) -> None:
        self.stamps = dict(stamps)
        self._root = workspace.root
        self._now = now
        self._seen: dict[SourceFile, bool] = {}

    def is_same(self, source: SourceFile) -> bool:
        """Tell whether a file still is what it was."""
        known = self._seen.get(source)
        if known is None:
            known = self._seen[source] = self._compare(source)
        return known

    def _compare(self, source: SourceFile) -> bool:
        file = self._root / source.file
        try:
            seen = signature(file.stat())
            if self.stamps.get(source) == seen:
                return True
            same = digest(read(str(file))) == source.sha256
        except OSError:
            return False
        if same and max(seen[2], seen[4]) < self._now:
            self.stamps[source] = seen
        return same
