"""What makes a plan unfit to be applied, whatever it says of itself: mocks, errors, parts that were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from generator.terraform.mode import Mode
from generator.terraform.state import backends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.plan import Plan

_ACCOUNTLESS: Final = "skip_requesting_account_id"
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")


def taints(plan: Plan, mode: Mode) -> list[str]:
    """Say why a plan must not be applied in a mode; empty where nothing speaks against it.

    Args:
        plan: its content, from terraform.
        mode: where its effects would go.
    """
    return list(_taints(plan, mode))


def _taints(plan: Plan, mode: Mode) -> Iterator[str]:
    if plan.errored:
        yield "terraform stopped half way through planning it"
    if not plan.is_complete:
        yield "terraform left a part of it for a later plan"
    for name, provider in _providers(plan):
        if mode is Mode.REAL:
            if provider.get("secret_key", {}).get("constant_value") == backends.MOCK_SECRET:
                yield f"its provider {name} is a mocked one, offline or of the sandbox"
        elif "endpoints" not in provider:
            why = "it was made offline" if _ACCOUNTLESS in provider else "it was made for AWS"
            yield f"its provider {name} does not lead to the sandbox: {why}"
        else:
            for host in sorted(_hosts(provider["endpoints"]) - set(_LOCAL)):
                yield f"its provider {name} leads to {host}, which is not this machine"


def _providers(plan: Plan) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, config in ((plan.raw.get("configuration") or {}).get("provider_config") or {}).items():
        if config.get("name") == "aws" and "module_address" not in config:
            yield name, config.get("expressions") or {}


def _hosts(endpoints: Any) -> set[str]:  # noqa: ANN401  # an expression of the plan
    blocks = endpoints if isinstance(endpoints, list) else [endpoints]
    addresses = [value.get("constant_value", "") for block in blocks for value in block.values()]
    return {urlsplit(str(address)).hostname or str(address) for address in addresses}
