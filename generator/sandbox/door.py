"""The door of the sandbox's server: who may talk to it, in which account, and how its failures are told."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import traceback
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from generator.sandbox.record import HEALTH
from generator.sandbox.seams import UnknownServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Environ = dict[str, Any]
    StartResponse = Callable[..., Any]
    Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# A signed request names its key in the header, a presigned address in the query.
_SIGNED_BY: Final = re.compile(r"Credential=(?P<key>[0-9]{12})(?:/|%2F)", re.ASCII | re.IGNORECASE)
_LOOPBACK: Final = re.compile(
    r"(?:127\.0\.0\.1|(?:[a-z0-9.-]+\.)?localhost):(?P<port>[0-9]{1,5})", re.ASCII | re.IGNORECASE
)
# What browsers send, and no AWS client does, besides Sec-Fetch-… and their name.
_BROWSER: Final = ("HTTP_ORIGIN", "HTTP_REFERER")
# moto's own pages: its dashboard, its recorder, which writes the bodies of requests to a file, and the way to empty it.
_CONTROL: Final = "/moto-api"

# Answers kept for clients that ask again: many more than can be under way at once.
_KEPT: Final = 500


class Door:
    """WSGI middleware in front of moto.

    Attributes:
        application: moto.
        instance: random name of this run, told by the health page.
        services: lists the services that were ever called, told by the health page as well.
    """

    def __init__(self, application: Application, instance: str, services: Callable[[], list[str]]) -> None:
        self.application = application
        self.instance = instance
        self.services = services
        self._given = _Given()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if not _is_here(environ) or _is_browser(environ) or path.startswith(_CONTROL):
            text = b"the sandbox answers AWS clients on this machine only\n"
            return _answer(start_response, "403 Forbidden", "text/plain", text)
        if path == HEALTH:
            told = {"instance": self.instance, "pid": os.getpid(), "services": self.services()}
            return _answer(start_response, "200 OK", "application/json", json.dumps(told).encode())
        signed_by = _SIGNED_BY.search(environ.get("HTTP_AUTHORIZATION") or environ.get("QUERY_STRING", ""))
        if signed_by:
            # moto takes the account of a request from this header.
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = signed_by["key"]
        return self._answered(environ, start_response, signed=signed_by is not None)

    def _answered(self, environ: Environ, start_response: StartResponse, *, signed: bool) -> Iterable[bytes]:
        # The SDKs send the same id when they repeat a call whose answer they lost: to create twice would be refused.
        call = None if _is_s3(environ) else environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        given = self._given.find(call)
        if given:
            what = environ.get("HTTP_X_AMZ_TARGET") or environ.get("PATH_INFO")
            print(f"asked again, and answered as before: {what}", file=sys.stderr, flush=True)  # noqa: T201  # the log
            start_response(given[0], given[1])
            return given[2]
        answer = _Answer()
        try:
            body = self.application(environ, answer)
        except UnknownServiceError as error:
            return _failure(environ, start_response, "NotImplemented", f"the sandbox lacks this service: {error}")
        except NotImplementedError as error:
            return _failure(environ, start_response, "NotImplemented", f"the sandbox lacks this call: {error}")
        except Exception as error:  # noqa: BLE001  # whatever moto trips over, the client must be told
            traceback.print_exc()
            return _failure(environ, start_response, "InternalFailure", f"the sandbox failed: {error!r}")
        if signed and answer.is_a_page and not _is_s3(environ):
            # moto answers a path that it does not know with a page for people, which no client can read.
            what = f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"
            return _failure(environ, start_response, "NotImplemented", f"the sandbox lacks this call: {what}")
        if call and answer.status.startswith("2"):
            body = self._given.keep(call, answer, body)
        start_response(answer.status, answer.headers)
        return body


def _is_here(environ: Environ) -> bool:
    # Another name for this machine is a page in a browser that had its own name resolved to it: DNS rebinding.
    found = _LOOPBACK.fullmatch(environ.get("HTTP_HOST", ""))
    return found is not None and found["port"] == str(environ.get("SERVER_PORT"))


def _is_browser(environ: Environ) -> bool:
    # An image or a form of a page sends no Origin; Sec-Fetch-… comes with everything that a browser asks of loopback.
    marked = any(name in _BROWSER or name.startswith("HTTP_SEC_FETCH_") for name in environ)
    return marked or environ.get("HTTP_USER_AGENT", "").startswith("Mozilla/")


class _Given:
    """The last successful answers, by the id of the call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, tuple[str, list[tuple[str, str]], list[bytes]]] = OrderedDict()

    def find(self, call: str | None) -> tuple[str, list[tuple[str, str]], list[bytes]] | None:
        """Return the answer to a call that was answered before."""
        with self._lock:
            return self._answers.get(call) if call else None

    def keep(self, call: str, answer: _Answer, body: Iterable[bytes]) -> list[bytes]:
        """Keep an answer, and return its body."""
        whole = list(body)
        with self._lock:
            self._answers[call] = (answer.status, answer.headers, whole)
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return whole


class _Answer:
    """Takes what moto says before the body, so that it can still be replaced."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        self.status, self.headers = status, headers

    @property
    def is_a_page(self) -> bool:
        """Whether it is Flask's own "not found"."""
        kinds = (value for name, value in self.headers if name.lower() == "content-type")
        return self.status.startswith("404") and any(kind.startswith("text/html") for kind in kinds)


def _failure(environ: Environ, start_response: StartResponse, code: str, message: str) -> Iterable[bytes]:
    # 501, since AWS clients repeat a call that got 500 for minutes, and this one will never succeed.
    status = "501 Not Implemented"
    if "json" in environ.get("CONTENT_TYPE", "") or "HTTP_X_AMZ_TARGET" in environ:
        body = json.dumps({"__type": code, "message": message}).encode()
        return _answer(start_response, status, "application/x-amz-json-1.1", body)
    told = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    # S3 answers a bare Error, the query protocol one inside an ErrorResponse.
    body = (
        f"<Error>{told}</Error>" if _is_s3(environ) else f"<ErrorResponse><Error>{told}</Error></ErrorResponse>"
    ).encode()
    return _answer(start_response, status, "application/xml", body)


def _is_s3(environ: Environ) -> bool:
    return "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")


def _answer(start_response: StartResponse, status: str, kind: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
