"""A real yard for journeys: `modelyard up` in a process of its own, with its worker, spoken to over HTTP."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

LIMIT_SECONDS = 120.0
"""Only ends a test that hangs."""


class Server:
    """A running yard; may be killed and started again on the same data."""

    def __init__(self, data: Path, database_url: str = "", **variables: str) -> None:
        self._environment = {
            **os.environ,
            "MODELYARD_DATA": str(data),
            "DATABASE_URL": database_url,
            "PORT": "0",
            "MODELYARD_LEASE": "PT3S",
            **variables,
        }
        self.client = httpx.Client(timeout=LIMIT_SECONDS)
        self.start()

    def start(self) -> None:
        """Start it and sign in with the link it prints."""
        command = [sys.executable, "-m", "modelyard.doors.cli.main", "up"]
        self.process = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = ""
        while "token=" not in line:
            line = self.process.stdout.readline()
            assert line, f"the yard ended with {self.process.wait()}"
        found = re.search(r"(http://[^/]+)/sign-in/\?token=(\S+)", line)
        assert found is not None
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.client.base_url = httpx.URL(found.group(1) + "/api/v1/")
        self.post("auth/sign-in-link", {"token": found.group(2)})
        self.client.headers["X-CSRF-Token"] = self.get("auth/me")["csrf_token"]

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON of a page that must be there."""
        answer = self.client.get(path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """Post JSON that must be taken."""
        answer = self.client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def upload(self, path: Path, **params: str) -> Any:
        """Upload a file, wait for its intake, return the dataset."""
        answer = self.client.post("datasets", params={"filename": path.name, **params}, content=path.read_bytes())
        assert answer.is_success, answer.text
        dataset = answer.json()
        self.finished(dataset["run_id"])
        return self.get(f"datasets/{dataset['id']}")

    def finished(self, run_id: str) -> Any:
        """Wait for a run to end and return it."""
        return self.wait(lambda: self._final(run_id))

    def _final(self, run_id: str) -> Any:
        run = self.get(f"runs/{run_id}")
        return run if run["finished_at"] else None

    def wait(self, condition: Any) -> Any:
        """Return the condition's first true value."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while not (value := condition()):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.1)
        return value

    def kill(self) -> None:
        """SIGKILL, as an out-of-memory killer would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
