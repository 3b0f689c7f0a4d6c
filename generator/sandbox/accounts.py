"""Whose request it is: a key of twelve digits is the account itself (the gate sees to that), others are looked up."""

from __future__ import annotations

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam import models

from generator.sandbox.seams import wrap


def install() -> None:
    """Look keys up here from here on."""
    wrap(models, "get_account_id_from", lambda _: account_of)


def account_of(access_key: str) -> str:
    """Return the account that a key belongs to, moto's default one where it is unknown.

    moto's own search makes a backend for every partition of every account, with 1,600 managed policies in each.
    """
    for account, partitions in list(models.iam_backends.items()):
        if any(access_key in backend.access_keys for backend in list(partitions.values())):
            return account
    return DEFAULT_ACCOUNT_ID
