"""`tfstencil sandbox`, and the whole way of an environment through it."""

from __future__ import annotations

import hashlib
import http.server
import json
import shutil
import socket
import threading
import zipfile
from functools import partial
from typing import TYPE_CHECKING

import pytest

from generator.sandbox.control import stop
from generator.terraform.tools.install import this_platform
from generator.terraform.tools.versions import PINNED_TERRAFORM

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def place(workspace: Workspace) -> Iterator[Workspace]:
    """Hand over a workspace whose sandbox is stopped afterwards, whatever happens."""
    yield workspace
    stop(workspace)


@pytest.mark.slow
def test_a_sandbox_is_started_found_and_stopped(call: Runner, place: Workspace) -> None:
    started = json.loads(call("-C", place.root, "sandbox", "start", "--json").stdout)
    again = call("-C", place.root, "sandbox", "start")
    found = json.loads(call("-C", place.root, "sandbox", "status", "--json").stdout)
    stopped = call("-C", place.root, "sandbox", "stop")
    assert started["fresh"] is True
    assert again.stdout == f"The sandbox was running already at {started['endpoint']}\n"
    assert found["sandbox"]["endpoint"] == started["endpoint"]
    assert stopped.stdout == "The sandbox is stopped\n"
    assert call("-C", place.root, "sandbox", "status").stdout == "No sandbox runs in this workspace\n"
    assert call("-C", place.root, "sandbox", "stop").stdout == "No sandbox was running\n"


@pytest.mark.slow
def test_a_port_in_use_is_told_with_the_flag_to_change_it(call: Runner, place: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = call("-C", place.root, "sandbox", "start", "--port", str(port))
    assert ended.returncode == 1
    assert f"port {port}" in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.slow
@pytest.mark.terraform
def test_an_environment_goes_its_whole_way_through_the_sandbox(call: Runner, place: Workspace) -> None:
    # After each change of a lifecycle the provider waits for a minute; this is about the command line.
    own = place.root / "templates" / "modules" / "artifacts"
    own.mkdir(parents=True)
    (own / "lifecycle.tf.j2").write_text("{# none #}\n")
    options = ("-C", place.root, "--json")
    assert call(*options, "render").returncode == 0

    planned = call(*options, "plan", "dev", "--sandbox", "--save", "--detailed-exitcode")
    assert planned.returncode == 2
    assert "Started the sandbox" in planned.stderr
    counts = json.loads(planned.stdout)["environments"][0]["counts"]

    applied = json.loads(call(*options, "apply", "dev", "--sandbox").stdout)
    assert applied["environments"][0]["status"] == "applied"
    assert applied["environments"][0]["done"]["create"] == counts["create"]
    assert list((place.scratch / "plans" / "sandbox").iterdir()) == []

    assert call(*options, "plan", "dev", "--sandbox", "--detailed-exitcode").returncode == 0

    outputs = json.loads(call(*options, "outputs", "dev", "--sandbox").stdout)["outputs"]
    assert outputs["artifact_bucket_name"] == "shop-dev-artifacts-111122223333"

    lines = json.loads(call(*options, "status").stdout)["environments"]
    assert {line["name"]: line["sandbox"] for line in lines} == {"dev": f"{counts['create']} resources", "prod": ""}

    # However it came there: the state of another one is not touched, though prod's account finds none of what it holds.
    states = place.scratch / "sandbox" / "state"
    shutil.copy(states / "dev.tfstate", states / "prod.tfstate")
    refused = call(*options, "destroy", "prod", "--sandbox")
    assert refused.returncode == 1
    assert "the state of prod holds resources of dev (stack shop)" in refused.stderr
    assert (states / "prod.tfstate").read_bytes() == (states / "dev.tfstate").read_bytes()

    destroyed = json.loads(call(*options, "destroy", "dev", "--sandbox").stdout)
    assert destroyed["environments"][0]["done"]["delete"] == counts["create"]


@pytest.fixture
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a release of terraform: a program that passes on to the real one of this machine; hands over the address."""
    folder = tmp_path_factory.mktemp("releases")
    archive = folder / "terraform" / PINNED_TERRAFORM / f"terraform_{PINNED_TERRAFORM}_{this_platform()}.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("terraform", f'#!/bin/sh\nexec {shutil.which("terraform")} "$@"\n')
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (archive.parent / f"terraform_{PINNED_TERRAFORM}_SHA256SUMS").write_text(f"{digest}  {archive.name}\n")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
@pytest.mark.terraform
def test_the_demo_fetches_terraform_verifies_what_it_applied_and_leaves_nothing_behind(
    tfstencil: Runner, place: Workspace, tmp_path_factory: pytest.TempPathFactory, releases: str
) -> None:
    temporary, cache = tmp_path_factory.mktemp("tmp"), tmp_path_factory.mktemp("cache")
    bare = {
        "TMPDIR": str(temporary),
        "XDG_CACHE_HOME": str(cache),
        "PATH": "/usr/bin:/bin",
        "TFSTENCIL_RELEASES_URL": releases,
    }
    assert shutil.which("terraform", path=bare["PATH"]) is None
    ended = tfstencil("-C", place.root, "demo", "--json", variables=bare, timeout=500)
    document = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert "no terraform was found" in ended.stderr
    assert len(list(cache.rglob("terraform"))) >= 1
    assert document["ok"] is True
    assert document["next_plan_is_empty"] is True
    assert document["checks"]
    assert all(check["ok"] for check in document["checks"])
    assert list(temporary.glob("tfstencil-demo-*")) == []


@pytest.mark.thorough
def test_a_demo_that_can_have_no_terraform_says_so(tfstencil: Runner, place: Workspace, tmp_path: Path) -> None:
    nowhere = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path), "TFSTENCIL_RELEASES_URL": "http://127.0.0.1:1"}
    ended = tfstencil("-C", place.root, "demo", variables=nowhere)
    assert ended.returncode == 1
    assert "no terraform was found" in ended.stderr
    assert "127.0.0.1:1" in ended.stderr
    assert "Traceback" not in ended.stderr
