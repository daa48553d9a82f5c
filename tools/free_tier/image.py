"""The image of a bundle: built from its own Dockerfile, on a base made here, and kept until its sources change."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import machine
import storage
from storage import SCRATCH, buildah, podman

BASE = "docker.io/library/python:3.11-slim"
CERTIFICATES = Path("/etc/ssl/certs")
_BASE_PACKAGES = "python3,python3-venv,python3-pip,ca-certificates,libgomp1"


class NotHere(Exception):
    """Images cannot be built on this machine; the message says why."""


@dataclass(frozen=True)
class Image:
    """An image of the storage."""

    tag: str
    n_bytes: int
    is_new: bool
    """Whether it was built just now."""

    @classmethod
    def of(cls, bundle: Path, name: str) -> "Image":
        """Return the image of a bundle, built unless these very sources were built before.

        Raise NotHere where it cannot be built for lack of a network or of rights, RuntimeError when the Dockerfile
        fails.
        """
        tag = f"localhost/{name}:{_key(bundle)}"
        if is_new := not _has(tag):
            package = (bundle / "requirements.txt").read_text().splitlines()[0]
            if reason := machine.why_not_fetched(package):
                raise NotHere(reason)
            _stand_in_base()
            _forget_others(tag, _built(bundle, tag))
        told = podman("image", "inspect", "--format", "{{.Size}}", tag).stdout
        return cls(tag, int(told), is_new)

    @classmethod
    def last(cls, name: str) -> "Image":
        """Return the image that was built last under a name; raise NotHere when there is none."""
        listed = podman("images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}", f"localhost/{name}").stdout.split()
        if not listed:
            raise NotHere(f"no image of {name} was built yet")
        return cls(listed[0], int(podman("image", "inspect", "--format", "{{.Size}}", listed[0]).stdout), is_new=False)


def why_not_run(tag: str) -> str | None:
    """Say why no container of an image can be started here, or None."""
    limits = ("--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:4096", "--memory", "64m", "--network", "host")
    done = podman("run", "--rm", *limits, tag, "true", check=False)
    return None if done.returncode == 0 else f"containers cannot be started here: {done.stderr.strip()[-500:]}"


def _key(bundle: Path) -> str:
    """Return what tells one state of a bundle's files from another."""
    digest = hashlib.sha256()
    for path in sorted(one for one in bundle.rglob("*") if one.is_file() and one.name != ".modelyard-bundle.json"):
        digest.update(f"{path.relative_to(bundle)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _has(tag: str) -> bool:
    return podman("image", "exists", tag, check=False).returncode == 0


def _stand_in_base() -> None:
    """Make the base image out of Debian's packages, under the name that the Dockerfile uses, unless it is there."""
    if _has(BASE):
        return
    try:
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            rootfs = str(Path(folder) / "rootfs")
            include = f"--include={_BASE_PACKAGES}"
            storage.run("debootstrap", "--variant=minbase", include, "bookworm", rootfs, machine.debian())
            (Path(folder) / "Dockerfile").write_text("FROM scratch\nADD rootfs /\n")
            buildah("bud", "--format", "docker", "--tag", BASE, folder)
    except RuntimeError as error:
        raise NotHere(f"the base image cannot be made here: {error}") from error


def _built(bundle: Path, tag: str) -> list[str]:
    """Build the bundle's Dockerfile as it is; return the ids of the images of all steps, taken or made."""
    certificates = ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"]
    pip = [f"--build-arg=PIP_CERT={cert}"] if (cert := os.environ.get("PIP_CERT")) else []
    # Without what joins layers, each of them is a copy of all files: then none is kept for the next time.
    layers = [] if storage.driver() == "vfs" else ["--layers"]
    options = [*layers, "--pull-never", "--isolation", "chroot", "--format", "docker", "--network", "host"]
    said = buildah("bud", *options, *certificates, *pip, "--tag", tag, str(bundle)).stdout
    return re.findall(r"^--> (?:Using cache )?([0-9a-f]{11})", said, re.MULTILINE)


def _forget_others(tag: str, used: list[str]) -> None:
    """Remove former images of the name and steps that no image needs any more, so that the disk does not fill up.

    The steps of the last build stay, those of its first stage too: the next one begins where its sources differ.
    """
    name = tag.rpartition(":")[0]
    for line in podman("images", "--format", "{{.Repository}}:{{.Tag}}", name).stdout.split():
        if line != tag:
            podman("untag", line)
    steps = storage.root() / "steps"
    steps.mkdir(exist_ok=True)
    (steps / name.rpartition("/")[2]).write_text("\n".join(used))
    kept = {line for one in steps.iterdir() for line in one.read_text().split()}
    listed = podman("images", "--all", "--format", "{{.ID}} {{.Repository}}").stdout.splitlines()
    for identity, repository in (line.split() for line in listed):  # the newest first; one that others need stays
        if repository == "<none>" and identity[:11] not in kept:
            podman("rmi", identity, check=False)
