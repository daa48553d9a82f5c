"""The bundle without an image: its own wheel and settings in a process here, where no image can be built in time."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Unpacked:
    """A bundle whose wheel lies open in a folder."""

    site: Path
    settings: dict[str, str]
    """What its image sets for the yard."""
    command: tuple[str, ...]

    @classmethod
    def of(cls, bundle: Path) -> "Unpacked":
        """Unpack the wheel of a bundle beside it; read what its Dockerfile and entrypoint say."""
        (wheel,) = (bundle / "wheels").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(bundle / "site")
        found = re.findall(r"^(?:ENV)?\s+(MODELYARD_\w+)=(\S+)", (bundle / "Dockerfile").read_text(), re.MULTILINE)
        last = (bundle / "entrypoint.sh").read_text().splitlines()[-1]
        return cls(bundle / "site", dict(found), tuple(last.removeprefix("exec ").split()))


@dataclass
class Bare:
    """One process with a disk that goes with it."""

    process: "subprocess.Popen[str]"
    disk: Path
    started_at: float

    @classmethod
    def start(cls, unpacked: Unpacked, environment: dict[str, str]) -> "Bare":
        """Start it on an empty disk, with nothing of this environment but the path."""
        disk = Path(tempfile.mkdtemp(prefix="modelyard-bare-"))
        settings = {**unpacked.settings, "MODELYARD_DATA": str(disk / "data"), "HOME": str(disk), "TMPDIR": str(disk)}
        alone = {"PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(unpacked.site), "OMP_NUM_THREADS": "1"}
        command = [str(BIN / unpacked.command[0]), *unpacked.command[1:]]
        process = subprocess.Popen(
            command,
            env={**alone, **settings, **environment},
            cwd=disk,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return cls(process, disk, time.monotonic())

    def said(self, words: str) -> str:
        """Return the first line of its output that holds the words."""
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if words in line:
                threading.Thread(target=self.process.stdout.read, daemon=True).start()  # a full pipe would hold it
                return line
        raise RuntimeError(f"it never said {words!r}:\n{''.join(seen[-20:])}")

    def memory_mib(self) -> int:
        """Return the proportional memory of all its processes, in MiB."""
        top = psutil.Process(self.process.pid)
        return sum(one.memory_full_info().pss for one in [top, *top.children(recursive=True)]) >> 20

    def stop(self, *, seconds: int = 30) -> float:
        """Send SIGTERM and wait; return how long it took. The disk goes too."""
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.disk, ignore_errors=True)
        return time.monotonic() - began
