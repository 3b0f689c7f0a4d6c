"""Works on many environments, a few at a time: the next begins as soon as one ends."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from generator.errors import TfstencilError
from generator.terraform.process.interrupts import forwarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """What became of one environment.

    Attributes:
        name: the environment.
        value: what the work returned; None where it failed.
        error: why it failed; None where it did not.
    """

    name: str
    value: T | None
    error: TfstencilError | None


def work_off(
    names: Sequence[str], work: Callable[[str], T], *, at_a_time: int, stop_at_failure: bool
) -> Iterator[Ended[T]]:
    """Work on environments in their order, and hand over each as it ends.

    A signal reaches the terraforms that run; they end in good order, and nothing new begins.

    Args:
        names: the environments, the first to begin first.
        work: what to do; runs in a thread of its own.
        at_a_time: how many run side by side.
        stop_at_failure: begin nothing new after a failure; what runs is given the time that it needs.

    Yields:
        Each environment that was begun.
    """
    left = list(names)
    # Handlers can be installed by the main thread alone; the workers find these.
    with forwarded() as interrupts, ThreadPoolExecutor(max(1, at_a_time)) as pool:
        running: dict[Future[T], str] = {}
        stopped = False
        while left or running:
            while left and len(running) < at_a_time and not stopped:
                name = left.pop(0)
                running[pool.submit(work, name)] = name
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                ended = _ended(running.pop(future), future)
                stopped = stopped or interrupts.received is not None or (ended.error is not None and stop_at_failure)
                yield ended


def _ended(name: str, future: Future[T]) -> Ended[T]:
    try:
        return Ended(name, future.result(), None)
    except TfstencilError as error:
        return Ended(name, None, error)
