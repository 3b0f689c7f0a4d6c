"""Templates in, text out: compiled once, jailed, and every output encoded."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, Template, TemplateNotFound

from generator.errors import TemplateError
from generator.parts.own.catalog import workspace_catalog
from generator.rendering.compiled import CompiledTemplates
from generator.rendering.failure import template_error
from generator.rendering.jail import Jail, require_size
from generator.rendering.language import LANGUAGES, language_of
from generator.rendering.library import Library
from generator.rendering.part_files import files_of_parts
from generator.rendering.worker import Worker
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
    from pathlib import Path
    from types import CodeType
    from typing import Self

    from jinja2 import Environment

    from generator.rendering.language import Language
    from generator.rendering.library import TemplateFile
    from generator.workspace import Workspace

_BATCH: Final = 256


class TemplateEngine:
    """The templates of a workspace, ready to render.

    Attributes:
        library: the template files.
        module_texts: what each module renders to, by its name and shape.
        begin: called with the name of each template before it is compiled, and before it is rendered.
    """

    def __init__(
        self, folders: Sequence[Path] | Library, *, cache: Path | None = None, confined: bool | None = None
    ) -> None:
        """Read the templates; nothing is compiled yet.

        Args:
            folders: template folders, of files with the same name the one in the first folder counts; or the files
                that another engine has read.
            cache: private folder for compiled templates; None compiles them in every process.
            confined: whether a process of its own renders all of them, within limits; by default where any of the
                folders is not ours. What else is not ours, of parts, is rendered there by default, and the rest here.

        Raises:
            TemplateError: a file cannot be read, or is not UTF-8.
        """
        self.library = folders if isinstance(folders, Library) else Library(folders)
        self._jails = {language.name: self.make_jail(language) for language in LANGUAGES}
        self._cache = CompiledTemplates(cache, self.digest()) if cache else None
        self._codes: dict[str, CodeType] = {}
        self._templates: dict[str, Template] = {}
        sources = self.library.sources.values()
        is_ours = isinstance(folders, Library) or [*folders] == [bundled_templates()]
        strange = {source.name for source in sources if not source.is_ours}
        # One of a workspace can take the place of any of ours, or be included by it; that of a part, by the part alone.
        self._confined = {*self.library.sources} if not is_ours else strange
        if confined is not None:
            self._confined = {*self.library.sources} if confined else set()
        self._worker = Worker() if self._confined else None
        self.begin: Callable[[str], None] = lambda _: None
        self.module_texts: dict[tuple[str, object], dict[str, str]] = {}

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Read the templates of a workspace: its own over the bundled ones.

        Raises:
            TemplateError: a file cannot be read, or is not UTF-8.
        """
        parts = [part.templates for part in workspace_catalog(workspace).parts if part.templates is not None]
        if not parts:
            return cls(workspace.template_folders, cache=workspace.scratch / "templates")
        folders = workspace.template_folders
        library = Library(folders, files_of_parts(parts))
        return cls(library, cache=workspace.scratch / "templates", confined=True if len(folders) > 1 else None)

    def make_jail(self, language: Language) -> Jail:
        """Return the Jinja environment for one language."""
        return Jail(language, TemplateLoader(self, language))

    def templates(self) -> list[str]:
        """List the templates that render to files, sorted; partials (`_name.tf.j2`) only serve others."""
        sources = self.library.sources.values()
        return [source.name for source in sources if source.is_template and not source.is_partial]

    def source(self, name: str) -> TemplateFile:
        """Return one template file."""
        return self.library.sources[name]

    def digest(self) -> str:
        """Return a digest of all template sources, hexadecimal."""
        return self.library.digest

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """Render one template.

        Args:
            name: as `templates` lists it.
            context: what its expressions can name.

        Raises:
            TemplateError: at the template's file and line, whatever went wrong.
        """
        if self._worker and name in self._confined:
            return self._worker.render(self, name, context)
        return self.render_here(name, context)

    def render_here(self, name: str, context: Mapping[str, object]) -> str:
        """Render one template in this process, whoever wrote it.

        Raises:
            TemplateError: as `render`.
        """
        jail = self._jails[language_of(self.source(name).output).name]
        try:
            template = self.template(name)
            self.begin(name)
            jail.start()
            return self._limited(template.root_render_func(template.new_context(dict(context))), jail)
        except Exception as error:
            raise template_error(error, self.source(name), self.library, context) from error

    def compile(self, name: str) -> None:
        """Compile one template where it will be rendered.

        Raises:
            TemplateError: it cannot be compiled.
        """
        if self._worker and name in self._confined:
            self._worker.compile(self, name)
        else:
            self.template(name)

    def compile_here(self, name: str, line: int) -> str:
        """Compile one template in this process; return, as text, which of its lines a line of its code is.

        Raises:
            TemplateError: it cannot be compiled.
        """
        try:
            return str(self.template(name).get_corresponding_lineno(line))
        except Exception as error:
            raise template_error(error, self.source(name), self.library, {}) from error

    def template(self, name: str) -> Template:
        """Return a compiled template.

        Raises:
            jinja2.TemplateError: it, or another of the set, cannot be compiled.
        """
        if name not in self._templates:
            jail = self._jails[language_of(self.source(name).output).name]
            self._templates[name] = Template.from_code(jail, self._code(name), jail.make_globals(None))
        return self._templates[name]

    def prepare(self) -> None:
        """Compile all templates now, so that a process that is forked from this one finds them compiled.

        Raises:
            TemplateError: one of them cannot be compiled.
        """
        for source in self.library.sources.values():
            # The worker compiles its own.
            if source.is_template and source.name not in self._confined:
                self.template(source.name)

    def _code(self, name: str) -> CodeType:
        if not self._codes and self._cache:
            self._codes = self._cache.load()
        if not self._codes and self._cache:
            self._codes = dict(self._compiled())
            self._cache.store(self._codes)
        if name not in self._codes:
            self._codes[name] = self._compile(name)
        return self._codes[name]

    def _compiled(self) -> Iterator[tuple[str, CodeType]]:
        """Compile all templates that can be: a wrong one is told when it is asked for."""
        # Where only some are not ours, their process compiles them, each when it is asked for.
        others = self._confined if len(self._confined) < len(self.library.sources) else ()
        for source in self.library.sources.values():
            if source.is_template and source.name not in others:
                with suppress(TemplateError):
                    yield source.name, self._compile(source.name)

    def _compile(self, name: str) -> CodeType:
        source = self.source(name)
        jail = self._jails[language_of(source.output).name]
        self.begin(name)
        try:
            return jail.compile(source.text, name, source.display)
        except Exception as error:  # Python's compiler has limits of its own
            raise template_error(error, source, self.library, {}) from error

    @staticmethod
    def _limited(chunks: Iterator[str], jail: Jail) -> str:
        parts: list[str] = []
        size = 0
        while batch := list(islice(chunks, _BATCH)):
            size += sum(map(len, batch))
            require_size(size)
            jail.check_time()
            parts += batch
        return jail.concat(parts)


class TemplateLoader(BaseLoader):
    """What `import` and `include` find: templates of the same language."""

    def __init__(self, engine: TemplateEngine, language: Language) -> None:
        self._engine = engine
        self._language = language

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:  # noqa: A002, ARG002  # Jinja's signature
        """Return the compiled template `name`."""
        source = self._engine.library.sources.get(name)
        if source is None or not source.is_template:
            raise TemplateNotFound(name, f"there is no template {name}")
        if language_of(source.output) is not self._language:
            raise TemplateNotFound(name, f"{name} is no {self._language.name}, and cannot be part of it")
        return self._engine.template(name)
