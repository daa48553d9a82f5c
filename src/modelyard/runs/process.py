"""A child process seen from its supervisor: start, listen, watch, end."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from modelyard.kernel.settings import Settings
from modelyard.runs.processes import child_environment
from modelyard.runs.tables import Run

TERM_GRACE_SECONDS = 0.7
"""Between SIGTERM and SIGKILL: a cancelled run is gone within two seconds, polling included."""
Message = tuple[str, dict[str, Any]]


@dataclass
class ChildProcess:
    """One attempt's process, in a session of its own so that its whole group can be ended."""

    process: subprocess.Popen[bytes]
    output: Path
    messages: "queue.SimpleQueue[Message]" = field(default_factory=queue.SimpleQueue)
    peak_memory_bytes: int = 0
    _listener: threading.Thread | None = None

    @classmethod
    def start(cls, settings: Settings, run: Run, scratch: Path) -> "ChildProcess":
        """Start the child and hand it its assignment."""
        reading, writing = os.pipe()
        output = Path(tempfile.mkstemp(dir=scratch, prefix="output-")[1])
        with output.open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 — our own interpreter and module
                [sys.executable, "-m", "modelyard.runs.child", str(writing)],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=subprocess.STDOUT,
                pass_fds=(writing,),
                start_new_session=True,
                env=child_environment(),
            )
        os.close(writing)
        child = cls(process, output)
        child._listen(reading)
        assignment = {"settings": settings.dumped(), "run_id": run.id, "owner_id": run.owner_id, "spec": run.spec}
        child._assign({**assignment, "scratch": str(scratch / "work")})
        return child

    def _assign(self, assignment: dict[str, Any]) -> None:
        Path(assignment["scratch"]).mkdir(exist_ok=True)
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(assignment).encode())
            self.process.stdin.close()
        except BrokenPipeError:
            return  # it died while starting; its exit code says how

    def _listen(self, channel: int) -> None:
        def read() -> None:
            with os.fdopen(channel, "rb") as lines:
                for line in lines:
                    if line.endswith(b"\n"):  # the last line of a killed child may be cut
                        kind, data = json.loads(line)
                        self.messages.put((kind, data))

        self._listener = threading.Thread(target=read, name=f"listen-{self.process.pid}", daemon=True)
        self._listener.start()

    def drain(self) -> list[Message]:
        """Return the messages that came since the last call."""
        messages: list[Message] = []
        while not self.messages.empty():
            messages.append(self.messages.get_nowait())
        return messages

    def has_ended(self) -> bool:
        """Say whether the process is over and everything it sent was read."""
        if self.process.poll() is None:
            return False
        if self._listener is not None:
            self._listener.join(timeout=5)
        return True

    def memory_bytes(self) -> int:
        """Return the resident memory of the process and its children, and remember the highest."""
        try:
            process = psutil.Process(self.process.pid)
            group = [process, *process.children(recursive=True)]
            total = sum(int(member.memory_info().rss) for member in group)
        except psutil.Error:
            return 0  # it ended while we looked
        self.peak_memory_bytes = max(self.peak_memory_bytes, total)
        return total

    def end(self) -> None:
        """SIGTERM to the group, then SIGKILL; returns when the process is gone."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + TERM_GRACE_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.has_ended()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return  # gone already
        except PermissionError:
            self.process.send_signal(number)  # macOS refuses groups with zombies in them

    def last_output(self, limit_bytes: int = 4000) -> str:
        """Return the end of what the process printed."""
        with self.output.open("rb") as file:
            file.seek(max(0, self.output.stat().st_size - limit_bytes))
            return file.read().decode(errors="replace").strip()
