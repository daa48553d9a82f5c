"""Start some yards on free ports, share the browser tests among them (words choose some), end everything.

What fails beside the others is tried once more, alone, against a new yard. What passes then is named as unsteady, with
why it failed before: that is to be mended too, but it is no reason to refuse a change that did not touch it.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = ROOT / ".stamps" / "browser-seconds.jsonl"
"""How long each test took: the next time the longest are begun first."""
START_LIMIT_LINES = 200
N_LANES = int(os.environ.get("LANES", "3"))
"""Half of their time browser tests wait."""
MOST_UNSTEADY = 2
"""When more fail, something is broken: nothing is tried again."""


def main() -> int:
    """Return the exit code of the browser tests: 0 when each passes, at the latest alone."""
    SECONDS.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="modelyard-e2e-") as folder, ThreadPoolExecutor(N_LANES) as lanes:
        shared = Path(folder)
        code = max(lanes.map(partial(_lane, shared, words=sys.argv[1:]), range(N_LANES)))
        failed = _failed(shared)
        if code == 0 or not 0 < len(failed) <= MOST_UNSTEADY:
            return code
        print("Tried again, alone:", "; ".join(failed), flush=True)
        (shared / "again").mkdir()
        code = _lane(shared / "again", 0, words=failed)
        for label in failed:
            if label not in _failed(shared / "again"):
                print("UNSTEADY", label, flush=True)
        return code


def _failed(shared: Path) -> list[str]:
    """Return the names of the tests that failed, as their processes noted them."""
    noted = shared / "failed"
    return noted.read_text().splitlines() if noted.exists() else []


def _lane(shared: Path, number: int, *, words: list[str]) -> int:
    """Run tests that no other lane of this folder has claimed against a yard of its own; return the exit code."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MODELYARD_") and name not in ("DATABASE_URL", "HOST")
    }
    (shared / "claims").mkdir(exist_ok=True)
    data = shared / f"yard-{number}"
    environment = {**clean, "MODELYARD_DATA": str(data), "PORT": "0", "OMP_NUM_THREADS": "1"}
    with _process("modelyard.doors.cli.main", "up", MODELYARD_WORKER_MODE="none", **environment) as server:
        link = _line(server, r"https?://\S+/sign-in/\S+")
        base = re.match(r"https?://[^/]+", link)
        assert base is not None
        with _process("tests.worker", **environment) as worker:
            _line(worker, r"ready")
            files = {
                "E2E_CLAIMS": str(shared / "claims"),
                "E2E_FAILED": str(shared / "failed"),
                "E2E_SECONDS": str(SECONDS),
            }
            tests = {**clean, **files, "BASE_URL": base.group(), "E2E_SIGN_IN_URL": link}
            command = ["npm", "run", "--silent", "e2e", "--", *words]
            return subprocess.run(command, cwd=ROOT / "frontend", env=tests, check=False).returncode


@contextmanager
def _process(module: str, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Yield a process of this interpreter that is ended, with what it started, as by Ctrl-C; it says little."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _line(process: "subprocess.Popen[str]", pattern: str) -> str:
    """Return what the process says that is of this pattern."""
    assert process.stdout is not None
    for _ in range(START_LIMIT_LINES):
        line = process.stdout.readline()
        if found := re.search(pattern, line):
            return found.group()
        if not line:
            break
    sys.exit("the yard did not start")


if __name__ == "__main__":
    sys.exit(main())
