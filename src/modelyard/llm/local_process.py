"""Local LLMs' processes: one per file, started when it is asked first, ended when nobody has asked for a while."""

import json
import os
import secrets
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from modelyard.kernel.memory import refuse_too_large
from modelyard.llm.errors import LlmUnavailable
from modelyard.runs.processes import child_environment

log = structlog.get_logger()

IDLE_SECONDS = 300.0
LOOK_SECONDS = 10.0
START_SECONDS = 120.0
MEMORY_FACTOR = 1.25
"""Memory by size of the file, what it computes with included; measured with 94 MB and 4,096 tokens: 241 MB."""
LIBRARY_BYTES = 60 * 1024**2
BYTES_PER_TOKEN_OF_FILE = 1 / 4000
MOST_BYTES_PER_TOKEN = 256 * 1024
"""What is kept of each token it has read: 23 kB in that file, 128 kB in usual ones of 7 billion parameters."""


@dataclass(frozen=True)
class Served:
    """Where a local LLM is asked, and with which key."""

    address: str
    key: str = field(repr=False)


@dataclass
class LocalLlm:
    """The process of one file; requests come one after another, for each has all of the one thread."""

    path: Path
    context_tokens: int
    n_threads: int = 1
    _process: subprocess.Popen[str] | None = None
    _served: Served | None = None
    _n_users: int = 0
    _used_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def use(self, memory_bytes: int) -> Iterator[Served]:
        """Yield where it is asked, started when it is not running; it is not ended meanwhile. Blocking."""
        served = self.start(memory_bytes)
        try:
            yield served
        finally:
            self.leave()

    def start(self, memory_bytes: int) -> Served:
        """Return where it is asked and count one user; raise Invalid when it takes more memory than is allowed."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._served is None:
                self._served = self._started(memory_bytes)
            self._n_users += 1
            return self._served

    def leave(self) -> None:
        """Count one user less; the process ends when nobody has come for a while."""
        with self._lock:
            self._n_users -= 1
            self._used_at = time.monotonic()

    def end_if_idle(self, idle_seconds: float = IDLE_SECONDS) -> None:
        """End the process unless somebody uses it or did a moment ago."""
        with self._lock:
            if self._n_users == 0 and time.monotonic() - self._used_at >= idle_seconds:
                self._end()

    def _watch(self, process: "subprocess.Popen[str]") -> None:
        while process.poll() is None:
            time.sleep(LOOK_SECONDS)
            self.end_if_idle()

    def _started(self, memory_bytes: int) -> Served:
        size = self.path.stat().st_size
        of_token = min(MOST_BYTES_PER_TOKEN, BYTES_PER_TOKEN_OF_FILE * size)
        needed = LIBRARY_BYTES + int(MEMORY_FACTOR * size + of_token * self.context_tokens)
        refuse_too_large(needed, memory_bytes, what=self.path.stem, hint="Choose a smaller file, or a hosted LLM.")
        self._end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "modelyard.llm.local_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            text=True,
        )
        threading.Thread(target=self._watch, args=(self._process,), name="local-llm-idle", daemon=True).start()
        key = secrets.token_urlsafe(24)
        assignment = {"path": str(self.path), "context_tokens": self.context_tokens, "n_threads": self.n_threads}
        return Served(self._address({**assignment, "key": key}), key)

    def _address(self, assignment: dict[str, object]) -> str:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(assignment) + "\n")
            process.stdin.flush()
            readable, _, _ = select.select([process.stdout], [], [], START_SECONDS)
            line = process.stdout.readline() if readable else ""
        except BrokenPipeError:
            line = ""
        answer = json.loads(line) if line else {}
        if "address" not in answer:
            log.error("a local LLM does not start", file=self.path.name, reason=answer.get("error"))
            self._end()
            raise LlmUnavailable(
                f"{self.path.name} does not start.", hint="Check that it is a whole GGUF file of an LLM, and try again."
            )
        return str(answer["address"])

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = self._served = None


def _environment() -> dict[str, str]:
    """Return the environment without what is none of its business: keys."""
    return {name: value for name, value in child_environment().items() if not name.startswith("MODELYARD_")}


_llms: dict[tuple[int, Path, int], LocalLlm] = {}
_llms_lock = threading.Lock()


def local_llm(path: Path, context_tokens: int) -> LocalLlm:
    """Return this process's LLM of a file."""
    with _llms_lock:
        return _llms.setdefault((os.getpid(), path, context_tokens), LocalLlm(path, context_tokens))
