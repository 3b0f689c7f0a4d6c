"""The outputs of a plan: the options that ask for them, and where each of them goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError
from generator.reports.plan.hosts import HOSTS
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.cli.session import Session
    from generator.operations.plans.plan import PlanResult


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

    def write(self, session: Session, result: PlanResult) -> None:
        """Print a result, and write the files that were asked for.

        Args:
            session: the call.
            result: of a plan.
        """
        # What derives and renders takes a third of a second to import: `--help` does not need it.
        from generator.reports.plan.formats.markdown import markdown  # noqa: PLC0415  # see above
        from generator.reports.plan.report import plan_report  # noqa: PLC0415  # see above
        from generator.reports.plan.results import PlanDocuments  # noqa: PLC0415  # see above

        options, redactor = session.options, session.options.redactor
        is_detailed = options.json or options.verbose or bool(self.markdown or self.html)
        documents = PlanDocuments(session.workspace(), is_detailed=is_detailed)
        document = documents.of_result(result)
        redactor.spare(change.address for each in document.environments for change in each.changes)
        session.console.report(plan_report(result, document, columns=session.console.columns, verbose=options.verbose))
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
        UsageError: one of them goes with another one that is missing.
    """
    if host and markdown is None:
        raise UsageError("--host goes with --markdown")
    return Outputs(markdown, html, host)
