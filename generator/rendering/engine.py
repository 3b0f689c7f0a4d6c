"""Templates in, text out: compiled once, jailed, and every output encoded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, Template, TemplateNotFound
from jinja2 import TemplateError as JinjaError

from generator.rendering.compiled import CompiledTemplates
from generator.rendering.failure import template_error
from generator.rendering.jail import Jail, RenderingLimitError
from generator.rendering.language import LANGUAGES, language_of
from generator.rendering.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence
    from pathlib import Path
    from types import CodeType

    from jinja2 import Environment

    from generator.rendering.language import Language
    from generator.rendering.library import Source

LARGEST: Final = 4 * 1024 * 1024
_BATCH: Final = 256


class TemplateEngine:
    """The templates of a workspace, ready to render.

    Attributes:
        library: the template files.
        module_texts: what each module renders to, by its name and shape.
    """

    def __init__(self, folders: Sequence[Path] | Library, *, cache: Path | None = None) -> None:
        """Read the templates; nothing is compiled yet.

        Args:
            folders: template folders, of files with the same name the one in the first folder counts; or the files
                that another engine has read.
            cache: private folder for compiled templates; None compiles them in every process.

        Raises:
            TemplateError: a file cannot be read, or is not UTF-8.
        """
        self.library = folders if isinstance(folders, Library) else Library(folders)
        self._jails = {language.name: self.make_jail(language) for language in LANGUAGES}
        self._cache = CompiledTemplates(cache, self.digest()) if cache else None
        self._codes: dict[str, CodeType] = {}
        self._templates: dict[str, Template] = {}
        self.module_texts: dict[tuple[str, object], dict[str, str]] = {}

    def make_jail(self, language: Language) -> Jail:
        """Return the Jinja environment for one language."""
        return Jail(language, TemplateLoader(self, language))

    def templates(self) -> list[str]:
        """List the templates that render to files, sorted; partials (`_name.tf.j2`) only serve others."""
        sources = self.library.sources.values()
        return [source.name for source in sources if source.is_template and not source.is_partial]

    def source(self, name: str) -> Source:
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
        jail = self._jails[language_of(self.source(name).output).name]
        jail.start()
        try:
            template = self.template(name)
            return self._limited(template.root_render_func(template.new_context(dict(context))), jail)
        except Exception as error:
            raise template_error(error, self.source(name), self.library, context) from error

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
            if source.is_template:
                self.template(source.name)

    def _code(self, name: str) -> CodeType:
        if not self._codes and self._cache:
            self._codes = self._cache.load()
        if name not in self._codes and self._cache:
            names = [source.name for source in self.library.sources.values() if source.is_template]
            self._codes = {each: self._compile(each) for each in names}
            self._cache.store(self._codes)
        if name not in self._codes:
            self._codes[name] = self._compile(name)
        return self._codes[name]

    def _compile(self, name: str) -> CodeType:
        source = self.source(name)
        jail = self._jails[language_of(source.output).name]
        try:
            return jail.compile(source.text, name, source.display)
        except JinjaError as error:
            raise template_error(error, source, self.library, {}) from error

    @staticmethod
    def _limited(chunks: Iterator[str], jail: Jail) -> str:
        parts: list[str] = []
        size = 0
        while batch := list(islice(chunks, _BATCH)):
            size += sum(map(len, batch))
            if size > LARGEST:
                raise RenderingLimitError(f"renders to more than {LARGEST // 1024**2} MiB")
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
