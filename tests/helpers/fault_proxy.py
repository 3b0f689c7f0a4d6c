"""A proxy in front of the sandbox that hands on every call, or answers in its place as AWS answers when something fails.

It can be named to the provider as its endpoint, or to any AWS client as its HTTP proxy.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([a-z0-9-]+)/aws4_request")
_BUCKET = re.compile(r"([a-z0-9.-]+)\.aws\.localhost")
# Headers that speak of one connection, not of the message.
_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "server", "date"}


@dataclass(frozen=True)
class Call:
    """One call of an AWS client.

    Attributes:
        service: as it is signed for (`iam`, `s3`).
        action: AWS's name of it (`CreateRole`); for S3 method and path (`PUT /bucket?versioning`).
        method: of HTTP.
        path: with its query.
        body: what was sent.
    """

    service: str
    action: str
    method: str
    path: str
    body: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Service and action in one word (`iam:CreateRole`)."""
        return f"{self.service}:{self.action}"


@dataclass(frozen=True)
class Refusal:
    """How AWS refuses a call."""

    status: int
    code: str
    message: str = ""

    def written_for(self, call: Call) -> tuple[str, bytes]:
        """Return content type and body in the protocol of the service."""
        if call.service == "s3":
            return "application/xml", self._xml("").encode()
        if call.service in {"iam", "sts", "sns", "ec2", "monitoring"}:
            return (
                "text/xml",
                f"<ErrorResponse>{self._xml('<Type>Sender</Type>')}<RequestId>1</RequestId></ErrorResponse>".encode(),
            )
        return "application/x-amz-json-1.1", json.dumps({"__type": self.code, "message": self.message}).encode()

    def _xml(self, kind: str) -> str:
        return f"<Error>{kind}<Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"


class FaultProxy:
    """The proxy; use it as a context.

    Args:
        endpoint: of the sandbox, `http://127.0.0.1:PORT`.

    Attributes:
        calls: every call that came, in its order.
        given: every refusal that was answered.
        judge: asked before each call is handed on; a refusal is answered in the sandbox's place.
        after: the same, but asked when the sandbox has done its work: the client never learns of it.
        delay: seconds that each call takes longer.
        target: address of the sandbox.
    """

    def __init__(self, endpoint: str) -> None:
        self.calls: list[Call] = []
        self.given: list[Refusal] = []
        self.judge: Callable[[Call], Refusal | None] = lambda _: None
        self.after: Callable[[Call], Refusal | None] = lambda _: None
        self.delay = 0.0
        self.target = endpoint
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def endpoint(self) -> str:
        """Its address, for a client that is told an endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def variables(self, account: str) -> dict[str, str]:
        """Return variables that send an AWS client here, buckets in host names included.

        Go's clients ask no proxy for `localhost` itself, but for names below it they do.
        """
        return {
            "AWS_ENDPOINT_URL": f"http://aws.localhost:{self.port}",
            "HTTP_PROXY": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def once(self, name: str, refusal: Refusal) -> None:
        """Refuse the next call of that name, and only that."""
        left = [refusal]
        self.judge = lambda call: left.pop() if call.name == name and left else None

    def always(self, pattern: str, refusal: Refusal) -> None:
        """Refuse every call whose name matches."""
        self.judge = lambda call: refusal if re.search(pattern, call.name) else None

    def heal(self) -> None:
        """Refuse nothing any more, and forget the calls."""
        self.judge = self.after = lambda _: None
        self.delay = 0.0
        self.calls.clear()
        self.given.clear()

    def forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the sandbox."""
        connection = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=60)
        try:
            target = urlsplit(handler.path)
            path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
            connection.putrequest(handler.command, path, skip_host=True, skip_accept_encoding=True)
            for key, value in handler.headers.items():
                if key.lower() == "host":
                    # The sandbox answers under its own port only; the name may be that of a bucket.
                    name = value.rpartition(":")[0]
                    name = "127.0.0.1" if name == "aws.localhost" else name
                    value = f"{name}:{urlsplit(self.target).port}"  # noqa: PLW2901
                if key.lower() not in _HOP:
                    connection.putheader(key, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _call(handler: BaseHTTPRequestHandler, body: bytes) -> Call:
    target = urlsplit(handler.path)
    bucket = _BUCKET.match(target.netloc or handler.headers.get("Host", ""))
    path = f"{'/' + bucket[1] if bucket else ''}{target.path}{'?' + target.query if target.query else ''}"
    scope = _SCOPE.search(handler.headers.get("Authorization", ""))
    service = scope[1] if scope else ""
    named = handler.headers.get("X-Amz-Target", "").rpartition(".")[2]
    form = handler.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    asked = parse_qs(body.decode(errors="replace")).get("Action", [""])[0] if form else ""
    action = named or asked or f"{handler.command} {path.split('&x-id', maxsplit=1)[0].split('?x-id', maxsplit=1)[0]}"
    return Call(service, action, handler.command, path, body)


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = _call(self, body)
        self.proxy.calls.append(call)
        time.sleep(self.proxy.delay)
        refusal = self.proxy.judge(call)
        if refusal is None:
            status, headers, content = self.proxy.forward(self, body)
            refusal = self.proxy.after(call)
        if refusal is not None:
            self.proxy.given.append(refusal)
            kind, content = refusal.written_for(call)
            status, headers = refusal.status, [("Content-Type", kind), ("x-amzn-RequestId", "1")]
        self._send(status, headers, content)

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for key, value in headers:
            if key.lower() not in _HOP or (self.command == "HEAD" and key.lower() == "content-length"):
                self.send_header(key, value)
        if self.command == "HEAD":
            with suppress(BrokenPipeError, ConnectionResetError):
                self.end_headers()
            return
        self.send_header("Content-Length", str(len(content)))
        # A client that is told to stop does not wait for its answer.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.end_headers()
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815  # the names that http.server calls

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
