"""Where images and containers are kept: a storage of this tool alone, with the quickest driver that works here."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

_OWN = "/var/tmp/modelyard-free-tier"  # noqa: S108 — large, and kept between runs
CACHE = Path(os.environ.get("FREE_TIER_CACHE", _OWN if os.geteuid() == 0 else f"{_OWN}-{os.geteuid()}"))
"""Images, kept between runs."""
SCRATCH = CACHE / "now"
"""What goes with a run: disks of containers, bundles, the database."""
_STATE = Path("/run/modelyard-free-tier")
"""What podman forgets when the machine starts again."""


@cache
def driver() -> str:
    """Return what joins the layers of an image: `overlay`, by the kernel, `fuse` or, by copying each layer, `vfs`.

    `FREE_TIER_STORAGE` chooses; otherwise it is the first that works where the images are kept.
    """
    if chosen := os.environ.get("FREE_TIER_STORAGE"):
        return chosen
    if _kernel_overlays():
        return "overlay"
    return "fuse" if shutil.which("fuse-overlayfs") and Path("/dev/fuse").exists() else "vfs"


def _kernel_overlays() -> bool:
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        lower, upper, work, merged = (Path(name) / part for part in ("lower", "upper", "work", "merged"))
        for folder in (lower, upper, work, merged):
            folder.mkdir()
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        if run("mount", "-t", "overlay", "overlay", "-o", options, str(merged), check=False).returncode != 0:
            return False
        run("umount", str(merged))
        return True


def root() -> Path:
    """Return the folder of the images; each driver has one of its own."""
    return CACHE / f"images-{driver()}"


def buildah(*words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run buildah on the storage."""
    return run("buildah", *_storage(), *words, check=check)


def podman(*words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run podman on the storage."""
    return run(*podman_command(*words), check=check)


def podman_command(*words: str) -> list[str]:
    """Return the command that runs podman on the storage, with what works without systemd."""
    state = ("--tmpdir", str(_STATE / driver() / "libpod"))
    return ["podman", *_storage(), *state, "--cgroup-manager", "cgroupfs", "--runtime", "runc", *words]


def _storage() -> list[str]:
    kind = driver()
    options = ["--root", str(root()), "--runroot", str(_STATE / kind), "--storage-driver"]
    if kind != "fuse":
        return [*options, kind]
    return [*options, "overlay", "--storage-opt", f"overlay.mount_program={shutil.which('fuse-overlayfs')}"]


def is_there() -> bool:
    """Say whether anything was kept here before."""
    return shutil.which("podman") is not None and CACHE.exists() and root().exists()


def clear() -> None:
    """Remove containers and half-built images of a run that was cut; the whole storage where that cannot be done."""
    try:
        podman("rm", "--force", "--all", "--time", "0")
        buildah("rm", "--all")
    except RuntimeError as error:
        print(f"The images are made anew, for what is kept of them cannot be used: {error}", flush=True)
        remove(root())
        remove(_STATE / driver())


def remove(folder: Path) -> None:
    """Remove a folder, after whatever is mounted below it was let go."""
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in sorted((one for one in mounted if Path(one).is_relative_to(folder)), reverse=True):
        run("umount", "--lazy", place)
    if folder.exists():
        shutil.rmtree(folder)


def run(*command: str, check: bool = True, seconds: float = 1800) -> "subprocess.CompletedProcess[str]":
    """Run a command; raise RuntimeError, with the end of what it said, when it fails and `check` is set."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, 124, "", f"it took more than {seconds:.0f} s")
    if check and done.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command[:1] + command[-2:])} ended with {done.returncode}:\n{done.stderr[-2000:]}"
        )
    return done
