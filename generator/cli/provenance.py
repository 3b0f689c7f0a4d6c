"""Lead what terraform complains about back to the template and to the spec."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.errors import TerraformError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.cli.pipeline import Pipeline


@contextmanager
def traced(pipeline: Pipeline, name: str) -> Iterator[None]:
    """Give each diagnostic of a terraform that fails all three places: HCL line, template line, spec line.

    Args:
        pipeline: of the workspace.
        name: the environment that terraform works on.
    """
    try:
        yield
    except TerraformError as error:
        if not error.diagnostics:
            raise
        # What derives and renders takes a fifth of a second to import, and is needed where something fails only.
        from generator.cli.backtrace import led_back  # noqa: PLC0415  # see above

        raise led_back(error, pipeline, name) from error
