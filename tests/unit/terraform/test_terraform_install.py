"""Fetching terraform: only a whole, verified program ever appears in the cache."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.server
import io
import ipaddress
import json
import platform
import ssl
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from generator.errors import ToolError
from generator.terraform.tools import download as download_module
from generator.terraform.tools import install
from generator.terraform.tools.binary import find_binary, installed_path
from generator.terraform.tools.install import install_terraform, this_platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

VERSION = "1.11.4"
ARCHIVE = f"/terraform/{VERSION}/terraform_{VERSION}_{this_platform()}.zip"
SUMS = f"/terraform/{VERSION}/terraform_{VERSION}_SHA256SUMS"


def program(version: str = VERSION) -> bytes:
    answer = json.dumps({"terraform_version": version, "platform": this_platform()})
    return f"#!/bin/sh\necho '{answer}'\n".encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sums_of(content: bytes) -> bytes:
    other = "0" * 64 + f"  terraform_{VERSION}_plan9_386.zip\n"
    return f"{other}{hashlib.sha256(content).hexdigest()}  {ARCHIVE.rsplit('/', 1)[1]}\n".encode()


def release(members: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    content = zipped({"LICENSE.txt": b"text", "terraform": program()} if members is None else members)
    return {ARCHIVE: content, SUMS: sums_of(content)}


class Server(http.server.ThreadingHTTPServer):
    """Answers with what it was given, and counts."""

    daemon_threads = True

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = dict(files)
        self.requested: list[str] = []
        self.cut = 0
        self.redirects: dict[str, str] = {}
        self.silent = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requested.append(self.path)
        if self.server.silent.is_set():
            self.server.silent.wait(0)
            threading.Event().wait(3)
            return
        if self.path in self.server.redirects:
            self.send_response(302)
            self.send_header("Location", self.server.redirects[self.path])
            self.end_headers()
            return
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        cut = self.server.cut if self.path.endswith(".zip") else 0
        self.wfile.write(content[: len(content) - cut])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's signature
        """Stay quiet: a test's output is the test's."""


@contextmanager
def serving(files: Mapping[str, bytes], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(files) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.scheme = "https"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def environ_for(server: Server, tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TFSTENCIL_RELEASES_URL": server.url,
    }


def left_in(environ: Mapping[str, str]) -> list[str]:
    """List what an install left in the cache, without its lock file."""
    folder = installed_path(environ).parent
    return sorted(file.name for file in folder.iterdir() if file.name != "lock")


def test_a_verified_release_is_installed_and_then_found(tmp_path: Path) -> None:
    with serving(release()) as server:
        environ = environ_for(server, tmp_path)
        progress: list[tuple[int, int]] = []

        installed = install_terraform(environ, on_progress=lambda done, total: progress.append((done, total)))

        assert installed.path.stat().st_mode & 0o777 == 0o755
        assert progress[-1] == (len(server.files[ARCHIVE]), len(server.files[ARCHIVE]))
        assert find_binary(environ | {"PATH": str(tmp_path)}).path == installed.path
        assert left_in(environ) == ["terraform"]


def test_what_is_installed_already_is_not_fetched_again(tmp_path: Path) -> None:
    with serving(release()) as server:
        environ = environ_for(server, tmp_path)
        install_terraform(environ)
        before = len(server.requested)

        install_terraform(environ)

        assert len(server.requested) == before


def test_a_broken_installed_program_is_fetched_again(tmp_path: Path) -> None:
    with serving(release()) as server:
        environ = environ_for(server, tmp_path)
        install_terraform(environ)
        installed_path(environ).write_bytes(b"")

        assert str(install_terraform(environ).version) == VERSION


def test_two_installs_at_once_fetch_it_once(tmp_path: Path) -> None:
    with serving(release()) as server, ThreadPoolExecutor(4) as pool:
        environ = environ_for(server, tmp_path)

        found = list(pool.map(lambda _: install_terraform(environ).path, range(4)))

        assert set(found) == {installed_path(environ)}
        assert server.requested.count(ARCHIVE) == 1


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"terraform": program("1.0.0")}, "is version 1.0.0, and not 1.11.4"),
        ({"terraform": program(), "../evil": b"x"}, "leads out"),
        ({"terraform": program(), "/etc/evil": b"x"}, "leads out"),
        ({"README": b"x"}, "not a zip file that holds terraform"),
        ({"terraform": b"#!/bin/sh\nexit 1\n"}, "does not answer version -json as Terraform does"),
    ],
    ids=["another version", "a path upwards", "an absolute path", "no terraform in it", "a program that fails"],
)
def test_an_archive_that_is_not_what_it_should_be_is_refused(
    tmp_path: Path, members: Mapping[str, bytes], message: str
) -> None:
    with serving(release(members)) as server:
        environ = environ_for(server, tmp_path)

        with pytest.raises(ToolError, match=message):
            install_terraform(environ)

        assert left_in(environ) == []


def test_one_flipped_byte_is_noticed(tmp_path: Path) -> None:
    with serving(release()) as server:
        content = bytearray(server.files[ARCHIVE])
        content[len(content) // 2] ^= 1
        server.files[ARCHIVE] = bytes(content)
        environ = environ_for(server, tmp_path)

        with pytest.raises(ToolError, match="is not the file that its SHA256SUMS names"):
            install_terraform(environ)

        assert left_in(environ) == []


def test_a_file_that_is_no_zip_is_refused_even_with_the_right_digest(tmp_path: Path) -> None:
    with (
        serving({ARCHIVE: b"no zip", SUMS: sums_of(b"no zip")}) as server,
        pytest.raises(ToolError, match="not a zip file"),
    ):
        install_terraform(environ_for(server, tmp_path))


def test_a_download_that_ends_early_says_so(tmp_path: Path) -> None:
    with serving(release()) as server:
        server.cut = 7
        environ = environ_for(server, tmp_path)

        with pytest.raises(ToolError, match=r"ended after \d+ of \d+ bytes"):
            install_terraform(environ)

        assert left_in(environ) == []


@pytest.mark.parametrize("missing", [ARCHIVE, SUMS])
def test_a_missing_file_says_which_and_that_it_is_missing(tmp_path: Path, missing: str) -> None:
    files = {name: content for name, content in release().items() if name != missing}
    with (
        serving(files) as server,
        pytest.raises(ToolError, match=f"{missing} cannot be had: the server answered 404"),
    ):
        install_terraform(environ_for(server, tmp_path))


def test_sums_without_this_platform_are_refused(tmp_path: Path) -> None:
    with serving(release() | {SUMS: b"0  terraform_1.11.4_plan9_386.zip\n"}) as server:
        with pytest.raises(ToolError, match=r"does not name terraform_1\.11\.4"):
            install_terraform(environ_for(server, tmp_path))

        assert ARCHIVE not in server.requested


def test_plain_http_to_another_machine_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "TFSTENCIL_RELEASES_URL": "http://mirror.example"}

    with pytest.raises(ToolError, match="only https is safe enough"):
        install_terraform(environ)


def test_a_file_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="only https"):
        install_terraform({"HOME": str(tmp_path), "TFSTENCIL_RELEASES_URL": f"file://{tmp_path}"})


def test_a_server_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with serving({}) as server:
        gone = server.url
    with pytest.raises(ToolError, match=f"{gone}.* cannot be had: .*refused"):
        install_terraform({"HOME": str(tmp_path), "TFSTENCIL_RELEASES_URL": gone})


def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    with serving({}) as server:
        server.silent.set()
        with pytest.raises(ToolError, match="cannot be had: timed out"):
            download_module.read_text(f"{server.url}/x", timeout=0.2)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with serving(release()) as server, pytest.raises(ToolError, match="cannot be created"):
        install_terraform(environ_for(server, tmp_path))


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_LARGEST_PROGRAM", 3 << 20)
    with serving(release({"terraform": b"\0" * (4 << 20)})) as server:
        environ = environ_for(server, tmp_path)

        with pytest.raises(ToolError, match="larger than any terraform"):
            install_terraform(environ)

        assert left_in(environ) == []


def test_a_download_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download_module, "_LARGEST_FILE", 100)
    with serving(release()) as server, pytest.raises(ToolError, match="larger than any release"):
        install_terraform(environ_for(server, tmp_path))


@pytest.mark.parametrize(("system", "machine"), [("sunos5", "x86_64"), ("linux", "riscv64")])
def test_a_machine_that_nothing_is_built_for_is_told_so(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)

    with pytest.raises(ToolError, match=f"no Terraform release for {system} on {machine}"):
        this_platform()


@pytest.fixture
def server_side_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Make a certificate for the loopback address, and trust it in this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_secure_server_is_used(tmp_path: Path, server_side_tls: ssl.SSLContext) -> None:
    with serving(release(), server_side_tls) as server:
        assert str(install_terraform(environ_for(server, tmp_path)).version) == VERSION


def test_a_redirect_within_the_secure_server_is_followed(tmp_path: Path, server_side_tls: ssl.SSLContext) -> None:
    with serving(release(), server_side_tls) as server:
        server.files["/elsewhere"] = server.files[ARCHIVE]
        server.redirects[ARCHIVE] = f"{server.url}/elsewhere"

        assert str(install_terraform(environ_for(server, tmp_path)).version) == VERSION


def test_a_redirect_from_a_secure_server_to_plain_http_is_refused(
    tmp_path: Path, server_side_tls: ssl.SSLContext
) -> None:
    with serving(release()) as plain, serving(release(), server_side_tls) as secure:
        secure.redirects[ARCHIVE] = plain.url + ARCHIVE

        with pytest.raises(ToolError, match=r"leads to http://.* is refused"):
            install_terraform(environ_for(secure, tmp_path))

        assert plain.requested == []
