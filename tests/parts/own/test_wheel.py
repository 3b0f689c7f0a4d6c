"""The wheel, in a workspace outside of the repository: a part from its first line to an upgrade of tfstencil."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
from own_parts import SPEC

pytestmark = [pytest.mark.terraform, pytest.mark.slow]
REPOSITORY = Path(__file__).parents[3]
LOGS = "modules/logs/main.tf.j2"


@dataclass(frozen=True)
class Installed:
    """tfstencil from a wheel, and a workspace for it."""

    program: Path
    package: Path
    workspace: Path

    def run(self, *words: str, code: int = 0) -> str:
        result = subprocess.run(
            [str(self.program), *words], cwd=self.workspace, capture_output=True, text=True, check=False, timeout=300
        )
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout + result.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel, install it into an environment of its own, and make a workspace elsewhere."""
    folder = tmp_path_factory.mktemp("elsewhere")
    wheels = folder / "wheels"
    pip = [sys.executable, "-m", "pip"]
    built = subprocess.run(
        [*pip, "wheel", "-q", "--no-deps", "-w", str(wheels), str(REPOSITORY)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "No matching distribution found for hatchling" in built.stderr:
        pytest.skip("hatchling, which builds the wheel, cannot be had here")
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("*.whl")
    home = folder / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    subprocess.run(
        [*pip, "--python", str(home / "bin" / "python"), "install", "-q", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )
    # What tfstencil needs comes from here; its own editable install does not, since .pth files below are not read.
    (site / "needed.pth").write_text(sysconfig.get_path("purelib"))
    workspace = folder / "stacks"
    (workspace / "environments").mkdir(parents=True)
    (workspace / "environments" / "dev.yaml").write_text(SPEC)
    found = Installed(home / "bin" / "tfstencil", site / "generator", workspace)
    where = subprocess.run(
        [str(home / "bin" / "python"), "-c", "import generator; print(generator.__file__)"],
        cwd=workspace, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(site)), where.stdout
    return found


def test_a_part_is_made_proved_and_used(installed: Installed) -> None:
    installed.run("part", "new", "site")
    assert "part site is proved: 1 shape, 1 test, 1 example, 1 contract" in installed.run("part", "check", "site")
    assert "parts/site: no spec uses this part" in installed.run("status")
    spec = installed.workspace / "environments" / "dev.yaml"
    spec.write_text(SPEC + "site: {}\n")
    installed.run("validate")
    installed.run("render")
    assert "retention_days: 7" in installed.run("explain", "dev", "site")
    assert "site.retention_days" in installed.run("where", "modules_out/dev/site.tf:7")
    assert "module.site.aws_cloudwatch_log_group.this" in installed.run("plan", "--offline", "dev")
    installed.run("test", "--update")
    assert "module.site.aws_cloudwatch_log_group.this" in (installed.workspace / "tests/plans/dev.yaml").read_text()
    assert "1 of 1 contract kept" in installed.run("test")
    spec.write_text(SPEC + "site: {retention_day: 7}\n")
    told = installed.run("validate", code=1)
    assert "environments/dev.yaml:10:8: site.retention_day: is not a key of the spec; did you mean retention_days?" in (
        told
    )
    spec.write_text(SPEC + "site: {}\n")


def test_an_upgrade_merges_and_shows_a_conflict_as_such(installed: Installed) -> None:
    installed.run("templates", "eject", LOGS)
    own, ours = installed.workspace / "templates" / LOGS, installed.package / "bundled_templates" / LOGS
    first, *_, last = ours.read_text().splitlines()
    own.write_text(own.read_text().replace(first, f"{first}\n# Ours."))
    ours.write_text(ours.read_text() + "# Upgraded.\n")
    assert f"templates/{LOGS}: ours has changed since it was made" in installed.run("status")
    installed.run("templates", "upgrade")
    assert "# Ours.\n" in own.read_text()
    assert own.read_text().endswith(f"{last}\n# Upgraded.\n")
    installed.run("validate")
    assert "ours has changed since" not in installed.run("status")

    own.write_text(own.read_text().replace("# Upgraded.", "# Upgraded here."))
    ours.write_text(ours.read_text().replace("# Upgraded.", "# Upgraded there."))
    assert "conflict" in installed.run("templates", "upgrade", code=1)
    text = own.read_text()
    assert text.index("<<<<<<< ") < text.index("# Upgraded here.") < text.index("# Upgraded there.")
    assert text.index("# Upgraded there.") < text.index(">>>>>>> ")
    assert f"templates/{LOGS}" in installed.run("render", code=1)
