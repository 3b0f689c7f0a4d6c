"""The region and account of what a state describes: Terraform can move nothing between two of them.

With another region or account the provider finds none of the state's resources. It takes them for deleted, makes all of
them again, and what is still there is in no state any more. So the state is looked at before the provider is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.errors import StatePlaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What another provider of the configuration manages may lie elsewhere, as its templates wish.
_PROVIDER: Final = 'provider["registry.terraform.io/hashicorp/aws"]'
_PARTS: Final = 6


def require_same_place(state: Mapping[str, Any], environment: str, *, region: str, account: str) -> None:
    """Refuse to work on a state whose resources lie in another region or account.

    Args:
        state: as `terraform state pull` prints it; empty where there is none.
        environment: whose.
        region: that Terraform would work in.
        account: twelve digits.

    Raises:
        StatePlaceError: all that the state describes lies elsewhere.
    """
    places = list(places_in(state))
    for key, wanted, found in (
        ("region", region, {place[0] for place in places}),
        ("account", account, {place[1] for place in places}),
    ):
        elsewhere = sorted(found - {""})
        if elsewhere and wanted not in elsewhere:
            there = ", ".join(elsewhere)
            raise StatePlaceError(
                f"{environment} is applied in {key} {there}, not in {wanted}: Terraform cannot move it, and would make "
                f"all of it again in {wanted} and forget what is in {there}",
                key=key,
                hint=f"set {key} back to {there} and destroy {environment} first, or write a new environment for "
                f"{wanted}",
            )


def places_in(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield region and account of each resource that a state describes; "" for what it does not tell."""
    for resource in state.get("resources", ()):
        if resource.get("mode") == "managed" and resource.get("provider") == _PROVIDER:
            for instance in resource.get("instances", ()):
                yield _place(resource["type"], instance.get("attributes") or {})


def _place(kind: str, attributes: Mapping[str, Any]) -> tuple[str, str]:
    """Return region and account of a resource; "" for what it does not tell."""
    parts = str(attributes.get("arn") or "").split(":", _PARTS - 1)
    region, account = parts[3:5] if len(parts) == _PARTS and parts[0] == "arn" else ("", "")
    # A bucket's ARN names neither.
    return (str(attributes.get("region") or "") if kind == "aws_s3_bucket" else region), account
