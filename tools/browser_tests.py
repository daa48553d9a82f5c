"""Start two yards on free ports, run half of the browser tests against each, end everything."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT_LINES = 200
N_LANES = 2
"""Half of their time browser tests wait."""


def main() -> int:
    """Return the exit code of the browser tests: 0 when those of every lane pass."""
    with ThreadPoolExecutor(N_LANES) as lanes:
        return max(lanes.map(_lane, range(N_LANES)))


def _lane(number: int) -> int:
    """Run this lane's files against a yard of its own; return the exit code."""
    data = tempfile.mkdtemp(prefix="modelyard-e2e-")
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MODELYARD_") and name not in ("DATABASE_URL", "HOST")
    }
    environment = {**clean, "MODELYARD_DATA": data, "PORT": "0", "OMP_NUM_THREADS": "1"}
    command = [str(Path(sys.executable).parent / "modelyard"), "up"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        link = _link(server)
        base = re.match(r"https?://[^/]+", link)
        assert base is not None
        tests = {**clean, "BASE_URL": base.group(), "E2E_SIGN_IN_URL": link, "E2E_LANE": f"{number}/{N_LANES}"}
        ended = subprocess.run(["npm", "run", "--silent", "e2e"], cwd=ROOT / "frontend", env=tests, check=False)
        return ended.returncode
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(data, ignore_errors=True)


def _link(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    for _ in range(START_LIMIT_LINES):
        line = server.stdout.readline()
        if found := re.search(r"https?://\S+/sign-in/\S+", line):
            return found.group()
        if not line:
            break
    sys.exit("the yard did not start")


if __name__ == "__main__":
    sys.exit(main())
