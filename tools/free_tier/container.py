"""A container of an image, run as a platform runs it."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from storage import SCRATCH, podman, podman_command

LIMITS = (
    *("run", "--rm", "--no-healthcheck", "--network", "host"),
    *("--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:4096", "--pids-limit", "200"),
    *("--user", "1000", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--read-only"),
)
"""What the platforms do to a container, and the limits that this machine needs to be told."""


@dataclass
class Container:
    """One container with a disk that goes with it."""

    process: "subprocess.Popen[str]"
    name: str
    disk: Path
    started_at: float

    @classmethod
    def start(cls, tag: str, environment: dict[str, str], *, memory: str) -> "Container":
        """Start it; its only writable places are a fresh /tmp and a fresh home cache."""
        name = f"modelyard-{os.urandom(4).hex()}"
        disk = Path(tempfile.mkdtemp(prefix="disk-", dir=SCRATCH))
        mounts = []
        for place in ("/tmp", "/home/user/.cache"):  # noqa: S108 — in the container
            folder = disk / place.strip("/").replace("/", "-")
            folder.mkdir()
            os.chown(folder, 1000, 1000)
            mounts += ["-v", f"{folder}:{place}:rw"]
        variables = [part for pair in environment.items() for part in ("--env", "=".join(pair))]
        command = podman_command(*LIMITS, "--name", name, "--memory", memory, *mounts, *variables, tag)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return cls(process, name, disk, time.monotonic())

    def said(self, words: str, *, seconds: float = 180) -> str:
        """Return the first line of its output that holds the words."""
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if words in line:
                threading.Thread(target=self.process.stdout.read, daemon=True).start()  # a full pipe would hold it
                return line
            if time.monotonic() - self.started_at > seconds:
                break
        raise RuntimeError(f"{self.name} never said {words!r}:\n{''.join(seen[-20:])}")

    def memory_mib(self) -> int:
        """Return the proportional memory of all its processes, in MiB."""
        top = self._first()
        return sum(one.memory_full_info().pss for one in [top, *top.children(recursive=True)]) >> 20

    def stop(self, *, seconds: int = 30) -> float:
        """Send SIGTERM, as a platform does, and wait; return how long its processes took to end. The disk goes too."""
        first = self._first()
        began = time.monotonic()
        first.send_signal(signal.SIGTERM)
        try:
            first.wait(seconds)
        except psutil.TimeoutExpired:
            first.kill()
        took = time.monotonic() - began
        try:
            self.process.wait(120)  # podman removes files of its own after the processes have ended
        finally:
            shutil.rmtree(self.disk, ignore_errors=True)
        return took

    def _first(self) -> psutil.Process:
        told = podman("inspect", "--format", "{{.State.Pid}}", self.name).stdout
        return psutil.Process(int(told))
