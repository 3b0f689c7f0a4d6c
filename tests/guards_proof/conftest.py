"""Applied environments for all tests of the proof."""

from __future__ import annotations

import pytest

from guards_proof.applied import Applied, applied


@pytest.fixture(scope="session")
def estate() -> Applied:
    """Return the applied environments and the changes of them, as plan JSON."""
    return applied(frozenset())
