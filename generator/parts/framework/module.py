"""What the derivation of one Terraform module comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a stack.

    Attributes:
        arguments: frozen dataclass of the values that the root templates pass to it.
        shape: frozen dataclass of its features, true or false: the module's text depends on nothing else, so a shape is
            small, hashable and shared by many environments.
    """

    arguments: object
    shape: object
