"""The manifest of a rendered environment: what we wrote there, and from what.

It is committed along with the environment, so it holds no times, no absolute paths and nothing of the machine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.json_files import parse_json
from generator.output.rendered import Inputs, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST = ".tfstencil.json"
FORMAT = 1
CONFLICT = "holds merge conflict markers"
_MARKERS = (b"<<<<<<< ", b">>>>>>> ")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a render left behind about an environment.

    Attributes:
        environment: its name.
        inputs: what it was rendered from.
        files: SHA-256 by path, of every file that we wrote but for the manifest.
        claims: what the environment claims for itself in AWS, sorted; empty where an older version wrote it.
        removed: the environment has no spec any more; its folder waits to be destroyed.
    """

    environment: str
    inputs: Inputs
    files: Mapping[str, str]
    claims: tuple[str, ...] = ()
    removed: bool = False

    def text(self) -> str:
        """Return the manifest as it is written: the same for the same content, one file a line."""
        fields = {
            "format": str(FORMAT),
            "environment": json.dumps(self.environment),
            "generator": json.dumps(self.inputs.generator),
            "templates": json.dumps(self.inputs.templates),
            "sources": _block({source.file: source.sha256 for source in self.inputs.sources}),
            "files": _block(dict(sorted(self.files.items()))),
        }
        if self.claims:
            fields["claims"] = _list(self.claims)
        if self.removed:
            fields["removed"] = "true"
        return "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in fields.items()) + "\n}\n"


def parse(data: bytes) -> Manifest:
    """Read a manifest.

    Args:
        data: the bytes of the file.

    Raises:
        OutputError: it is damaged, or of a format that this version does not know. The message is a reason
            without a place: the caller knows the file.
    """
    if in_conflict(data):
        raise OutputError(CONFLICT)
    try:
        content = parse_json(data)
    except ValueError:
        raise OutputError("is damaged: not JSON") from None
    if not isinstance(content, dict):
        raise OutputError("is damaged: not a JSON object")
    if content.get("format") != FORMAT:
        raise OutputError(f"has format {content.get('format')!r}, and this tfstencil knows {FORMAT}")
    sources, files = _digests(content, "sources"), _digests(content, "files")
    environment, generator, templates = (_string(content, key) for key in ("environment", "generator", "templates"))
    inputs = Inputs(tuple(Source(file, sha256) for file, sha256 in sources.items()), templates, generator)
    return Manifest(environment, inputs, files, _claims(content), removed=content.get("removed") is True)


def in_conflict(data: bytes) -> bool:
    """Tell whether a file is as a merge leaves it that found two versions and could not choose."""
    return any(data.startswith(marker) or b"\n" + marker in data for marker in _MARKERS)


def _block(values: dict[str, str]) -> str:
    # The C encoder indents nothing, and the one that does is slow at thirty files times a thousand environments.
    if not values:
        return "{}"
    return "{\n    " + json.dumps(values, separators=(",\n    ", ": "))[1:-1] + "\n  }"


def _list(values: Sequence[str]) -> str:
    return "[\n    " + json.dumps(values, separators=(",\n    ", ": "))[1:-1] + "\n  ]"


def _claims(content: dict[str, object]) -> tuple[str, ...]:
    value = content.get("claims", [])
    # A claim is a kind, a scope and a name.
    if not isinstance(value, list) or not all(isinstance(each, str) and each.count(" ") > 1 for each in value):
        raise OutputError("is damaged: claims is not a list of claims")
    return tuple(value)


def _string(content: dict[str, object], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str):
        raise OutputError(f"is damaged: {key} is not a string")
    return value


def _digests(content: dict[str, object], key: str) -> dict[str, str]:
    value = content.get(key)
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise OutputError(f"is damaged: {key} is not a table of digests")
    return value
