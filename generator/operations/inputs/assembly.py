"""From environment names to rendered text: the stages before the output, one call after the other."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from stat import S_ISREG
from time import monotonic
from typing import TYPE_CHECKING, Final

from generator import __version__
from generator.claims.holders import entry_of
from generator.claims.index import EnvironmentClaims
from generator.claims.judge import Judge
from generator.errors import SpecError, TemplateError, UsageError
from generator.model.folder import judge_folder
from generator.operations.reporter import NoProgress
from generator.output.digests import Digests
from generator.output.freshness.up_to_date import unchanged
from generator.output.rendered import Inputs, RenderedEnvironment
from generator.parts.own.sources.files import digest_of_parts
from generator.rendering.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from generator.assembled import Assembled
    from generator.model.loading.load import Environment
    from generator.operations.reporter import Progress
    from generator.output.parallel.prepared import Prepared
    from generator.problems import Problem
    from generator.rendering.engine import TemplateEngine
    from generator.workspace import Workspace

_READINGS: Final = 3
_UNSEEN: Final = NoProgress()


class Assembly:
    """Loads, derives and renders environments of one workspace.

    Args:
        workspace: where.
        out: another output folder than `modules_out/`.
    """

    def __init__(self, workspace: Workspace, out: Path | None = None) -> None:
        self.workspace = workspace
        self.out = out

    @cached_property
    def engine(self) -> TemplateEngine:
        """The templates: the workspace's own over the bundled ones."""
        # Jinja and the model take a quarter of a second to import; where nothing changed, neither is needed.
        from generator.rendering.engine import TemplateEngine  # noqa: PLC0415  # see above

        return TemplateEngine.of(self.workspace)

    @cached_property
    def templates(self) -> str:
        """Digest over the templates and the parts; what else the text depends on is in the stamp of our own code."""
        digests = Library(self.workspace.template_folders).digest + digest_of_parts(self.workspace)
        return hashlib.sha256(digests.encode()).hexdigest()

    def load(self, names: Sequence[str], *, beside: Sequence[str] = (), alone: bool = False) -> list[Environment]:
        """Load environments; again where a spec was saved while we read.

        Args:
            names: which.
            beside: others that need no loading, and are judged as well.
            alone: do not judge them against all others: for what only looks, or saves what an apply has done.

        Raises:
            SpecError: with all problems of all environments.
            UsageError: the specs do not come to rest.
        """
        from generator.model.loading.load import load_environments  # noqa: PLC0415  # the model: see `engine`

        for _ in range(_READINGS):
            before = self._stamps()
            judge = None if alone else Judge(self.workspace, beside)
            environments = load_environments(self.workspace, names, judge)
            if self._stamps() == before:
                return environments
        raise UsageError("the specs keep changing while they are read", hint="run it again when nothing writes them")

    def render(self, environments: Sequence[Environment], progress: Progress = _UNSEEN) -> list[RenderedEnvironment]:
        """Render environments, all in memory.

        Raises:
            SpecError: with everything that some take over and their modules do not have.
            TemplateError: a template is wrong; it names the places in the spec that the template line uses.
        """
        from generator.assembled import assemble  # noqa: PLC0415  # the model and Jinja: see `engine`
        from generator.rendering.render import PATIENCE  # noqa: PLC0415  # see above

        digests, begin = Digests(self.workspace), monotonic()
        rendered: list[RenderedEnvironment] = []
        wrong: list[TemplateError] = []
        refused: list[Problem] = []
        for environment in environments:
            try:
                rendered.append(self._rendered(assemble(self.engine, environment), digests))
            except SpecError as error:
                refused += error.problems
            except TemplateError as error:
                wrong.append(error)
                if error.is_limit or monotonic() - begin > PATIENCE:
                    break
            progress.advance()
        if wrong:
            raise TemplateError.joined(wrong)
        if refused:
            raise SpecError(list(dict.fromkeys(refused)))
        return rendered

    def stream(self) -> Callable[[Iterable[str]], Generator[RenderedEnvironment]]:
        """Return what loads and renders environments one after the other, from the specs as they are now.

        Everything is imported, read and compiled when this returns, for the processes that are forked then. What it
        returns raises UsageError at the end where a spec was saved since; otherwise its errors are those of `load` and
        `render`, but only the first of them.

        Raises:
            TemplateError: a template cannot be read or compiled.
        """
        from generator.assembled import assemble  # noqa: PLC0415  # the model and Jinja: see `engine`
        from generator.model.loading.layers import SpecCache  # noqa: PLC0415  # the model: see `engine`
        from generator.model.loading.load import load_environment  # noqa: PLC0415  # the model: see `engine`

        before, cache, digests = self._stamps(), SpecCache(), Digests(self.workspace)
        self.engine.prepare()
        _ = self.templates

        def render(names: Iterable[str]) -> Generator[RenderedEnvironment]:
            for name in names:
                environment = load_environment(self.workspace, name, cache)
                yield self._rendered(assemble(self.engine, environment), digests)
            if self._stamps() != before:
                raise UsageError("a spec was saved while the specs were read")

        return render

    def _rendered(self, made: Assembled, digests: Digests) -> RenderedEnvironment:
        entry = entry_of(made.environment, digests)
        return RenderedEnvironment(
            made.name, made.files, Inputs(entry.sources, self.templates, __version__), entry.claims
        )

    def require_unclaimed(self, names: Sequence[str]) -> None:
        """Refuse environments that claim what another one claims; reads what has changed, and no more.

        Raises:
            SpecError: with both places.
        """
        problems = Judge(self.workspace).of(names)
        if problems:
            raise SpecError(problems)

    def agree(self, prepared: Sequence[Prepared], beside: Sequence[str] = ()) -> bool:
        """Tell whether environments that are about to be written, and others, claim nothing that another one claims."""
        known = {item.name: EnvironmentClaims(item.verdict.inputs.sources, item.claims) for item in prepared}
        return not Judge(self.workspace, beside).of(known, lambda: known)

    def changed(self, names: Sequence[str]) -> list[str]:
        """Return those of the environments that must be rendered, since a look says that something changed.

        Raises:
            SpecError: these are all environments, and a misnamed spec lies beside theirs: with all problems.
        """
        if set(names) == set(self.workspace.environment_names()) and any(
            problem.severity == "error" for problem in judge_folder(self.workspace)
        ):
            self.load(names)
        current = unchanged(
            self.workspace,
            names,
            templates=self.templates,
            generator=__version__,
            out=self.out,
            meanwhile=_import_stages,
        )
        return [name for name in names if name not in current]

    def _stamps(self) -> dict[str, tuple[int, int]]:
        with os.scandir(self.workspace.environments) as entries:
            seen = [(entry.name, _stat(entry)) for entry in entries]
        return {name: (found.st_mtime_ns, found.st_size) for name, found in seen if found and S_ISREG(found.st_mode)}


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return what a name stands for; None for a link to nowhere or round to itself, which the reader tells of."""
    try:
        return entry.stat()
    except OSError:
        return None


def _import_stages() -> None:
    """Import what a render takes, which is most of what it costs to render one environment."""
    import generator.assembled  # noqa: PLC0415  # all of them: see `Assembly.engine`
    import generator.model.loading.load  # noqa: F401, PLC0415
