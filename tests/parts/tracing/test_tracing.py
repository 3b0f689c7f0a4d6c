"""Traces of builds: the variables, the commands around those of the user, and what the commands do in a real shell."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from generator.model.loading.load import load_environment
from generator.parts.framework.stack import derive
from generator.parts.tracing import collector
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generator.parts.builds.projects import ProjectContext
    from generator.workspace import Workspace

BASE = """\
class: dev
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds:
  main:
    runtime: {nodejs: 22}
    phases: {install: [npm ci], build: [npm test], post_build: [npm run report]}
  arm: {runtime: {nodejs: 22}, architecture: arm64, buildspec: ci/arm.yml}
"""


@pytest.fixture
def derived(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Callable[[str], Any]:
    """Derive an environment from the base and an addition."""

    def of(addition: str) -> Any:
        return derive(load_environment(workspace_of({"_base": BASE, "dev": f"extends: _base\n{addition}\n"}), "dev"))

    return of


def projects(stack: Any) -> dict[str, ProjectContext]:
    return {project.key: project for project in stack.root["builds"].projects}


def variables(project: ProjectContext) -> dict[str, str]:
    return {variable.name: variable.value for variable in project.variables}


def commands(project: ProjectContext, phase: str) -> list[str]:
    buildspec: Any = project.buildspec
    found: list[str] = buildspec["phases"][phase]["commands"]
    return found


def test_without_internet_traces_go_through_an_endpoint_and_the_collector_comes_from_the_mirror(
    derived: Callable[[str], Any],
) -> None:
    stack = derived(
        "source: {type: codecommit, repository: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop'}\n"
        "network: {managed: {cidr: 10.40.0.0/20, availability_zones: [eu-west-1a, eu-west-1b], internet: none}}\n"
        "tracing: {mirror: 'https://artifacts.acme.example/otel'}"
    )
    assert stack.root["vpc"].endpoints["xray"] == "com.amazonaws.eu-west-1.xray"
    fetch = commands(projects(stack)["main"], "install")[0]
    assert "https://artifacts.acme.example/otel/" in fetch
    assert "github.com" not in fetch


def test_without_the_section_nothing_is_added(derived: Callable[[str], Any]) -> None:
    main = projects(derived("description: plain"))["main"]
    assert variables(main) == {}
    assert commands(main, "install") == ["npm ci"]


def test_sdks_find_the_collector_by_their_usual_variables(derived: Callable[[str], Any]) -> None:
    found = variables(projects(derived("tracing: {sampling_percent: 25}"))["arm"])
    assert found["OTEL_SERVICE_NAME"] == "shop-dev-arm"
    assert found["OTEL_RESOURCE_ATTRIBUTES"] == "deployment.environment.name=dev,service.namespace=shop"
    assert found["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318"
    assert (found["OTEL_TRACES_SAMPLER"], found["OTEL_TRACES_SAMPLER_ARG"]) == ("parentbased_traceidratio", "0.25")


def test_a_variable_of_the_users_own_wins(derived: Callable[[str], Any]) -> None:
    addition = "tracing: {}\nbuilds: {main: {variables: {OTEL_SERVICE_NAME: mine}, secrets: {OTEL_EXPORTER_OTLP_ENDPOINT: {parameter: /otel}}}}"
    project = projects(derived(addition))["main"]
    assert variables(project)["OTEL_SERVICE_NAME"] == "mine"
    assert variables(project)["OTEL_EXPORTER_OTLP_ENDPOINT"] == "/otel"
    names = [variable.name for variable in project.variables]
    assert names == sorted(set(names))


def test_the_collector_passes_what_it_gets_on_to_x_ray(derived: Callable[[str], Any]) -> None:
    config = yaml.safe_load(variables(projects(derived("tracing: {}"))["main"])["OTELCOL_CONFIG"])
    traces = config["service"]["pipelines"]["traces"]
    assert traces == {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["awsxray"]}
    assert config["exporters"]["awsxray"]["region"] == "eu-west-1"
    # Nobody but the build machine itself may send to it.
    listening = re.findall(r'endpoint: "([^"]+)"', collector.config("eu-west-1"))
    assert {address.partition(":")[0] for address in listening} == {"127.0.0.1"}


def test_it_starts_before_the_builds_own_commands_and_stops_after_them(derived: Callable[[str], Any]) -> None:
    main = projects(derived("tracing: {}"))["main"]
    buildspec: Any = main.buildspec
    assert list(buildspec["phases"]) == ["install", "build", "post_build"]
    assert buildspec["phases"]["install"]["runtime-versions"] == {"nodejs": "22"}
    assert commands(main, "install") == [*collector.start("x86_64", None), "npm ci"]
    assert commands(main, "build") == ["npm test"]
    assert commands(main, "post_build") == ["npm run report", *collector.stop()]


def test_a_collector_of_ones_own_leaves_the_commands_alone(derived: Callable[[str], Any]) -> None:
    stack = derived("tracing: {collector: false}")
    main = projects(stack)["main"]
    assert commands(main, "install") == ["npm ci"]
    assert "OTELCOL_CONFIG" not in variables(main)
    assert "OTEL_SERVICE_NAME" in variables(main)
    assert stack.root["tracing"].by_hand == []


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "amd64"), ("arm64", "arm64")])
def test_the_archive_is_pinned_by_version_and_digest(architecture: str, machine: str) -> None:
    fetch, check, *_ = collector.start(architecture, None)
    release = "https://github.com/open-telemetry/opentelemetry-collector-releases/releases/download"
    assert f"'{release}/v{collector.VERSION}/otelcol-contrib_{collector.VERSION}_linux_{machine}.tar.gz'" in fetch
    assert re.search(r"echo '[0-9a-f]{64}  /tmp/otelcol.tar.gz' \| sha256sum --check", check)
    mirrored, *_ = collector.start(architecture, "https://artifacts.acme.example/otel/")
    assert (
        f"'https://artifacts.acme.example/otel/otelcol-contrib_{collector.VERSION}_linux_{machine}.tar.gz'" in mirrored
    )


def test_the_page_tells_a_repository_the_same_commands(derived: Callable[[str], Any], repository: Path) -> None:
    stack = derived("tracing: {}")
    page = render_stack(TemplateEngine([repository / "templates"]), stack)["TRACING.md"]
    assert "## What the buildspec of `arm` needs" in page
    assert "ci/arm.yml" in page
    start, stop = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))
    assert start["phases"]["install"]["commands"] == collector.start("arm64", None)
    assert stop["post_build"]["commands"] == collector.stop()


def test_x_ray_groups_the_services_of_the_stack(derived: Callable[[str], Any]) -> None:
    tracing = derived("tracing: {name: shop}").root["tracing"]
    assert tracing.filter_expression == 'service("shop-dev-arm") OR service("shop-dev-main")'
    assert (tracing.name, tracing.service_names) == ("shop", "shop-dev-*")


# Stands in for the collector, which cannot be had here: takes spans by HTTP, and says so once it was asked to end.
COLLECTOR = f"""\
#!{sys.executable}
import os, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
folder = os.environ["FOLDER"]
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        open(folder + "/received.json", "wb").write(body)
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.end_headers()
def leave(*_):
    open(folder + "/ended", "w").write(os.environ[sys.argv[1].removeprefix("--config=env:")])
    os._exit(0)
signal.signal(signal.SIGTERM, leave)
server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
open(folder + "/ready", "w").close()
server.serve_forever()
"""


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """Serve an archive of the stand-in, as the release would."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    text = COLLECTOR.encode()
    with tarfile.open(folder / f"otelcol-contrib_{collector.VERSION}_linux_amd64.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("otelcol-contrib")
        entry.size, entry.mode = len(text), 0o755
        archive.addfile(entry, io.BytesIO(text))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:  # the server's own way to be told
        return


def run_build(tmp_path: Path, mirror: str, shell: str, *, succeeds: bool, trusted: bool = True) -> str:
    """Run the commands of a build as CodeBuild does: one after the other, in one shell; each must end well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    archive = (tmp_path / "mirror").iterdir().__next__().read_bytes()
    own = {"x86_64": ("amd64", hashlib.sha256(archive).hexdigest() if trusted else "0" * 64)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collector, "_ARCHIVES", own)
        start = collector.start("x86_64", mirror)
    waiting = f"for i in $(seq 100); do [ -f {tmp_path}/ready ] && break; sleep 0.05; done" if trusted else "true"
    lines = [*start, waiting, 'echo "parent $TRACEPARENT"', *collector.stop()]
    text = "\n".join(f"{line} || echo ended badly" for line in lines)
    text = text.replace("/tmp/otelcol", f"{tmp_path}/otelcol").replace("--directory /tmp ", f"--directory {tmp_path} ")
    text = text.replace("4318", str(port))
    variables = {
        "FOLDER": str(tmp_path),
        "PORT": str(port),
        "OTELCOL_CONFIG": "the config",
        "OTEL_SERVICE_NAME": "shop-dev-main",
        "CODEBUILD_START_TIME": "1795500000123",
        "CODEBUILD_BUILD_SUCCEEDING": str(int(succeeds)),
    }
    done = subprocess.run(
        [shell, "-c", text], env=os.environ | variables, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("succeeds", [True, False], ids=["a build that succeeds", "a build that fails"])
def test_a_build_sends_one_span_of_its_own_and_ends_the_collector(
    tmp_path: Path, mirror: str, shell: str, *, succeeds: bool
) -> None:
    if not shutil.which("curl"):
        pytest.fail("curl is needed, as on a build machine")
    before = int(time.time())
    shown = run_build(tmp_path, mirror, shell, succeeds=succeeds)
    assert "ended badly" not in shown
    received = json.loads((tmp_path / "received.json").read_text())
    (resource,) = received["resourceSpans"]
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "shop-dev-main"}}]
    (span,) = resource["scopeSpans"][0]["spans"]
    parent = re.search(r"parent 00-([0-9a-f]{32})-([0-9a-f]{16})-01", shown)
    assert parent
    assert (span["traceId"], span["spanId"]) == parent.groups()
    # X-Ray reads the time of a trace from its ID, and refuses what is older than 30 days.
    assert before <= int(span["traceId"][:8], 16) <= time.time()
    assert span["startTimeUnixNano"] == "1795500000123000000"
    assert before * 10**9 <= int(span["endTimeUnixNano"]) <= time.time() * 10**9
    assert span["status"] == {"code": 1 if succeeds else 2}
    # It was given its configuration, and had the time to send what it had.
    assert (tmp_path / "ended").read_text() == "the config"


def test_an_archive_that_is_not_the_expected_one_is_not_run_and_fails_no_build(tmp_path: Path, mirror: str) -> None:
    shown = run_build(tmp_path, mirror, "sh", succeeds=True, trusted=False)
    assert "This build is not traced" in shown
    assert "ended badly" not in shown
    assert not (tmp_path / "otelcol-contrib").exists()
    assert not (tmp_path / "ready").exists()


def test_a_build_that_cannot_fetch_the_collector_goes_on(tmp_path: Path, mirror: str) -> None:
    shown = run_build(tmp_path, f"{mirror}/nowhere", "sh", succeeds=True, trusted=False)
    assert "This build is not traced" in shown
    assert "ended badly" not in shown
