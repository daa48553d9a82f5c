"""What this machine must have to build an image and run it as a platform would: buildah, podman, runc; no engine."""

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import storage

NEEDED = ("buildah", "podman", "runc", "debootstrap")
HELPFUL = ("fuse-overlayfs",)
"""What makes it quicker where the kernel cannot join the layers of an image by itself."""
ROOM_BYTES = 8 * 10**9
FETCH_SECONDS = 120


def install() -> None:
    """Install what is absent with apt, as root on Debian; where that fails, `why_not` says what is missing."""
    absent = [name for name in NEEDED if not shutil.which(name)]
    if not absent or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    for words in (("update", "-q"), ("install", "-y", "-q", "--no-install-recommends", *absent, *HELPFUL)):
        done = storage.run("apt-get", *words, check=False, seconds=600)
        if done.returncode != 0:
            print(f"apt-get {words[0]} failed: {done.stderr.strip().splitlines()[-1:]}", flush=True)


def why_not() -> str | None:
    """Say why this cannot be done on this machine, or None."""
    if os.geteuid() != 0:
        return "it needs root, to build images without an engine"
    if absent := [name for name in NEEDED if shutil.which(name) is None]:
        how = "install with apt-get" if shutil.which("apt-get") else "there is no apt here to install"
        return f"{how}: {' '.join(absent)}"
    storage.CACHE.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(storage.CACHE).free) < ROOM_BYTES:
        return f"{storage.CACHE} has {free / 1e9:.1f} GB left and the images need {ROOM_BYTES / 1e9:.0f}"
    return None


def why_not_fetched(package: str) -> str | None:
    """Say why the packages of an image cannot be fetched here, or None; `package` is one that it needs, pinned."""
    with tempfile.TemporaryDirectory() as scratch:
        fetch = ("-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--dest", scratch, package)
        done = storage.run(sys.executable, *fetch, check=False, seconds=FETCH_SECONDS)
    if done.returncode != 0:
        return f"Python packages cannot be fetched here: {_last(done)}"
    return None


def debian() -> str:
    """Return the address that Debian 12 is installed from on this machine; raise RuntimeError where there is none."""
    told = storage.run("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)").stdout
    address = next((line.split()[0] for line in told.splitlines() if line.endswith(" bookworm")), None)
    if address is None:
        raise RuntimeError("apt here has no source for Debian 12 (bookworm)")
    try:
        urllib.request.urlopen(f"{address.rstrip('/')}/dists/bookworm/InRelease", timeout=30).close()  # noqa: S310
    except OSError as error:
        raise RuntimeError(f"Debian's packages cannot be fetched: {error}") from error
    return address


def _last(done: "subprocess.CompletedProcess[str]") -> str:
    return next(reversed(done.stderr.strip().splitlines()), f"ended with {done.returncode}")
