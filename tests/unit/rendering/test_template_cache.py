"""Compiled templates are kept on the disk, and believed only where nobody else can have written them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.rendering.engine import TemplateEngine
from generator.rendering.jail import Jail

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "_macros.tf.j2").write_text("{% macro m(v) %}[{{ v | hcl }}]{% endmacro %}\n")
    (folder / "main.tf.j2").write_text("{% from '_macros.tf.j2' import m %}\na = {{ m(x) }}\n")
    (folder / "README.md.j2").write_text("# {{ x }}\n")
    return folder


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that are compiled while the test runs."""
    names: list[str] = []
    compile_really = Jail.compile

    def compile_and_tell(self: Jail, source: str, name: str, filename: str) -> object:
        names.append(name)
        return compile_really(self, source, name, filename)

    monkeypatch.setattr(Jail, "compile", compile_and_tell)
    return names


def texts(templates: Path, cache: Path | None) -> list[str]:
    engine = TemplateEngine([templates], cache=cache, confined=False)
    return [engine.render(name, {"x": "*a*"}) for name in engine.templates()]


EXPECTED = ["# \\*a\\*\n", 'a = ["*a*"]\n']


def test_a_second_engine_compiles_nothing(tmp_path: Path, templates: Path, compilations: list[str]) -> None:
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert sorted(compilations) == ["README.md.j2", "_macros.tf.j2", "main.tf.j2"]
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert len(compilations) == 3


@pytest.mark.parametrize("cached", [True, False])
def test_what_was_prepared_compiles_nothing_later(
    tmp_path: Path, templates: Path, compilations: list[str], *, cached: bool
) -> None:
    (templates / "copied.txt").write_text("{{ not a template }}")
    engine = TemplateEngine([templates], cache=tmp_path / "cache" if cached else None, confined=False)
    engine.prepare()
    assert sorted(compilations) == ["README.md.j2", "_macros.tf.j2", "main.tf.j2"]
    assert [engine.render(name, {"x": "*a*"}) for name in ("README.md.j2", "main.tf.j2")] == EXPECTED
    assert len(compilations) == 3


def test_one_engine_compiles_each_template_once_without_a_cache(templates: Path, compilations: list[str]) -> None:
    engine = TemplateEngine([templates], confined=False)
    assert [engine.render("main.tf.j2", {"x": "*a*"}) for _ in range(3)] == [EXPECTED[1]] * 3
    assert sorted(compilations) == ["_macros.tf.j2", "main.tf.j2"]


def test_a_changed_template_is_compiled_anew_and_the_old_code_goes(
    tmp_path: Path, templates: Path, compilations: list[str]
) -> None:
    texts(templates, tmp_path / "cache")
    (templates / "README.md.j2").write_text("## {{ x }}\n")
    assert texts(templates, tmp_path / "cache")[0] == "## \\*a\\*\n"
    assert len(compilations) == 6
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_the_cache_belongs_to_its_user_alone(tmp_path: Path, templates: Path) -> None:
    texts(templates, tmp_path / "a" / "cache")
    (file,) = (tmp_path / "a" / "cache").iterdir()
    assert (tmp_path / "a" / "cache").stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("damage", ["first byte", "last byte", "cut", "empty", "folder"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, templates: Path, compilations: list[str], damage: str) -> None:
    texts(templates, tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    match damage:
        case "first byte":
            flip(file, 0)
        case "last byte":
            flip(file, -1)
        case "cut":
            file.write_bytes(file.read_bytes()[:-100])
        case "empty":
            file.write_bytes(b"")
        case "folder":
            file.unlink()
            file.mkdir()
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert len(compilations) == 6


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o750, 0o701])
def test_a_cache_that_others_can_reach_is_not_believed(
    tmp_path: Path, templates: Path, compilations: list[str], mode: int
) -> None:
    texts(templates, tmp_path / "cache")
    (tmp_path / "cache").chmod(mode)
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert len(compilations) == 6


def test_a_cache_that_is_a_link_is_not_believed(tmp_path: Path, templates: Path, compilations: list[str]) -> None:
    texts(templates, tmp_path / "cache")
    (tmp_path / "link").symlink_to(tmp_path / "cache")
    assert texts(templates, tmp_path / "link") == EXPECTED
    assert len(compilations) == 6


def test_a_cached_file_that_is_a_link_is_not_believed(tmp_path: Path, templates: Path, compilations: list[str]) -> None:
    texts(templates, tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert len(compilations) == 6


def test_where_no_cache_can_be_written_rendering_works_all_the_same(tmp_path: Path, templates: Path) -> None:
    (tmp_path / "file").write_text("")
    assert texts(templates, tmp_path / "file") == EXPECTED
    assert texts(templates, tmp_path / "file" / "below") == EXPECTED


def test_a_cache_of_another_user_is_not_believed(
    tmp_path: Path, templates: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts(templates, tmp_path / "cache")
    owner = (tmp_path / "cache").stat().st_uid
    monkeypatch.setattr("generator.rendering.compiled.os.geteuid", lambda: owner + 1)
    assert texts(templates, tmp_path / "cache") == EXPECTED
    assert len(compilations) == 6
