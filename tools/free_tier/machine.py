"""Building the bundle's image and running it as a platform would: buildah, podman, runc, and no Docker engine."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

CACHE = Path(os.environ.get("FREE_TIER_CACHE", "/var/tmp/modelyard-free-tier"))  # noqa: S108 — large, and kept between runs
BASE = "docker.io/library/python:3.11-slim"
NEEDED = ("buildah", "podman", "runc", "debootstrap")
STORAGE = ("--storage-driver", "vfs")
PODMAN = ("podman", *STORAGE, "--cgroup-manager", "cgroupfs", "--runtime", "runc")
CERTIFICATES = Path("/etc/ssl/certs")
RUN = (
    *("run", "--rm", "--no-healthcheck", "--network", "host"),
    *("--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:4096", "--pids-limit", "200"),
    *("--user", "1000", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--read-only"),
)
"""What the platforms do to a container, and the limits that this machine needs to be told."""


def why_not() -> str | None:
    """Say why this cannot be done on this machine, or None."""
    if os.geteuid() != 0:
        return "it needs root, to build images without an engine"
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return f"apt-get install --no-install-recommends {' '.join(absent)}" if absent else None


def stand_in_base() -> None:
    """Make the base image out of Debian's packages, under the name that the Dockerfile uses, unless it is there."""
    if _run("buildah", *STORAGE, "inspect", BASE, check=False).returncode == 0:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        root = Path(folder) / "rootfs"
        packages = "python3,python3-venv,python3-pip,ca-certificates,libgomp1"
        _run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(root), _debian())
        (Path(folder) / "Dockerfile").write_text("FROM scratch\nADD rootfs /\n")
        _run("buildah", *STORAGE, "bud", "--format", "docker", "-t", BASE, folder)


def _debian() -> str:
    told = _run("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)").stdout
    return next(line.split()[0] for line in told.splitlines() if line.endswith(" bookworm"))


def build(folder: Path, tag: str) -> int:
    """Build the folder's Dockerfile as it is; return the image's bytes."""
    certificates = ["-v", f"{CERTIFICATES}:{CERTIFICATES}:ro"]
    pip = [f"--build-arg=PIP_CERT={cert}"] if (cert := os.environ.get("PIP_CERT")) else []
    options = ["--pull-never", "--isolation", "chroot", "--format", "docker", "--network", "host"]
    _run("buildah", *STORAGE, "bud", *options, *certificates, *pip, "-t", tag, str(folder))
    told = _run(*PODMAN, "image", "inspect", "--format", "{{.Size}}", tag).stdout
    return int(told.strip())


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
        disk = Path(tempfile.mkdtemp(prefix="disk-", dir=CACHE))
        mounts = []
        for place in ("/tmp", "/home/user/.cache"):  # noqa: S108 — in the container
            folder = disk / place.strip("/").replace("/", "-")
            folder.mkdir()
            os.chown(folder, 1000, 1000)
            mounts += ["-v", f"{folder}:{place}:rw"]
        variables = [part for pair in environment.items() for part in ("--env", "=".join(pair))]
        command = [*PODMAN, *RUN, "--name", name, "--memory", memory, *mounts, *variables, tag]
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
        told = _run(*PODMAN, "inspect", "--format", "{{.State.Pid}}", self.name).stdout
        top = psutil.Process(int(told))
        return sum(one.memory_full_info().pss for one in [top, *top.children(recursive=True)]) >> 20

    def stop(self, *, seconds: int = 30) -> float:
        """Send SIGTERM and wait; return how long it took. The disk goes too."""
        began = time.monotonic()
        _run(*PODMAN, "stop", "-t", str(seconds), self.name, check=False)
        self.process.wait(seconds + 20)
        shutil.rmtree(self.disk, ignore_errors=True)
        return time.monotonic() - began


def _run(*command: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:3])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done
