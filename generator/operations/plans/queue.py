"""Plans of many environments against their states: a few at a time, the longest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.rollout.durations import Durations
from generator.rollout.queue import work_off

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.errors import TfstencilError
    from generator.operations.reporter import Progress
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.terraform import Planned

# Each takes half a gigabyte and, most of its time, a core.
AT_A_TIME: Final = 4


def plan_all(
    run: Run,
    stacks: Sequence[OpenStack],
    plan: Callable[[OpenStack, Progress], Planned],
    *,
    parallelism: int | None,
) -> tuple[dict[str, Planned], dict[str, TfstencilError]]:
    """Plan environments; one that cannot be planned does not keep the others from it.

    Args:
        run: the call.
        stacks: the environments, all in one mode.
        plan: makes the plan of one, and tells its progress; runs in several threads.
        parallelism: how many at a time; None for the default.

    Returns:
        The plans, and the reasons of those that have none, by environment, in the order of `stacks`.
    """
    by_name = {stack.name: stack for stack in stacks}
    durations = Durations(run.workspace, f"{stacks[0].runner.mode} plan" if stacks else "")
    plans: dict[str, Planned] = {}
    failures: dict[str, TfstencilError] = {}
    with run.reporter.board() as shown:

        def work(name: str) -> Planned:
            with shown.line(f"{name}: planning") as line:
                return plan(by_name[name], line)

        order = durations.longest_first(by_name)
        for ended in work_off(order, work, at_a_time=parallelism or AT_A_TIME, stop_at_failure=False):
            if ended.value is not None:
                plans[ended.name] = ended.value
                durations.remember(ended.name, ended.value.seconds)
            elif ended.error is not None:
                failures[ended.name] = ended.error
    return (
        {name: plans[name] for name in by_name if name in plans},
        {name: failures[name] for name in by_name if name in failures},
    )
