"""Whatever becomes of the files that we keep: what is damaged is made again, or told, and is never a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from generator.json_files import parse_json, read_json
from generator.sandbox.record import ServerRecord

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

_RECORD: Final = '{"pid": %s, "port": %s, "instance": "x", "started": "x", "version": "x"}'
DAMAGE: Final = {
    "brackets": "[" * 100_000,
    "braces": '{"a":' * 100_000,
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "a number": "1" * 5000,
    "an object": "{}",
    "wrong types": '{"format": 1, "origins": 7, "sources": [["a"]], "shapes": {}, "environments": [[1]], "resources": 7}',
    "half a pair": '{"format": 1, "pid": "\\ud800", "files": {"\\ud800": "\\ud800"}, "sources": {}, "environment": "\\ud800"}',
    "infinity": '{"format": Infinity, "build": {"a": 1e999}}',
    "a port beyond all": _RECORD % (1, 10**40),
    "a process beyond all": _RECORD % (10**40, 80),
    "true": _RECORD % ("true", "true"),
    "bytes": "\x00\xff",
}  # fmt: skip
RENDERS: Final = (("render",), ("render", "--check"))
SANDBOX: Final = (("sandbox", "status"), ("sandbox", "stop"))
# Every file that is read again, with the commands that read it.
KEPT: Final = {
    ".tfstencil/index.json": RENDERS,
    ".tfstencil/code": RENDERS,
    ".tfstencil/render.lock": RENDERS,
    "modules_out/dev/.tfstencil.json": RENDERS,
    ".tfstencil/sandbox/server.json": SANDBOX,
    ".tfstencil/sandbox/state/dev.tfstate": SANDBOX,
    ".tfstencil/rollouts/sandbox-apply.json": (("apply", "--resume", "--sandbox", "--yes"),),
}


@pytest.mark.thorough
@pytest.mark.parametrize("kept", KEPT)
def test_damage_is_never_a_defect(workspace: Workspace, call: Runner, kept: str) -> None:
    call("-C", workspace.root, "render")
    file = workspace.root / kept
    for name, text in {**DAMAGE, "a folder": None}.items():
        for command in KEPT[kept]:
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                if not file.is_dir():
                    file.unlink(missing_ok=True)
                    file.mkdir()
            else:
                file.write_bytes(text.encode("latin-1"))
            ended = call("-C", workspace.root, *command)
            assert "this is a defect" not in ended.stderr, (name, command, ended.stderr)


@pytest.mark.parametrize("text", [DAMAGE["brackets"], DAMAGE["braces"], DAMAGE["half a pair"], "NaN", "1" * 5000, ""])
def test_json_that_is_not_sound_is_a_value_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the words
        parse_json(text.encode())
    (tmp_path / "x").mkdir()
    with pytest.raises(ValueError, match="is not a file"):
        read_json(tmp_path / "x")


@pytest.mark.parametrize("name", ["a port beyond all", "a process beyond all", "true", "wrong types", "half a pair"])
def test_a_record_of_a_sandbox_is_one_that_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "server.json").write_text(DAMAGE[name], encoding="utf-8")
    assert ServerRecord.read(tmp_path / "server.json") is None
    (tmp_path / "server.json").write_text(_RECORD % (1, 80), encoding="utf-8")
    assert ServerRecord.read(tmp_path / "server.json") == ServerRecord(1, 80, "x", "x", "x")
