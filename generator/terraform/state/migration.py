"""A state that moves from a file into the bucket that it describes: what comes next, and the proof that it is there.

Nothing is noted down on the way. What comes next follows from the two states alone, so that a bootstrap which was
stopped anywhere goes on from there.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeAlias

from generator.errors import TerraformError, TfstencilError
from generator.terraform.state.unsaved import parse_state
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from pathlib import Path

    from generator.terraform.stack import TerraformStack

State: TypeAlias = dict[str, Any]

_MISSING = "state-bucket-missing"
_NOTHING_DONE = "nothing was changed"
_SHOWN = 3


class BootstrapStep(Enum):
    """What a bootstrap has to do next.

    Attributes:
        APPLY: make the bucket, or what is left of it; then migrate.
        SET_ASIDE: the state has been copied; only the file is still there.
        DONE: nothing.
    """

    APPLY = auto()
    SET_ASIDE = auto()
    DONE = auto()


def read_file(file: Path) -> State:
    """Read the state that has not moved yet; empty where there is none.

    Raises:
        TfstencilError: the file is not a whole state.
    """
    if not file.is_file() or not file.stat().st_size:
        return {}
    state = parse_state(file.read_bytes())
    if state is None:
        raise TfstencilError(
            f"{file} is not a whole state", hint=f"{_NOTHING_DONE}; restore it from {file.name}.backup beside it"
        )
    return state


def read_bucket(stack: TerraformStack) -> State | None:
    """Read the state in the bucket; None where there is no bucket, empty where it holds no state.

    Args:
        stack: one whose state lies where the rendered backend says.

    Raises:
        TerraformError: it cannot be read for another reason.
    """
    try:
        state = stack.state()
    except TerraformError as error:
        if any(explanation.symptom == _MISSING for explanation in error.explanations):
            return None
        raise
    # What terraform shows of a state that was never written has no lineage.
    return state if state.get("lineage") else {}


def next_step(here: State, there: State | None, *, bucket: str) -> BootstrapStep:
    """Tell what is to be done next.

    Args:
        here: the state in the file.
        there: the state in the bucket; None where there is no bucket.
        bucket: its name.

    Raises:
        TfstencilError: what is there must not be overwritten, or belongs to somebody else.
    """
    if there:
        if here.get("resources"):
            require_moved(here, there)
            return BootstrapStep.SET_ASIDE
        _require_maker(there, bucket)
        return BootstrapStep.DONE
    if there is not None and not _made(here, bucket):
        raise TfstencilError(
            f"the bucket {bucket} exists, and no state knows it: it was not made by this environment, or its state is "
            "lost",
            hint=f"{_NOTHING_DONE}. Give backend.bucket another name; or, if the bucket is yours and holds nothing, "
            "delete it",
        )
    return BootstrapStep.APPLY


def require_moved(here: State, there: State) -> None:
    """Prove that a state may be given up, since the one in the bucket knows all that it knows.

    Lineages do not tell: terraform 1.11.4 gives a state that comes into an empty bucket a new one.

    Args:
        here: the state in the file.
        there: the state that was read back from the bucket.

    Raises:
        TfstencilError: it is another one, or an older one.
    """
    unknown = sorted(_identities(here) - _identities(there))
    if unknown:
        raise TfstencilError(
            f"the bucket holds another state (lineage {there.get('lineage')}) than the file ({here.get('lineage')}), "
            f"which does not know {', '.join(address for address, _ in unknown[:_SHOWN])}",
            hint=f"{_NOTHING_DONE}; find out which of them describes what exists, and put the other one aside",
        )
    serials = int(there.get("serial", 0)), int(here.get("serial", 0))
    if there.get("lineage") == here.get("lineage") and serials[0] < serials[1]:
        raise TfstencilError(
            f"the bucket holds an older state (serial {serials[0]}) than the file ({serials[1]}): both were used",
            hint=f"{_NOTHING_DONE}; if the file is right, delete the state in the bucket (a version of it stays)",
        )


def require_same(here: State, there: State) -> None:
    """Prove that a state which was just copied has arrived, to the last attribute.

    Raises:
        TfstencilError: something is missing, or other than it was.
    """
    require_moved(here, there)
    for part in ("resources", "outputs"):
        if (there.get(part) or None) != (here.get(part) or None):
            raise TfstencilError(
                f"the state was copied into the bucket, and its {part} are read back otherwise",
                hint="the file was not touched; compare it with what terraform state pull says",
            )


def set_aside(file: Path) -> Path | None:
    """Rename a state file that has done its duty, so that nothing takes it for the state any more.

    Returns:
        Where it lies now (0600); None where there was none.

    Raises:
        OutputError: it cannot be renamed.
    """
    if not file.is_file():
        return None
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    target = file.with_name(f"{file.name}.migrated-{digest}")
    with writing(target, "the copy of the state"):
        file.chmod(0o600)
        file.rename(target)
    return target


def count(state: State) -> int:
    """Return how many resources a state describes."""
    managed = (item for item in state.get("resources", []) if item.get("mode") == "managed")
    return sum(len(item.get("instances", [])) for item in managed)


def _identities(state: State) -> set[tuple[str, str]]:
    """Return address and ID of each resource that a state describes."""
    return {
        (".".join(filter(None, (item.get("module"), item["type"], item["name"]))) + _index(instance), _id(instance))
        for item in state.get("resources", [])
        if item.get("mode") == "managed"
        for instance in item.get("instances", [])
    }


def _index(instance: dict[str, Any]) -> str:
    key = instance.get("index_key")
    return "" if key is None else f"[{json.dumps(key)}]"


def _id(instance: dict[str, Any]) -> str:
    return str((instance.get("attributes") or {}).get("id", ""))


def _made(state: State, bucket: str) -> bool:
    return any(
        (instance.get("attributes") or {}).get("bucket") == bucket
        for item in state.get("resources", [])
        if item.get("type") == "aws_s3_bucket"
        for instance in item.get("instances", [])
    )


def _require_maker(there: State, bucket: str) -> None:
    if not _made(there, bucket):
        raise TfstencilError(
            f"the bucket holds another state (lineage {there.get('lineage')}): one that does not describe {bucket}",
            hint=f"{_NOTHING_DONE}; find out whose it is, and give backend.bucket another name, or this stack",
        )
