"""The manifest of a rendered environment: what we wrote there, and from what.

It is committed along with the environment, so it holds no times, no absolute paths and nothing of the machine. Two
branches that change different files must merge: it holds no digest over many files, and between two digests stands a
line that neither branch changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.json_files import parse_json
from generator.output.rendered import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MANIFEST = ".tfstencil.json"
FORMAT = 2
# The first one knew a digest over all templates as well.
_KNOWN = frozenset({1, FORMAT})
CONFLICT = "holds merge conflict markers"
_STATE = "state "
_MARKERS = (b"<<<<<<< ", b">>>>>>> ")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a render left behind about an environment.

    Attributes:
        environment: its name.
        sources: the specs that it was rendered from.
        generator: version of tfstencil.
        files: SHA-256 by path, of every file that we wrote but for the manifest.
        claims: what the environment claims for itself in AWS, sorted; empty where an older version wrote it.
        removed: the environment has no spec any more; its folder waits to be destroyed.
        states: where renders before this one kept the state (`s3://…`): what was applied then may still stand there.
        form: the format in which it was written.
    """

    environment: str
    sources: tuple[SourceFile, ...]
    generator: str
    files: Mapping[str, str]
    claims: tuple[str, ...] = ()
    removed: bool = False
    states: tuple[str, ...] = ()
    form: int = FORMAT

    def text(self) -> str:
        """Return the manifest as it is written: the same for the same content."""
        fields = {
            "format": str(FORMAT),
            "environment": json.dumps(self.environment),
            "generator": json.dumps(self.generator),
            "sources": _block({source.file: source.sha256 for source in self.sources}),
            "files": _block(dict(sorted(self.files.items()))),
        }
        if self.claims:
            fields["claims"] = _list(self.claims)
        if self.states:
            fields["states"] = _list(self.states)
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
    form = content.get("format")
    if not isinstance(form, int) or form not in _KNOWN:
        raise OutputError(f"has format {form!r}, and this tfstencil knows {FORMAT}")
    sources, files = _digests(content, "sources"), _digests(content, "files")
    environment, generator = (_string(content, key) for key in ("environment", "generator"))
    specs = tuple(SourceFile(file, sha256) for file, sha256 in sources.items())
    removed = content.get("removed") is True
    return Manifest(environment, specs, generator, files, _claims(content), removed, _states(content), form)


def state_of(claims: Iterable[str]) -> str:
    """Return where an environment keeps its state, by what it claims: `s3://<bucket>/<key>`, or "" for a file."""
    # What lies beside the state is claimed as well, under longer names.
    state = min((claim for claim in claims if claim.startswith(_STATE)), key=len, default="")
    if not state:
        return ""
    _, scope, key = state.split(" ", 2)
    return f"s3://{scope.partition('/')[2]}/{key}"


def earlier_states(before: Manifest | None, claims: Iterable[str]) -> tuple[str, ...]:
    """List where the state lay by the renders before, the newest last; without the place where it lies now."""
    if before is None:
        return ()
    now = state_of(claims)
    places = dict.fromkeys((*before.states, state_of(before.claims)))
    return tuple(place for place in places if place not in {"", now})


def in_conflict(data: bytes) -> bool:
    """Tell whether a file is as a merge leaves it that found two versions and could not choose."""
    return any(data.startswith(marker) or b"\n" + marker in data for marker in _MARKERS)


def _block(values: dict[str, str]) -> str:
    # The C encoder indents nothing, and the one that does is slow at thirty files times a thousand environments.
    if not values:
        return "{}"
    return "{\n    " + json.dumps(values, separators=(",\n    ", ":\n      "))[1:-1] + "\n  }"


def _list(values: Sequence[str]) -> str:
    return "[\n    " + json.dumps(values, separators=(",\n    ", ": "))[1:-1] + "\n  ]"


def _claims(content: dict[str, object]) -> tuple[str, ...]:
    value = content.get("claims", [])
    # A claim is a kind, a scope and a name.
    if not isinstance(value, list) or not all(isinstance(each, str) and each.count(" ") > 1 for each in value):
        raise OutputError("is damaged: claims is not a list of claims")
    return tuple(value)


def _states(content: dict[str, object]) -> tuple[str, ...]:
    value = content.get("states", [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each.startswith("s3://") for each in value):
        raise OutputError("is damaged: states is not a list of places in S3")
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
