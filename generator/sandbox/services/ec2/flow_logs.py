"""Flow logs in the sandbox: a call that a client repeats, because it lost the answer, is answered as the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.responses.flow_logs import FlowLogs

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Heed client tokens from here on."""
    wrap(FlowLogs, "create_flow_logs", _create)


def _create(otherwise: Callable[[FlowLogs], Any]) -> Callable[[FlowLogs], Any]:
    def create_flow_logs(response: FlowLogs) -> Any:  # noqa: ANN401  # moto's answer
        token = response._get_param("ClientToken")  # noqa: SLF001  # moto's way to parameters
        # They live on the account's backend, so that a reset forgets them.
        answered: dict[str, Any] = response.ec2_backend.__dict__.setdefault("sandbox_flow_log_tokens", {})
        if token not in answered:
            answer = otherwise(response)
            if not token:
                return answer
            answered[token] = answer
        return answered[token]

    return create_flow_logs
