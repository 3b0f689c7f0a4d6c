"""Where two versions of a folder of Terraform mean something else."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.hcl.structure import Block, Group, UnreadableError, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.hcl.structure import Expression

_HCL: Final = (".tf", ".tfvars", ".hcl")
_JSON: Final = (".tf.json", ".tfvars.json")
_NOTHING: Final = ""
_OVERRIDES: Final = ("_override.tf", "/override.tf")
# Terraform reads all blocks of these as if they were one.
_MERGED: Final = frozenset({"locals"})
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is said otherwise.

    Attributes:
        file: where it stands, relative to the environment's folder; the old file where it is gone.
        line: of the new file, 1-based; 0 where it is gone.
        address: the block, such as `module.builds` or `resource.aws_s3_bucket.this`; "" for a file as a whole.
        path: of the argument within the block, with dots; "" where the whole block is meant.
        before: the old value on one line, shortened; "" where there was none.
        after: the new value on one line, shortened; "" where there is none.
    """

    file: str
    line: int
    address: str
    path: str
    before: str
    after: str


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Difference]:
    """Compare two versions of an environment's folder.

    Args:
        before: the old files by path, relative to the folder, with `/`.
        after: the new ones.

    Returns:
        In the order of files and lines. Within one folder a block may move from file to file. Files that are not
        Terraform's language are compared byte by byte, as are those that cannot be read.
    """
    found: list[Difference] = []
    for folder in sorted({_folder(path) for path in (*before, *after)}):
        old, new = (_in_folder(files, folder) for files in (before, after))
        if old != new:
            found += _folder_differences(old, new)
    return sorted(found, key=lambda each: (each.file, each.line, each.path))


def same(before: bytes, after: bytes, path: str) -> bool:
    """Tell whether two versions of one file mean the same."""
    return before == after or not differences({path: before}, {path: after})


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _in_folder(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if _folder(path) == folder}


def _folder_differences(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Difference]:
    blocks: list[dict[str, list[tuple[str, Block]]]] = [defaultdict(list), defaultdict(list)]
    for path in sorted({*old, *new}):
        ours, theirs = old.get(path), new.get(path)
        sides = [_read(path, data) if data is not None else Block("", 1, {}) for data in (ours, theirs)]
        if None in sides or not _is_language(path):
            if ours != theirs and (ours is None or theirs is None or not _same_data(path, ours, theirs)):
                yield _of_file(path, ours, theirs)
            continue
        for known, side in zip(blocks, sides, strict=True):
            if side is not None:
                _enter(known, path, side)
    for name in dict.fromkeys((*blocks[0], *blocks[1])):
        yield from _named(name, blocks[0].get(name, []), blocks[1].get(name, []))


def _enter(known: dict[str, list[tuple[str, Block]]], path: str, file: Block) -> None:
    # Variables' values are the attributes of a file itself, and belong to it.
    if file.attributes:
        known[path].append((path, Block(path, 1, file.attributes)))
    # What stands in an override file is merged into the block of the same name, and is not that block.
    before = f"{path}: " if path.endswith(_OVERRIDES) else ""
    for block in file.blocks:
        if before:
            known[before + block.name].append((path, block))
        elif block.name in _MERGED:
            for name, value in block.attributes.items():
                known[f"local.{name}"].append((path, Block(f"local.{name}", value.line, {"value": value})))
        else:
            known[block.name].append((path, block))


def _named(name: str, old: list[tuple[str, Block]], new: list[tuple[str, Block]]) -> Iterator[Difference]:
    """Compare the blocks of one name: usually one on each side, several of `moved`, `import` and the like."""
    if len(old) == len(new) == 1:
        file, block = new[0]
        for path, line, before, after in _in_block(old[0][1], block, ()):
            yield Difference(file, line, name, ".".join(path), _short(before), _short(after))
        return
    left = [block.meaning for _, block in old]
    for file, block in new:
        if block.meaning in left:
            left.remove(block.meaning)
        else:
            yield Difference(file, block.line, name, _NOTHING, _NOTHING, _label(block))
    for file, block in old:
        if block.meaning in left:
            left.remove(block.meaning)
            yield Difference(file, 0, name, _NOTHING, _label(block), _NOTHING)


def _in_block(old: Block, new: Block, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, str, str]]:
    for name in dict.fromkeys((*old.attributes, *new.attributes)):
        one, other = old.attributes.get(name), new.attributes.get(name)
        if one is None or other is None:
            line = other.line if other else new.line
            yield (*above, name), line, one.text if one else _NOTHING, other.text if other else _NOTHING
        else:
            yield from _in_expression(one, other, (*above, name))
    names = dict.fromkeys(block.name for block in (*old.blocks, *new.blocks))
    for name in names:
        ours, theirs = ([block for block in side.blocks if block.name == name] for side in (old, new))
        if [block.meaning for block in ours] == [block.meaning for block in theirs]:
            continue
        if len(ours) == len(theirs):
            for number, (one_block, other_block) in enumerate(zip(ours, theirs, strict=True)):
                path = (*above, name) if len(ours) == 1 else (*above, name, str(number))
                yield from _in_block(one_block, other_block, path)
        else:
            line = theirs[0].line if theirs else new.line
            counts = [f"{len(side)} blocks" if side else _NOTHING for side in (ours, theirs)]
            yield (*above, name), line, counts[0], counts[1]


def _in_expression(
    old: Expression, new: Expression, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], int, str, str]]:
    if old.meaning == new.meaning:
        return
    inner = _inner(old, new)
    if inner is None:
        yield path, new.line, old.text, new.text
        return
    for name, one, other in inner:
        below = (*path, name) if name else path
        if one is None or other is None:
            line = other.line if other else new.line
            yield below, line, one.text if one else _NOTHING, other.text if other else _NOTHING
        else:
            yield from _in_expression(one, other, below)


def _inner(old: Expression, new: Expression) -> list[tuple[str, Expression | None, Expression | None]] | None:
    """Pair what stands in the brackets of two expressions; None where they differ outside of brackets."""
    if len(old.atoms) != len(new.atoms):
        return None
    found: list[tuple[str, Expression | None, Expression | None]] = []
    for one, other in zip(old.atoms, new.atoms, strict=True):
        if isinstance(one, Group) and isinstance(other, Group) and one.opening == other.opening:
            pairs = _pairs(one, other)
            if pairs is None:
                return None
            found += pairs
        elif one != other:
            return None
    return found


def _pairs(old: Group, new: Group) -> list[tuple[str, Expression | None, Expression | None]] | None:
    ours, theirs = old.by_key(), new.by_key()
    if (old.keys or not old.items) and (new.keys or not new.items) and ours is not None and theirs is not None:
        return [(key.strip('"'), ours.get(key), theirs.get(key)) for key in dict.fromkeys((*ours, *theirs))]
    if old.keys != new.keys or len(old.items) != len(new.items):
        return None
    is_list = old.opening == "["
    pairs = enumerate(zip(old.items, new.items, strict=True))
    return [(str(number) if is_list else _NOTHING, one, other) for number, (one, other) in pairs]


def _is_language(path: str) -> bool:
    return path.endswith(_HCL)


def _same_data(path: str, old: bytes, new: bytes) -> bool:
    if not path.endswith(_JSON):
        return False
    try:
        return bool(json.loads(old) == json.loads(new))
    except ValueError:
        return False


def _of_file(path: str, old: bytes | None, new: bytes | None) -> Difference:
    sizes = [_NOTHING if data is None else f"{len(data):,} bytes" for data in (old, new)]
    return Difference(path, 0 if new is None else 1, _NOTHING, _NOTHING, *sizes)


@lru_cache(maxsize=4096)  # environments share most modules
def _parsed(data: bytes) -> Block | None:
    try:
        return read(data.decode())
    except (UnreadableError, UnicodeDecodeError, RecursionError):
        return None


def _read(path: str, data: bytes) -> Block | None:
    return _parsed(data) if _is_language(path) else None


def _label(block: Block) -> str:
    return f"{block.name} {{…}}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
