"""Downloads over HTTPS, with a limit to everything."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

_TIMEOUT: Final = 30.0
_BLOCK: Final = 1 << 18
_LARGEST_TEXT: Final = 1 << 20
_LARGEST_FILE: Final = 500 << 20
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_ADVICE: Final = "check the network and the proxy settings, or install Terraform another way and put it on PATH"


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from a secure connection to one that anybody on the way can change."""

    def redirect_request(  # noqa: PLR0913, PLR0917  # the base class's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        _refuse_insecure(newurl, came_from=req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # typeshed narrows it


def read_text(url: str, *, timeout: float = _TIMEOUT) -> str:
    """Read a small text file.

    Raises:
        ToolError: it cannot be had.
    """
    with _open(url, timeout) as response:
        content: bytes = response.read(_LARGEST_TEXT)
    return content.decode("utf-8", errors="replace")


def download(
    url: str, target: Path, *, timeout: float = _TIMEOUT, on_progress: Callable[[int, int], None] | None = None
) -> str:
    """Write what `url` holds to `target`.

    Args:
        url: HTTPS; plain HTTP to the loopback interface alone.
        target: a file that does not exist.
        timeout: seconds that the server may stay silent.
        on_progress: called with bytes so far and bytes in all (0 where the server does not say).

    Returns:
        The SHA-256 of what was written, in hexadecimal.

    Raises:
        ToolError: it cannot be had, ends too early, or is too large.
    """
    digest, size = hashlib.sha256(), 0
    with _open(url, timeout) as response, target.open("xb") as file:
        total = int(response.headers.get("Content-Length") or 0)
        while block := response.read(_BLOCK):
            size += len(block)
            if size > _LARGEST_FILE:
                raise ToolError(f"{url} is refused: it is larger than any release of terraform")
            digest.update(block)
            file.write(block)
            if on_progress:
                on_progress(size, total)
    if total and size != total:
        raise ToolError(f"{url} ended after {size} of {total} bytes", hint="try again")
    return digest.hexdigest()


@contextmanager
def _open(url: str, timeout: float) -> Iterator[http.client.HTTPResponse]:
    _refuse_insecure(url)
    request = urllib.request.Request(url, headers={"User-Agent": "tfstencil"})  # noqa: S310  # checked just above
    try:
        with urllib.request.build_opener(_NoDowngrade).open(request, timeout=timeout) as response:
            yield response
    except urllib.error.HTTPError as error:
        with error:
            raise ToolError(
                f"{url} cannot be had: the server answered {error.code} {error.reason}", hint=_ADVICE
            ) from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise ToolError(f"{url} cannot be had: {reason}", hint=_ADVICE) from error


def _refuse_insecure(url: str, *, came_from: str = "") -> None:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK and not came_from.startswith("https:"):
        return
    led = f"{came_from} leads to " if came_from else ""
    raise ToolError(f"{led}{url} is refused: only https is safe enough for a program", hint=_ADVICE)
