"""Lead what terraform complains about, and a state that does not fit the spec, back to the template and to the spec."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.errors import SpecError, StatePlaceError, TerraformError, TfstencilError
from generator.language.nodes import find
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.inputs.assembly import Assembly
    from generator.problems import Place


@contextmanager
def traced(assembly: Assembly, name: str) -> Iterator[None]:
    """Give each diagnostic of a terraform that fails all three places: HCL line, template line, spec line.

    A state that lies elsewhere gets the place of the spec's key.

    Args:
        assembly: of the workspace.
        name: the environment that terraform works on.
    """
    try:
        yield
    except StatePlaceError as error:
        place = _place_of_key(assembly, name, error.key)
        if place is None:
            raise
        raise SpecError([Problem(place, error.key, str(error), error.hint, rule="state-elsewhere")]) from error
    except TerraformError as error:
        if not error.diagnostics:
            raise
        # What derives and renders takes a fifth of a second to import, and is needed where something fails only.
        from generator.operations.provenance.diagnostics import led_back  # noqa: PLC0415  # see above

        raise led_back(error, assembly, name) from error


def _place_of_key(assembly: Assembly, name: str, key: str) -> Place | None:
    """Say where the spec says a key; None where the spec is gone, and modules alone are left of the environment."""
    try:
        (environment,) = assembly.load([name])
    except TfstencilError:
        return None
    node = find(environment.merged, (key,))
    return node.place if node else None
