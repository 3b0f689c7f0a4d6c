"""What the files looked like when they were last known to be current, so that a look at them (stat) can be enough.

The index is a cache in the scratch folder: a lost or damaged one costs time only. Each entry is a fact that stays true:
from these sources, templates and generator came this manifest, and when its files had these signatures their content
was what the manifest says. The version tells the generator of one release from that of another; in a checkout the code
changes and the version does not, so that what other code has learnt is forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.files import replace
from generator.json_files import read_json
from generator.output.freshness.code import code_stamp
from generator.output.rendered import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from generator.output.freshness.fingerprint import Shape
    from generator.output.tree import Signature

FORMAT = 3


@dataclass(frozen=True, slots=True)
class IndexedEnvironment:
    """An environment that was current once.

    Attributes:
        templates: digest over the templates.
        generator: version of tfstencil.
        sources: the specs that it was rendered from.
        manifest: SHA-256 of its manifest's bytes.
        fingerprint: of its folder; "" where the look could not be trusted.
        shape: what the fingerprint is about.
        foreign: what else lay in its folder, and is somebody else's; a folder in the shape tells of each that came or
            went.
    """

    templates: str
    generator: str
    sources: tuple[SourceFile, ...]
    manifest: str
    fingerprint: str
    shape: Shape
    foreign: tuple[str, ...]


@dataclass(slots=True)
class FreshnessIndex:
    """All entries by environment, and the trusted signatures of the sources."""

    entries: dict[str, IndexedEnvironment] = field(default_factory=dict)
    stamps: dict[SourceFile, Signature] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> FreshnessIndex:
        """Read an index; one that is missing, damaged, of another format or of other code is empty."""
        try:
            return cls._parse(read_json(file))
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return cls()

    @classmethod
    def _parse(cls, content: dict[str, Any]) -> FreshnessIndex:
        index = cls()
        if content["format"] != FORMAT or content["code"] != code_stamp():
            return index
        sources = []
        for file, sha256, *stamp in content["sources"]:
            sources.append(source := SourceFile(file, sha256))
            if stamp:
                mode, size, mtime, inode, ctime = stamp
                index.stamps[source] = (mode, size, mtime, inode, ctime)
        shapes = [tuple(shape) for shape in content["shapes"]]
        for name, origin, chosen, manifest, *known in content["environments"]:
            templates, generator = content["origins"][origin]
            used = tuple(sources[number] for number in chosen)
            fingerprint, shape, foreign = known
            about = (fingerprint, shapes[shape], tuple(foreign))
            index.entries[name] = IndexedEnvironment(templates, generator, used, manifest, *about)
        return index

    def save(self, file: Path) -> None:
        """Write the index; a file system that refuses it is no error, since it is a cache."""
        origins: dict[tuple[str, str], int] = {}
        numbers: dict[SourceFile, int] = {}
        shapes: dict[Shape, int] = {}
        environments = []
        for name, entry in self.entries.items():
            origin = origins.setdefault((entry.templates, entry.generator), len(origins))
            chosen = [numbers.setdefault(source, len(numbers)) for source in entry.sources]
            shape = shapes.setdefault(entry.shape, len(shapes))
            known = (entry.manifest, entry.fingerprint, shape, entry.foreign)
            environments.append((name, origin, chosen, *known))
        sources = [(source.file, source.sha256, *self.stamps.get(source, ())) for source in numbers]
        content = {
            "format": FORMAT,
            "code": code_stamp(),
            "origins": list(origins),
            "shapes": list(shapes),
            "sources": sources,
            "environments": environments,
        }
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace(file, json.dumps(content, separators=(",", ":")).encode())
        except OSError:
            return
