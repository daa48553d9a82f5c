"""A yard of its own for a benchmark: started, signed in to, ended."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil


@dataclass
class Server:
    """A running yard."""

    process: subprocess.Popen[str]
    client: httpx.Client
    start_seconds: float

    def rss_bytes(self) -> int:
        """Resident memory of the API process alone."""
        return int(psutil.Process(self.process.pid).memory_info().rss)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(*, worker_mode: str = "process", data: Path | None = None) -> Iterator[Server]:
    """Start `modelyard up` on a fresh data folder and sign in as its owner."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as folder:
        port = free_port()
        # Python keeps compiled files, as on any machine that does not forbid it.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {
            **kept,
            "MODELYARD_DATA": str(data or folder),
            "PORT": str(port),
            "MODELYARD_WORKER_MODE": worker_mode,
        }
        base = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        command = [str(Path(sys.executable).parent / "modelyard"), "up"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            client = httpx.Client(base_url=base, timeout=600)
            _wait(client)
            seconds = time.perf_counter() - began
            _sign_in(client, process)
            yield Server(process, client, seconds)
        finally:
            process.terminate()
            process.wait(20)


def _wait(client: httpx.Client) -> None:
    while True:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.005)
        else:
            return


def _sign_in(client: httpx.Client, process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    while not (found := re.search(r"token=(\S+)", process.stdout.readline())):
        pass
    client.post("/api/v1/auth/sign-in-link", json={"token": found.group(1)}).raise_for_status()
    client.headers["X-CSRF-Token"] = client.get("/api/v1/auth/me").json()["csrf_token"]


def finished(client: httpx.Client, run_id: str) -> dict[str, object]:
    """Wait for a run to end and return it."""
    while True:
        run: dict[str, object] = client.get(f"/api/v1/runs/{run_id}").raise_for_status().json()
        if run["finished_at"]:
            return run
        time.sleep(0.1)
