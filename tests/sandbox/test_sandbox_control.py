"""Starting, stopping and looking after the sandbox: one server a workspace, on this machine only."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import SandboxError
from generator.readback.clients import Clients
from generator.sandbox import control
from generator.sandbox.control import SandboxStatus, running, start, status, stop
from generator.sandbox.record import Folder, ServerRecord, process_start
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


pytestmark = pytest.mark.slow  # every test starts a server of its own


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "environments").mkdir()
    made = Workspace.find(tmp_path)
    yield made
    stop(made)


@contextmanager
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def request(port: int, path: str = "/", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and (os.path.exists(f"/proc/{pid}")):  # noqa: PTH110  # a name that comes and goes
        time.sleep(0.01)


def test_what_is_made_in_the_sandbox_stays_until_it_is_stopped(workspace: Workspace) -> None:
    first = start(workspace)
    again = start(workspace)
    assert first.fresh
    assert not again.fresh
    assert (again.endpoint, again.pid) == (first.endpoint, first.pid)
    assert status(workspace).info == running(workspace) == again
    assert stop(workspace).was_running
    assert status(workspace).info is None
    assert not stop(workspace).was_running


def test_a_start_costs_less_than_three_seconds_of_processor_time(workspace: Workspace) -> None:
    # Not of the clock: tests run side by side.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start(workspace)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3


def test_the_server_is_a_session_of_its_own_so_that_the_terminal_does_not_reach_it(workspace: Workspace) -> None:
    pid = start(workspace).pid
    assert os.getsid(pid) == pid
    os.kill(pid, signal.SIGINT)
    assert running(workspace).pid == pid


def test_the_server_listens_on_the_loopback_address_only(workspace: Workspace) -> None:
    port = start(workspace).port
    with socket.socket() as other:
        # The whole 127.0.0.0/8 is this machine's; a server on all addresses would answer here.
        assert other.connect_ex(("127.0.0.2", port)) != 0


def test_starts_at_the_same_time_make_one_server(workspace: Workspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        infos = list(pool.map(lambda _: start(workspace), range(4)))
    assert len({info.pid for info in infos}) == 1
    assert sum(info.fresh for info in infos) == 1


def test_two_workspaces_have_two_sandboxes(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "other" / "environments").mkdir(parents=True)
    other = Workspace.find(tmp_path / "other")
    try:
        assert start(workspace).port != start(other).port
        stop(other)
        assert status(workspace).info
    finally:
        stop(other)


def test_the_port_can_be_chosen_and_used_again_after_a_stop(workspace: Workspace) -> None:
    with listener() as free:
        pass
    assert start(workspace, free).port == free
    request(free)
    stop(workspace)
    assert start(workspace, free).port == free


def test_a_port_in_use_is_named_and_the_flag_to_change_it(workspace: Workspace) -> None:
    with listener() as taken, pytest.raises(SandboxError, match=f"port {taken} .* in use") as caught:
        start(workspace, taken)
    assert "--port" in caught.value.hint
    assert status(workspace).info is None


def test_another_port_than_that_of_the_running_sandbox_is_refused(workspace: Workspace) -> None:
    port = start(workspace).port
    with pytest.raises(SandboxError, match=f"already runs on port {port}"):
        start(workspace, port + 1)
    assert start(workspace, port).port == port


def test_a_server_that_died_is_noticed_and_replaced(workspace: Workspace) -> None:
    died = start(workspace).pid
    kill(died)
    found = status(workspace)
    assert found.info is None
    assert str(died) in found.problem
    assert "died" in found.problem
    with pytest.raises(SandboxError, match="died"):
        running(workspace)
    replaced = start(workspace)
    assert replaced.fresh
    assert str(died) in replaced.cleaned
    assert running(workspace).pid == replaced.pid


def test_the_end_of_the_log_tells_why_a_server_died(workspace: Workspace) -> None:
    kill(start(workspace).pid)
    Folder.of(workspace).log.write_text("a\nMemoryError: no room\n")
    assert "MemoryError: no room" in status(workspace).problem


def test_a_server_that_does_not_start_shows_the_end_of_its_log(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = workspace.root / "broken"
    broken.mkdir()
    (broken / "moto.py").write_text("raise RuntimeError('moto is broken')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with pytest.raises(SandboxError, match="RuntimeError: moto is broken"):
        start(workspace)
    assert status(workspace).info is None


def test_without_moto_the_error_says_how_to_install_it(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SandboxError) as caught:
        start(workspace)
    assert "tfstencil[sandbox]" in caught.value.hint


def test_a_process_that_got_the_number_of_a_dead_server_is_left_alone(workspace: Workspace) -> None:
    kill(start(workspace).pid)
    file = Folder.of(workspace).record
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        try:
            file.write_text(json.dumps(json.loads(file.read_text()) | {"pid": stranger.pid}))
            assert status(workspace).info is None
            assert not stop(workspace).was_running
            start(workspace)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_another_sandbox_on_the_port_of_a_dead_server_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "other" / "environments").mkdir(parents=True)
    other = Workspace.find(tmp_path / "other")
    died = start(workspace)
    kill(died.pid)
    start(other, died.port)
    try:
        assert status(workspace).info is None
        assert not stop(workspace).was_running
        assert status(other).info
    finally:
        stop(other)


def test_a_server_that_hangs_is_not_replaced_but_can_be_stopped(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.sandbox.record._ANSWER_SECONDS", 0.2)
    pid = start(workspace).pid
    os.kill(pid, signal.SIGSTOP)
    assert "does not answer" in status(workspace).problem
    with pytest.raises(SandboxError, match="does not answer"):
        start(workspace)
    monkeypatch.setattr(control, "_STOP_SECONDS", 0.5)
    assert stop(workspace).was_running
    assert status(workspace) == SandboxStatus(info=None)


def test_a_damaged_record_is_no_sandbox(workspace: Workspace) -> None:
    folder = Folder.of(workspace)
    folder.path.mkdir(parents=True)
    for text in ("", "{", "[]", '{"pid": 1}', "null"):
        folder.record.write_text(text)
        assert status(workspace) == SandboxStatus(info=None)
    assert start(workspace).fresh


def test_a_server_whose_workspace_was_deleted_ends_by_itself(workspace: Workspace) -> None:
    pid = start(workspace).pid
    shutil.rmtree(workspace.scratch)
    deadline = time.monotonic() + 30
    while process_start(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert process_start(pid) == ""


def test_what_is_written_down_is_for_the_user_alone(workspace: Workspace) -> None:
    start(workspace)
    folder = Folder.of(workspace)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder.path, folder.record, folder.log)}
    assert modes == {"sandbox": 0o700, "server.json": 0o600, "server.log": 0o600}
    record = ServerRecord.read(folder.record)
    assert record
    assert record.liveness() == "answering"


def test_stop_forgets_the_state_of_what_was_applied_and_says_of_which_environments(workspace: Workspace) -> None:
    start(workspace)
    state = Folder.of(workspace).state
    state.mkdir()
    (state / "prod.tfstate").write_text('{"resources": [{"type": "aws_s3_bucket"}]}')
    (state / "prod.tfstate.backup").write_text("{}")
    (state / "dev.tfstate").write_text('{"resources": []}')
    assert stop(workspace).forgotten == ("prod",)
    assert not state.exists()


def test_a_start_after_a_death_forgets_the_state_too(workspace: Workspace) -> None:
    kill(start(workspace).pid)
    state = Folder.of(workspace).state
    state.mkdir()
    (state / "dev.tfstate").write_text("{}")
    start(workspace)
    assert not state.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / ".tfstencil").write_text("in the way")
    with pytest.raises(SandboxError, match=r"cannot use its folder .*sandbox"):
        start(Workspace.find(tmp_path))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:@", "127.0.0.1.evil.example:@", "127.0.0.1", "127.0.0.1:1", ""]
)
def test_a_page_that_reaches_the_port_under_another_name_is_refused(sandbox: Any, host: str) -> None:
    assert request(sandbox.port, Host=host.replace("@", str(sandbox.port)))[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        # An image, a script and a form of a page, and what is typed into the address bar.
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "https://evil.example/"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
    ],
    ids=",".join,
)
@pytest.mark.parametrize("path", ["/", "/_tfstencil/health", "/bucket/key", "/?Action=ListTopics"])
def test_a_browser_is_refused(sandbox: Any, headers: dict[str, str], path: str) -> None:
    assert request(sandbox.port, path, **headers)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/moto-api/", "/moto-api", "/moto-api/data.json", "/moto-api/reset", "/%6doto-api/recorder/start-recording"),
        *(f"/moto-api/recorder/{what}" for what in ("start-recording", "download-recording", "replay-recording")),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_pages_of_moto_are_closed_to_everybody(sandbox: Any, path: str, method: str) -> None:
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request(method, path)
    assert connection.getresponse().status == 403
    connection.close()


def test_this_machine_is_served_under_its_usual_names(sandbox: Any) -> None:
    assert request(sandbox.port, Host=f"localhost:{sandbox.port}")[0] == 200
    assert request(sandbox.port, Host=f"bucket.localhost:{sandbox.port}", path="/_tfstencil/health")[0] == 200


def test_settings_of_the_user_do_not_reach_the_server(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("MOTO_ACCOUNT_ID", "999999999999")
        patch.setenv("AWS_PROFILE", "no-such-profile")
        endpoint = start(workspace).endpoint
    sts = Clients("us-east-1", "111122223333", endpoint).client("sts")
    assert sts.get_caller_identity()["Account"] == "111122223333"


def test_a_proxy_of_the_user_is_not_asked_for_this_machine(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    info = start(workspace)
    sts = Clients("us-east-1", "111122223333", info.endpoint).client("sts")
    assert sts.get_caller_identity()["Account"] == "111122223333"
    assert status(workspace).info


def test_a_key_of_twelve_digits_is_the_account(aws: Callable[..., Any]) -> None:
    for number in ("111122223333", "000000000012"):
        assert aws("sts", key=number).get_caller_identity()["Account"] == number
    assert aws("sts", key="AKIAIOSFODNN7EXAMPLE").get_caller_identity()["Account"] == "123456789012"


def test_accounts_do_not_see_each_other(aws: Callable[..., Any]) -> None:
    aws("iam", key="111111111111").create_role(RoleName="mine", AssumeRolePolicyDocument="{}")
    assert aws("iam", key="222222222222").list_roles()["Roles"] == []


def test_a_call_that_the_sandbox_lacks_fails_at_once_and_says_so(aws: Callable[..., Any]) -> None:
    from botocore.exceptions import ClientError

    begun = time.monotonic()
    with pytest.raises(ClientError, match="the sandbox lacks this call") as caught:
        aws("codebuild").list_shared_projects()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert time.monotonic() - begun < 5
