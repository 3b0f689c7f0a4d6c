"""The process that renders what is not ours: templates of a workspace, one file after the other, within limits.

It is forked when the first file is asked for, and keeps what it has compiled. It answers with text or with an error; a
file that takes too long ends it, and what it leaves behind tells the template and the line.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import re
import signal
import weakref
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from generator.errors import TemplateError
from generator.problems import Place
from generator.processes import fork
from generator.rendering import jail
from generator.rendering.limits import limited, prepare, start_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.rendering.engine import TemplateEngine

_LENGTH: Final = 8
_TEXT: Final = b"T"
_ERROR: Final = b"E"
_FRAME: Final = re.compile(r'^  File "(.+)", line (\d+) in ', re.MULTILINE)
_LONGEST_NAME: Final = 4096
_SLOW: Final = "takes more than {:g} s to render; is there a loop in a loop, or a comparison of lists in lists?"
_UNPICKLED: Final = (pickle.PicklingError, TypeError, AttributeError, RecursionError)


@dataclass(slots=True)
class _Process:
    """A running worker.

    Attributes:
        number: of the process.
        owner: number of the process that started it, which alone may ask it.
        requests: what it reads.
        answers: what it writes.
        trace: where it was when its time was up.
        begun: name of the template that it is at, in memory that it shares.
        context: what it has been given to render with.
    """

    number: int
    owner: int
    requests: IO[bytes]
    answers: IO[bytes]
    trace: IO[bytes]
    begun: mmap.mmap
    context: Mapping[str, object] | None = None

    def close(self) -> None:
        """End it, and wait for its end."""
        for stream in (self.requests, self.answers, self.trace):
            with suppress(OSError):
                stream.close()
        if self.owner == os.getpid():
            # The end of its requests would end it, too, unless a process that was forked later holds that pipe.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.number, signal.SIGKILL)
                os.waitpid(self.number, 0)


class Worker:
    """Renders the templates of one engine in another process."""

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._end: weakref.finalize[[], Worker] | None = None

    def render(self, engine: TemplateEngine, name: str, context: Mapping[str, object]) -> str:
        """Render one template, as the engine does.

        Raises:
            TemplateError: as by the engine; or it takes too long, or too much memory.
        """
        process = self._running(engine, context)
        given = None if process.context is context else dict(context)
        try:
            data = pickle.dumps(("render", name, given), pickle.HIGHEST_PROTOCOL)
        except _UNPICKLED:
            # What cannot be handed on is inherited: by a process that is forked now.
            self.close()
            process, data = self._running(engine, context), pickle.dumps(("render", name, None))
        process.context = context
        return self._answer(engine, name, process, data)

    def compile(self, engine: TemplateEngine, name: str) -> None:
        """Compile one template.

        Raises:
            TemplateError: it cannot be compiled, or that takes too long.
        """
        self._answer(engine, name, self._running(engine, {}), pickle.dumps(("compile", name, None)))

    def close(self) -> None:
        """End the process; the next file starts another one."""
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _running(self, engine: TemplateEngine, context: Mapping[str, object]) -> _Process:
        if self._process is None or self._process.owner != os.getpid():
            self.close()
            self._process = _start(engine, context)
            self._end = weakref.finalize(self, self._process.close)
        return self._process

    def _answer(self, engine: TemplateEngine, name: str, process: _Process, data: bytes) -> str:
        with suppress(BrokenPipeError):
            _write(process.requests, data)
        answer = _read(process.answers)
        if answer is None:
            raise self._lost(engine, name, process)
        if answer[:1] == _TEXT:
            return answer[1:].decode("utf-8", "surrogatepass")
        message, hint, *place = json.loads(answer[1:])
        raise TemplateError(message, Place(*place), hint=hint)

    def _lost(self, engine: TemplateEngine, name: str, process: _Process) -> TemplateError:
        """Say what a process was at when it ended."""
        trace = process.trace.read().decode("utf-8", "replace")
        self.close()
        begun = engine.library.sources.get(process.begun.read(_LONGEST_NAME).rstrip(b"\0").decode("utf-8", "replace"))
        place = Place((begun or engine.source(name)).display)
        if not _FRAME.search(trace):
            message = "ends the process that renders it; does it nest thousands of levels deep?"
            return TemplateError(message, place, hint="simplify it")
        names = {source.display: source.name for source in engine.library.sources.values()}
        found = next((frame for frame in _FRAME.findall(trace) if frame[0] in names), None)
        if found:
            # The line is one of the compiled template, and only a process like the one that is lost can tell whose.
            data = pickle.dumps(("line", names[found[0]], int(found[1])))
            place = Place(found[0], int(self._answer(engine, name, self._running(engine, {}), data)))
        return TemplateError(_SLOW.format(jail.PATIENCE), place, hint="compute the value in the derivation")


def _start(engine: TemplateEngine, context: Mapping[str, object]) -> _Process:
    (asked, asking), (answered, answering), (seen, seeing) = os.pipe(), os.pipe(), os.pipe()
    begun = mmap.mmap(-1, _LONGEST_NAME)

    def work() -> None:
        for descriptor in (asking, answered, seen):
            os.close(descriptor)
        prepare(seeing)
        engine.begin = partial(_begin, begun)
        _serve(engine, context, os.fdopen(asked, "rb"), os.fdopen(answering, "wb"))

    number = fork(work)
    for descriptor in (asked, answering, seeing):
        os.close(descriptor)
    if not number:
        for descriptor in (asking, answered, seen):
            os.close(descriptor)
        raise TemplateError(
            "cannot be rendered: the system has no room for another process",
            Place("templates"),
            hint="a workspace's own templates are rendered by a process of their own; end something else",
        )
    streams = os.fdopen(asking, "wb"), os.fdopen(answered, "rb"), os.fdopen(seen, "rb")
    return _Process(number, os.getpid(), *streams, begun)


def _begin(begun: mmap.mmap, name: str) -> None:
    begun.seek(0)
    begun.write(name.encode()[:_LONGEST_NAME].ljust(_LONGEST_NAME, b"\0"))
    start_clock(jail.PATIENCE)


def _serve(engine: TemplateEngine, context: Mapping[str, object], requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the requests end, or an empty one says so."""
    while data := _read(requests):
        operation, name, given = pickle.loads(data)  # noqa: S301  # from our own parent
        try:
            with limited():
                if operation == "render":
                    context = context if given is None else given
                    text = engine.render_here(name, context)
                else:
                    text = engine.compile_here(name, given or 1)
            answer = _TEXT + text.encode("utf-8", "surrogatepass")
        except TemplateError as error:
            told = (str(error.args[0]), error.hint, error.place.file, error.place.line, error.place.column)
            answer = _ERROR + json.dumps(told).encode()
        _write(answers, answer)


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    """Return the next message; None where it is not whole."""
    length = stream.read(_LENGTH)
    data = stream.read(int.from_bytes(length, "big"))
    return data if len(length) == _LENGTH and len(data) == int.from_bytes(length, "big") else None
