"""The policy behind the ARN of a managed one.

AWS's own are known where moto is installed, which carries their documents; those of an account only by their name.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.permissions.document import policy
from generator.permissions.policy import EITHER, UNKNOWN, Policy, Statement, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.permissions.policy import Unknown

_OF_AWS: Final = re.compile(r"arn:[a-z-]+:iam::aws:policy(?P<path>/(?:.*/)?)(?P<name>[^/]+)")
_CARRIER: Final = ("moto", "iam/aws_managed_policies.py", "aws_managed_policies_data")


def managed_policy(arn: str | Unknown) -> Policy:
    """Return a managed policy by its ARN.

    Where its content is not known, it has one statement that nobody can understand: as wide as can be, and equal to
    that of the same policy alone.
    """
    if arn is UNKNOWN:
        return Policy((Statement(UNKNOWN, unreadable="which policy it is, is known only after apply"),), "a policy")
    found = _OF_AWS.fullmatch(arn)
    known = _known().get(found["name"]) if found else None
    if found and known and known["Path"] == found["path"]:
        return policy(known["Document"], arn)
    return Policy((Statement(EITHER, unreadable=f"nobody knows here what {plain(arn)} allows"),), plain(arn))


@cache
def _known() -> Mapping[str, Any]:
    """Return AWS's own policies by name; nothing where no package carries them."""
    package, file, variable = _CARRIER
    found = util.find_spec(package)
    places = (found.submodule_search_locations if found else None) or []
    for place in places:
        # Just the file: what the package imports besides takes a second.
        path = Path(place) / file
        source = util.spec_from_file_location("aws_managed_policies", path) if path.is_file() else None
        if source and source.loader:
            module = util.module_from_spec(source)
            source.loader.exec_module(module)
            documents: dict[str, Any] = json.loads(getattr(module, variable, "{}"))
            return documents
    return {}
