"""The two kinds of environments: one has builds, the other has the bucket that keeps the states of others."""

from __future__ import annotations

from typing import Final

BACKEND: Final = "backend"
# What an environment without builds can say. Everything else is about builds, in the defaults of its class as well.
WITHOUT_BUILDS: Final = frozenset(
    {
        *("stack", "class", "description", "region", "account", "formerly", "tags", "required_tags", "encryption"),
        BACKEND,
    }
)
