"""Starts terraform so that nothing that happens to us makes it lose its state.

The child has a session of its own (a terminal's Ctrl-C reaches only us, and we hand it on once), reads from nowhere,
and writes to files: a pipe would fill up, and would kill it with SIGPIPE if we died. We wait for as long as it takes
and never kill.
"""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from generator.errors import InterruptedRunError, ToolError
from generator.terraform.process import disk_reserve
from generator.terraform.process.interrupts import forwarded
from generator.terraform.process.logs import clean_file, create, create_in_memory
from generator.terraform.process.memory import close, descriptors_in, fill, is_in_memory
from generator.terraform.state.dump import begun_in, holds_state
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.terraform.process.interrupts import Interrupts
    from generator.terraform.process.logs import Clean
    from generator.terraform.process.safe_stop import Calm

    OnLine = Callable[[bytes], None]

_PRIVATE_UMASK: Final = 0o077
_INHERITED_UMASK: Final = -1
_FOLLOW_EVERY: Final = 0.1


@dataclass(frozen=True)
class CommandResult:
    """A command that ended.

    Attributes:
        command: the argument list.
        folder: where it ran.
        code: its exit code; negative for a signal.
        stdout: the file that holds its output.
        stderr: the file that holds its error output.
        seconds: how long it took.
    """

    command: tuple[str, ...]
    folder: Path
    code: int
    stdout: Path
    stderr: Path
    seconds: float

    @cached_property
    def out(self) -> str:
        """Its output, for display: bytes that are no UTF-8 become replacement characters."""
        return self.stdout.read_bytes().decode(errors="replace")

    @cached_property
    def err(self) -> str:
        """Its error output, for display."""
        return self.stderr.read_bytes().decode(errors="replace")

    def clean(self, clean: Clean) -> None:
        """Take secrets out of what is kept of it; a state that stands nowhere else is kept as it is."""
        for file in (self.stdout, self.stderr):
            if not holds_state(file):
                clean_file(file, clean)

    def discard(self) -> None:
        """Delete the output: for commands whose output holds values and which nobody needs to look up again."""
        close(self.stdout)
        self.stderr.unlink(missing_ok=True)

    def for_a_look(self, clean: Clean) -> CommandResult:
        """Return it without secrets, its output in a file that somebody can read later."""
        if not is_in_memory(self.stdout):
            self.clean(clean)
            return self
        file = self.stderr.with_suffix(".out")
        with suppress(OSError):
            fill(file, clean(self.out).encode("utf-8", "surrogateescape"))
        clean_file(self.stderr, clean)
        close(self.stdout)
        return replace(self, stdout=file)


def run(  # noqa: PLR0913  # each argument is a fact of the run that has no sensible default
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    logs: Path,
    name: str,
    private: bool = True,
    on_line: OnLine | None = None,
    clean: Clean | None = None,
    room: int = 0,
    calm: Calm | None = None,
    in_memory: bool = False,
) -> CommandResult:
    """Run `command`, program and arguments, in `folder` to its end.

    Args:
        command: the argument list.
        folder: where to run it.
        environment: all that it has.
        logs: folder for its output (0700, files 0600); the oldest go.
        name: what to call the output files (`plan`).
        private: create whatever it creates readable for the owner alone.
        on_line: called with each line of its output soon after it was written; what it raises comes at the end.
        clean: takes secrets out of a text; the output is kept without them. None where the output will be read by us.
        room: bytes to set aside for its output before it begins.
        calm: decides when it is told of a signal; None for at once.
        in_memory: its output is for us alone, and never lies on a disk where that can be avoided.

    Raises:
        InterruptedRunError: a signal reached us; the command was told and has ended.
        ToolError: it could not be started.
        OutputError: its output has no room.
    """
    begin = time.monotonic()
    with forwarded() as interrupts, ExitStack() as watched:
        _refuse_after_signal(interrupts, command, folder)
        stdout, stderr, out, err = (create_in_memory if in_memory else create)(logs, name)
        for stream in (out, err):
            watched.enter_context(stream)
        with writing(stdout, "the output of terraform"), _unlinked_on_failure(stdout, stderr):
            if room:
                disk_reserve.take(out.fileno(), room)
        with interrupts.starting():
            child = _start(command, folder, environment, (out, err), _PRIVATE_UMASK if private else _INHERITED_UMASK)
            # Watched before `starting` ends: there is no moment at which a signal would find nobody to tell.
            watched.enter_context(interrupts.watching(child, calm))
        try:
            _follow(child, stdout, _listeners(calm, on_line), lambda: interrupts.remind(child))
        finally:
            if room:
                disk_reserve.give_back(out.fileno())
    result = CommandResult(tuple(command), folder, child.returncode, stdout, stderr, time.monotonic() - begin)
    if clean:
        result.clean(clean)
    return _unless_interrupted(interrupts, result)


@contextmanager
def _unlinked_on_failure(*files: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def _start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], output: tuple[BinaryIO, BinaryIO], umask: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603  # an argument list of our own making, no shell
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output[0],
            stderr=output[1],
            start_new_session=True,
            umask=umask,
            pass_fds=descriptors_in(command),
        )
    except OSError as error:
        raise ToolError(
            f"{command[0]} could not be started in {folder}: {error.strerror or error}",
            hint="run tfstencil doctor to see which terraform is used",
        ) from error


def _listeners(calm: Calm | None, on_line: OnLine | None) -> list[OnLine]:
    return [*([calm.take] if calm else []), *([on_line] if on_line else [])]


def _follow(child: subprocess.Popen[bytes], output: Path, listeners: list[OnLine], on_tick: Callable[[], None]) -> None:
    if not listeners:
        child.wait()
        return
    failure: Exception | None = None
    for line in _lines(child, output, on_tick):
        for listener in listeners if failure is None else listeners[:-1]:
            try:
                listener(line)
            except Exception as error:  # noqa: BLE001  # raised again below, once terraform has ended
                failure = error
    if failure is not None:
        raise failure


def _lines(child: subprocess.Popen[bytes], output: Path, on_tick: Callable[[], None]) -> Iterator[bytes]:
    with output.open("rb") as reader:
        rest, running = b"", True
        while running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(_FOLLOW_EVERY)
            # Asked before reading, so that the last round reads what came before the end.
            running = child.returncode is None
            *lines, rest = (rest + reader.read()).split(b"\n")
            yield from lines
            on_tick()
        if rest:
            yield rest


def _refuse_after_signal(interrupts: Interrupts, command: Sequence[str], folder: Path) -> None:
    if interrupts.received is not None:
        raise InterruptedRunError(
            f"{interrupts.received.name} came before {_title(command)} was started in {folder}: nothing was done",
            command=command,
            folder=folder,
            code=-interrupts.received,
        )


def _unless_interrupted(interrupts: Interrupts, result: CommandResult) -> CommandResult:
    if interrupts.received is None:
        return result
    raise InterruptedRunError(
        f"{interrupts.received.name} came while {_title(result.command)} ran in {result.folder}: it was told to "
        f"stop, was given the time it needed, and ended with exit code {result.code}",
        command=result.command,
        folder=result.folder,
        code=result.code,
        stderr=result.err,
        hint=f"what it had done is in the state; plan again to see what is left{_uncertain(result.stdout)}",
    )


def _uncertain(output: Path) -> str:
    begun = begun_in(output)
    if not begun:
        return ""
    return f". These were about to be created, and may exist already; if so, import them: {', '.join(begun)}"


def _title(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *(word for word in command[1:] if not word.startswith("-"))][:2])
