"""Applied environments for all tests of the proof."""

from __future__ import annotations

import pytest

from guards_proof.additions import DOORS
from guards_proof.applied import Applied, applied
from guards_proof.guardians import GUARDIANS


@pytest.fixture(scope="session")
def estate() -> Applied:
    """Return the applied environments and the changes of them, as plan JSON."""
    return applied(DOORS | GUARDIANS.keys())
