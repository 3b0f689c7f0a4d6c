"""The documentation as a whole: every link leads somewhere, every page is listed, and what is generated is fresh."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from decision_index import index

from generator.cli.reference import command_reference
from generator.operations.documentation import page_names, topics

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
DOCUMENTS: Final = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
CODE: Final = re.compile(r"^```.*?^```|^(?: {4}.*\n)+|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING: Final = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)
CALL: Final = re.compile(r"^\$ tfstencil ([^\n]*)\n(\{\n.*?^\})$", re.MULTILINE | re.DOTALL)
VARIABLE: Final = re.compile(r"\bTFSTENCIL_[A-Z_]+[A-Z]\b")


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings that the site and code hosts make alike."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = [
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").lower() for title in HEADING.findall(text)
    ]
    of_hosts = {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
    of_site = {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip()) for title in titles}
    return of_hosts & of_site


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_anchor_leads_somewhere(document: Path) -> None:
    for target, anchor in LINK.findall(CODE.sub("", document.read_text("utf-8"))):
        file = (document.parent / target).resolve() if target else document
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file.read_text("utf-8")), f"{target}#{anchor}"


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_page_links_nothing_that_the_site_and_the_wheel_lack(document: Path) -> None:
    for target, _ in LINK.findall(CODE.sub("", document.read_text("utf-8"))):
        assert (document.parent / target).resolve().is_relative_to(DOCS), target


def test_the_site_lists_the_topics_of_the_index_in_its_order() -> None:
    settings = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
    listed = [(group, title, page) for group, title, page in _entries(settings["nav"]) if page != "index.md"]
    assert listed == [(each.section, each.title, _file(each.name)) for each in topics()]


def test_every_page_is_a_topic_or_a_decision() -> None:
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"index.md"}
    decisions = {page for page in pages if re.fullmatch(r"decisions/\d{4}-[a-z0-9-]+\.md", page)}
    assert pages - decisions == {_file(each.name) for each in topics()}


def test_the_index_of_decisions_has_each_with_its_title() -> None:
    assert (DOCS / "decisions" / "index.md").read_text("utf-8") == index(), "run make render"


def test_the_reference_of_commands_is_as_the_commands_are() -> None:
    assert (DOCS / "commands.md").read_text("utf-8") == command_reference(), "run make render"


def test_messages_and_helps_name_pages_that_whoever_installed_the_package_has() -> None:
    files = [
        file for folder in ("cli", "operations", "reports") for file in (ROOT / "generator" / folder).rglob("*.py")
    ]
    generated = {"reference.py", "documentation.py"}
    texts = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files if file.name not in generated}
    assert {name for name, text in texts.items() if re.search(r"\bdocs/[\w-]+\.md", text)} == set()
    named = {name for text in texts.values() for name in re.findall(r"tfstencil docs ([a-z][\w-]+)", text)}
    assert named >= {"guards", "parts", "tutorial"}
    assert named <= set(page_names())


def test_every_variable_that_the_code_reads_is_among_the_settings() -> None:
    page = (DOCS / "settings.md").read_text("utf-8")
    read = {name for file in (ROOT / "generator").rglob("*.py") for name in VARIABLE.findall(file.read_text("utf-8"))}
    assert read - set(VARIABLE.findall(page)) == set()
    known = read | {name for file in (ROOT / "generator").rglob("*.j2") for name in VARIABLE.findall(file.read_text())}
    assert set(VARIABLE.findall(page)) - known == set()


def test_every_key_of_a_json_document_is_described() -> None:
    page = (DOCS / "json.md").read_text("utf-8")
    rows: dict[str, set[str]] = {}
    for names, keys in re.findall(r"^\| ((?:`[a-z ]+`(?:, )?)+) \| (.+) \|$", page, re.MULTILINE):
        rows |= {name: set(re.findall(r"`(\w+)`", keys)) for name in re.findall(r"`([a-z ]+)`", names)}
    plans = rows["plan"]
    rows["drift"] |= plans
    for call, keys in _documents():
        words = call.split()
        described = rows.get(" ".join(words[:2])) or rows.get(words[0])
        assert described, f"docs/json.md has no row for {call}"
        assert keys - {"ok", "error", "problems"} <= described, call


def _documents() -> Iterator[tuple[str, set[str]]]:
    for file in sorted((ROOT / "tests" / "snapshots" / "calls").glob("*.json.txt")):
        for call, document in CALL.findall(file.read_text("utf-8")):
            yield call, set(re.findall(r'^  "(\w+)":', document, re.MULTILINE))


def _entries(nav: list[Any], group: str = "") -> Iterator[tuple[str, str, str]]:
    for entry in nav:
        if isinstance(entry, str):
            yield group, "", entry
            continue
        for title, below in entry.items():
            yield from [(group, title, below)] if isinstance(below, str) else _entries(below, title)


def _file(name: str) -> str:
    return f"{name}.md" if (DOCS / f"{name}.md").is_file() else f"{name}/index.md"
