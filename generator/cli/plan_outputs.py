"""The outputs of a plan: the options that ask for them, and where each of them goes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError
from generator.reports.plan.hosts import HOSTS
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.cli.session import Session
    from generator.operations.changes.review import Reviewed
    from generator.operations.changes.run_result import RunResult
    from generator.operations.checks.drift import DriftResult
    from generator.operations.plans.plan import PlanResult
    from generator.reports.plan.document import Document
    from generator.reports.plan.results import PlanDocuments


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the command line asked for.

    Attributes:
        markdown: a file for a comment; None for none.
        html: a file for a browser; None for none.
        host: who shows the comment.
    """

    markdown: Path | None
    html: Path | None
    host: str | None

    @property
    def is_wanted(self) -> bool:
        """Whether a file was asked for."""
        return bool(self.markdown or self.html)

    def documents(self, session: Session) -> PlanDocuments:
        """Return what makes documents, with as much detail as somebody will see."""
        # What derives and renders takes a third of a second to import: `--help` does not need it.
        from generator.reports.plan.results import PlanDocuments  # noqa: PLC0415  # see above

        options = session.options
        is_detailed = options.json or options.verbose or self.is_wanted
        return PlanDocuments(session.workspace(), is_detailed=is_detailed, redactor=options.redactor)

    def write(self, session: Session, result: PlanResult) -> None:
        """Print a plan, and write the files that were asked for."""
        from generator.reports.plan.report import plan_report  # noqa: PLC0415  # see above

        documents = self.documents(session)
        document = documents.of_result(result)
        columns, verbose = session.console.columns, session.options.verbose
        session.console.report(plan_report(result, document, columns=columns, verbose=verbose))
        self.write_files(session, documents, document)

    def write_drift(self, session: Session, result: DriftResult) -> None:
        """Print a look for drift, and write the files that were asked for."""
        from generator.reports.checks.drift import drift_report  # noqa: PLC0415  # see above

        documents = self.documents(session)
        document = documents.of_drift(result)
        columns, verbose = session.console.columns, session.options.verbose
        session.console.report(drift_report(result, document, columns=columns, verbose=verbose))
        self.write_files(session, documents, document)

    def write_run(
        self, session: Session, reviewed: Sequence[Reviewed], result: RunResult, *, is_ended: bool = False
    ) -> None:
        """Print what became of a run, and write the files that were asked for, with the plans that were shown.

        Args:
            session: the call.
            reviewed: the plans.
            result: of the run.
            is_ended: it was ended early, and why is said elsewhere.
        """
        from generator.reports.changes.run import ended_report, run_report  # noqa: PLC0415  # see above

        report = ended_report if is_ended else run_report
        if not (self.is_wanted or session.options.json):
            session.console.report(report(result))
            return
        documents = self.documents(session)
        document = documents.of_run(reviewed, result)
        session.console.report(report(result, document))
        self.write_files(session, documents, document)

    def write_files(self, session: Session, documents: PlanDocuments, document: Document) -> None:
        """Write the files that were asked for.

        Args:
            session: the call.
            documents: what made the document.
            document: what is to be written.
        """
        from generator.reports.plan.formats.markdown import markdown  # noqa: PLC0415  # see above

        redactor = session.options.redactor
        if self.markdown is not None:
            text = markdown(document, HOSTS[self.host or "github"])
            replace_file(self.markdown.absolute(), redactor.clean(text))
        if self.html is not None:
            replace_file(self.html.absolute(), redactor.clean(documents.page(document)))


def output_options(function: Callable[..., int]) -> Callable[..., int]:
    """Declare the options of a command that shows plans."""
    declared = [
        click.option(
            "--markdown",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Write what is shown as Markdown, short enough for a comment.",
        ),
        click.option(
            "--host",
            metavar="HOST",
            type=click.Choice(list(HOSTS)),
            help=f"With --markdown: {', '.join(HOSTS)}; by default github.",
        ),
        click.option(
            "--html",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Write what is shown as one HTML file that needs no network.",
        ),
    ]
    for option in reversed(declared):
        function = option(function)
    return function


def outputs_of(markdown: Path | None, html: Path | None, host: str | None) -> Outputs:
    """Check the options against each other.

    Raises:
        UsageError: one of them goes with another one that is missing, or names what cannot be written.
    """
    if host and markdown is None:
        raise UsageError("--host goes with --markdown")
    if markdown and html and markdown.absolute() == html.absolute():
        raise UsageError(f"--markdown and --html both name {markdown}", hint="name a file for each")
    for option, file in (("--markdown", markdown), ("--html", html)):
        if file is not None:
            _require_place(option, file)
    return Outputs(markdown, html, host)


def _require_place(option: str, file: Path) -> None:
    """Refuse a file that cannot be written before anything is planned, let alone applied."""
    if file.exists() and not file.is_file():
        kind = "a folder" if file.is_dir() else "not an ordinary file"
        raise UsageError(f"{option} {file} is {kind}", hint="name a file; it is replaced as a whole")
    above = next(folder for folder in file.absolute().parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{option} {file} cannot be written: {above} is not a folder that you may write to")
