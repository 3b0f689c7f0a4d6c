"""ECR in the sandbox: scanning that is not asked for is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ecr.models import ECRBackend

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Answer PutImageScanningConfiguration from here on."""
    wrap(ECRBackend, "put_image_scanning_configuration", _filled)


def _filled(otherwise: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def put(backend: ECRBackend, **settings: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's settings
        # Clients leave out what is false.
        filled = {"scanOnPush": False} | settings["image_scan_config"]
        return otherwise(backend, **(settings | {"image_scan_config": filled}))

    return put
