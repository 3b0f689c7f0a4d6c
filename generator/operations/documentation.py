"""The pages of the documentation, which ship with the package: which there are, and what one says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError
from generator.suggestion import closest
from generator.workspace import bundled_docs

if TYPE_CHECKING:
    from pathlib import Path

_INDEX: Final = "index"
_PAGE: Final = ".md"
# The list on the first page is the one list of topics; the site's navigation is held to it by a test.
_ENTRY: Final = re.compile(
    r"^(?:## (?P<section>.+)|- \[(?P<title>[^\]]+)\]\((?P<file>[^)]+)\.md\): (?P<summary>.+))$", re.MULTILINE
)
_TITLE: Final = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A page in the list.

    Attributes:
        section: the heading that it stands under.
        name: what it is asked for by: its path without the suffix.
        title: what it is called in the list.
        summary: what it is about, in one line.
    """

    section: str
    name: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        name: what it was asked for by.
        title: its first heading.
        text: Markdown.
    """

    name: str
    title: str
    text: str


def topics() -> list[Topic]:
    """List the topics, in the order in which a newcomer needs them."""
    found, section = [], ""
    for entry in _ENTRY.finditer((bundled_docs() / f"{_INDEX}{_PAGE}").read_text("utf-8")):
        if entry["section"]:
            section = entry["section"]
        else:
            found.append(Topic(section, entry["file"].removesuffix(f"/{_INDEX}"), entry["title"], entry["summary"]))
    return found


def page_names() -> list[str]:
    """List what pages can be asked for by, those first that are in the list of topics."""
    folder = bundled_docs()
    names = (_name(file, folder) for file in sorted(folder.rglob(f"*{_PAGE}")))
    return list(dict.fromkeys([*(topic.name for topic in topics()), *names]))


def page(name: str) -> Page:
    """Read a page.

    Args:
        name: of it; as a link writes it (`guards.md`, `docs/guards.md`), too.

    Raises:
        UsageError: there is none of that name.
    """
    wanted = name.removeprefix("docs/").partition("#")[0].removesuffix(_PAGE).removesuffix(f"/{_INDEX}")
    known = page_names()
    if wanted not in known:
        by_title = {topic.title.lower(): topic.name for topic in topics()}
        close = by_title.get(wanted.lower()) or closest(wanted.lower(), known)
        hint = f"did you mean {close}?" if close else "tfstencil docs lists them"
        raise UsageError(f"there is no page {name!r} in the documentation", hint=hint)
    file = bundled_docs() / f"{wanted}{_PAGE}"
    text = (file if file.is_file() else bundled_docs() / wanted / f"{_INDEX}{_PAGE}").read_text("utf-8")
    heading = _TITLE.search(text)
    return Page(wanted, heading[1] if heading else wanted, text)


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix().removesuffix(_PAGE).removesuffix(f"/{_INDEX}")
