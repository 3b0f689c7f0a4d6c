"""Who hears what `apply` and `destroy` tell, and writes the plans that they show to the files that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli.reporter import ConsoleReporter
from generator.errors import TfstencilError

if TYPE_CHECKING:
    from generator.cli.plan_outputs import Outputs
    from generator.cli.session import Session
    from generator.operations.changes.review import Reviewed
    from generator.operations.changes.run_result import RunResult
    from generator.operations.targets.targets import Target


class RunReporter(ConsoleReporter):
    """Prints what a run tells; the files are written before each question, and when the run has ended.

    Args:
        session: the call.
        outputs: the files that were asked for.
    """

    def __init__(self, session: Session, outputs: Outputs) -> None:
        super().__init__(session.console)
        self._session = session
        self._outputs = outputs
        self._reviewed: list[Reviewed] = []

    def reviewed(self, reviewed: Reviewed) -> None:
        """Show a plan, and keep it for the files and for the document."""
        super().reviewed(reviewed)
        if self._outputs.is_wanted or self._session.options.json:
            self._reviewed.append(reviewed)

    def agrees(self, target: Target, verb: str) -> bool:
        """Ask, with the files at hand."""
        if self._outputs.is_wanted:
            documents = self._outputs.documents(self._session)
            self._outputs.write_files(self._session, documents, documents.of_reviewed(self._reviewed))
        return super().agrees(target, verb)

    def conclude(self, result: RunResult) -> None:
        """Say what became of the run, and write the files."""
        self._outputs.write_run(self._session, self._reviewed, result)

    def ended(self, result: RunResult) -> None:
        """Say what a run came to that is ended early, and write the files."""
        try:
            self._outputs.write_run(self._session, self._reviewed, result, is_ended=True)
        except (OSError, TfstencilError) as error:
            # Why the run was ended is what has to be told.
            self.warn(f"the report of the run cannot be written: {error}")
