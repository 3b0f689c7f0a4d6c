"""The schema of the AWS provider, for printing plans: asked for once per machine, while terraform plans, and kept."""

from __future__ import annotations

import hashlib
import zipfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError
from generator.files import keep_checksummed, read_checksummed
from generator.terraform.provider_schema.plugin import read_schema
from generator.terraform.provider_schema.selection import for_texts
from generator.terraform.provider_schema.server import standing_in
from generator.terraform.tools.user_folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PROVIDER: Final = "hashicorp/aws"
# Where terraform's working data has it, by host, version and platform.
_PLACES: Final = f"providers/*/{_PROVIDER}/*/*/terraform-provider-aws*"
# What a plan file has of the configuration and of the state: all that can name a type.
_TEXTS: Final = ("tfconfig/", "tfstate")
_MOST_KEPT: Final = 4
_reader: Final = ThreadPoolExecutor(1)


@dataclass(frozen=True, slots=True)
class ProviderSchema:
    """The schema of a provider.

    Attributes:
        address: of the provider (`registry.terraform.io/hashicorp/aws`).
        message: as the provider tells it; None comes where it cannot be had.
    """

    address: str
    message: Future[bytes | None]


def schema_in_use(root: Path, environment: Mapping[str, str]) -> ProviderSchema | None:
    """Begin to read the schema of the provider that the last init of a root has chosen.

    Args:
        root: the root module.
        environment: what terraform runs with.

    Returns:
        None where that is not certain.
    """
    data = root / (environment.get("TF_DATA_DIR") or ".terraform")
    found = list(data.glob(_PLACES))
    if len(found) != 1:
        return None
    (program,) = found
    host = program.relative_to(data).parts[1]
    try:
        seen = program.stat()
    except OSError:
        return None
    key = f"{program.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}"
    file = schemas_folder(environment) / hashlib.sha256(key.encode()).hexdigest()
    return ProviderSchema(f"{host}/{_PROVIDER}", _begun(program, file))


def schemas_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that keeps schemas, one file for each provider."""
    return cache_folder(environment) / "schemas"


@contextmanager
def few_types(plan: Path, schema: ProviderSchema | None) -> Iterator[dict[str, str]]:
    """Yield variables with which terraform prints a plan without starting the provider; none where that cannot be."""
    with ExitStack() as held:
        variables: dict[str, str] = {}
        # ImportError: grpcio is an extra. RuntimeError: it cannot listen, where the path of the folder for temporary
        # files is too long for a socket.
        with suppress(ImportError, OSError, ValueError, RuntimeError, zipfile.BadZipFile):
            message = schema.message.result() if schema else None
            if schema and message:
                few = for_texts(message, _texts(plan))
                variables = held.enter_context(standing_in(schema.address, few))
        yield variables


@cache  # so that however many stacks there are, it is read once
def _begun(program: Path, file: Path) -> Future[bytes | None]:
    return _reader.submit(_read, program, file)


def _read(program: Path, file: Path) -> bytes | None:
    schema = read_checksummed(file)
    if schema is None:
        try:
            schema = read_schema(program)
        except (ImportError, OSError, ToolError):
            return None
        keep_checksummed(file, schema)
        _trim(file.parent)
    return schema


def _trim(folder: Path) -> None:
    """Delete all but the newest files: where a provider is copied for each root, each copy has one."""
    with suppress(OSError):
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-_MOST_KEPT]:
            file.unlink(missing_ok=True)


def _texts(plan: Path) -> list[bytes]:
    with zipfile.ZipFile(plan) as entries:
        return [entries.read(name) for name in entries.namelist() if name.startswith(_TEXTS)]
