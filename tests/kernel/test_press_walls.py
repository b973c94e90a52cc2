"""Behind the walls there is no network and there are no files, even for code that gets loose."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOSE = """
import socket, sys
from pathlib import Path
from skillhub.kernel.press import jail
jail.counters()
print(jail.cut_network(), jail.wall_in([Path(sys.argv[1]), *jail.library_folders()]))
"""


def loose(code, allowed):
    command = [sys.executable, "-c", LOOSE + code, str(allowed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split(), done.stderr


def test_reads_only_what_is_allowed(tmp_path):
    (tmp_path / "allowed.txt").write_text("allowed")
    walls, said = loose("print((Path(sys.argv[1]) / 'allowed.txt').read_text())", tmp_path)
    assert walls[2:] == ["allowed"], said


@pytest.mark.parametrize(
    "act",
    [
        pytest.param("open('/etc/passwd')", id="read"),
        pytest.param("open('pyproject.toml')", id="read ours"),
        pytest.param("(Path(sys.argv[1]) / 'new').write_text('x')", id="write"),
        pytest.param("__import__('os').listdir('/etc')", id="list"),
        pytest.param("__import__('subprocess').run(['/bin/true'])", id="run"),
    ],
)
def test_touches_no_other_file(tmp_path, act):
    walls, said = loose(act, tmp_path)
    if walls[1] != "landlock":
        pytest.skip("this kernel has no Landlock; the fetcher alone refuses")
    assert "PermissionError" in said


def test_reaches_no_address(tmp_path):
    walls, said = loose("socket.create_connection(('127.0.0.1', 9), timeout=2)", tmp_path)
    if walls == ["fetcher", "fetcher"]:
        pytest.skip("no namespace and no Landlock here; the fetcher alone refuses")
    assert "PermissionError" in said or "unreachable" in said
