"""Where everything that a person or a program reads leaves the process."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Final

import click

from generator.reports.columns import terminal_width
from generator.reports.report import Message
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType

    from generator.cli.options import GlobalOptions
    from generator.reports.report import Failure, Report

# Wide enough for a resource address, narrow enough to be read where no terminal tells its width.
_WIDTH_WITHOUT_TERMINAL: Final = 120
_UNFOLDED: Final = 100_000


class Console:
    """Results to stdout, everything else to stderr; with `--json` stdout holds exactly one document.

    Args:
        options: what the global options said.
    """

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options

    @property
    def json(self) -> bool:
        """Whether the result is to be a JSON document."""
        return self.options.json

    @property
    def has_document(self) -> bool:
        """Whether the one JSON document is out."""
        return self.options.has_document

    def conceal(self, values: Iterable[str]) -> None:
        """Never print these from now on, nor in a later error of this call."""
        self.options.redactor.add(values)

    def document(self, content: Mapping[str, object]) -> None:
        """Print the JSON document; nothing without `--json`.

        Args:
            content: what `json` can write; by convention it opens with `ok`.
        """
        if self.json and not self.has_document:
            self.options.has_document = True
            # ASCII only: the document is whole whatever the locale of the pipe it goes through.
            self._write(json.dumps(content, indent=2), sys.stdout)

    @property
    def columns(self) -> int:
        """How wide a line may be; where there is no terminal, as wide as it is, so that it can be searched."""
        return terminal_width() or _UNFOLDED

    def report(self, report: Report) -> None:
        """Print a result: its document, and its messages."""
        self.document(report.document)
        self.tell(report.messages)

    def tell(self, messages: Iterable[Message | Failure]) -> None:
        """Print messages of a result."""
        for message in messages:
            if isinstance(message, Message):
                self._message(message)
                continue
            from generator.cli.failure import say, say_trace  # noqa: PLC0415  # only failures need it

            say_trace(message.error, self)
            say(message.error, self, about=message.about)

    def _message(self, message: Message) -> None:
        if message.tone == "show":
            self.show(message.content)
        elif message.tone == "page":
            self.page(message.content)
        elif message.tone == "error":
            self.error(str(message.content), hint=message.hint)
        else:
            says = {"done": self.done, "note": self.note, "detail": self.detail, "warn": self.warn, "raw": self.raw}
            says[message.tone](str(message.content))

    def show(self, content: RenderableType) -> None:
        """Print a result for a person: a line, or a table or tree of rich; nothing with `--json`."""
        if self.json:
            return
        if isinstance(content, str):
            self._write(content, sys.stdout)
        else:
            self._write(self._rendered(content), sys.stdout, newline=False)

    def page(self, content: RenderableType) -> None:
        """Print a text of many lines; in a terminal by the user's pager. Nothing with `--json`."""
        if self.json or not sys.stdout.isatty():
            self.show(content)
            return
        text = content if isinstance(content, str) else self._rendered(content)
        # As git does: a page that fits the screen stays on it, and colours are shown.
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(self.options.redactor.clean(text), color=self.options.wants_color(sys.stdout))

    def done(self, text: str) -> None:
        """Confirm that something is done or in order: nothing with `-q`, whose exit code says it, nor with `--json`."""
        if not self.options.quiet:
            self.show(text)

    def raw(self, text: str) -> None:
        """Print text in a format of its own (SARIF, workflow commands) as it is."""
        self._write(text, sys.stdout)

    def note(self, text: str) -> None:
        """Remark something that a person may skip: nothing with `-q`."""
        if not self.options.quiet:
            self._write(text, sys.stderr)

    def detail(self, text: str) -> None:
        """Remark something that only `-v` asks for."""
        if self.options.verbose:
            self._write(styled(text, dim=True), sys.stderr)

    def warn(self, text: str) -> None:
        """Say what may be wrong, even with `-q`."""
        self._write(f"{styled('warning:', 'yellow', bold=True)} {text}", sys.stderr)

    def error(self, text: str, *, hint: str = "") -> None:
        """Say what failed, and what to do."""
        self._write(f"{styled('error:', 'red', bold=True)} {text}", sys.stderr)
        if hint:
            self._write(f"{styled('  hint:', 'cyan')} {hint}", sys.stderr)

    def explain(self, cause: str, *, hint: str, see: str = "") -> None:
        """Say why something failed, what to do, and where more stands."""
        for word, text in ((" cause:", cause), ("  hint:", hint), ("   see:", see)):
            if text:
                self._write(f"{styled(f' {word}', 'cyan')} {text}", sys.stderr)

    def plain_error(self, text: str) -> None:
        """Print a line that belongs to an error."""
        self._write(text, sys.stderr)

    def _write(self, text: str, stream: IO[str], *, newline: bool = True) -> None:
        color = self.options.wants_color(stream)
        click.echo(self.options.redactor.clean(text), file=stream, nl=newline, color=color)

    def _rendered(self, content: RenderableType) -> str:
        from rich.console import Console as RichConsole  # noqa: PLC0415  # costs 80 ms, and few results are tables

        color = self.options.wants_color(sys.stdout)
        rich = RichConsole(
            file=sys.stdout,
            force_terminal=color,
            no_color=not color,
            highlight=False,
            markup=False,
            emoji=False,
            width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL,
        )
        with rich.capture() as capture:
            rich.print(content)
        # rich fills each line of a table with blanks, which pipes and terminals are better off without.
        return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
