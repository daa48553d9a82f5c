"""Mended files put in the place of the old ones."""

import os
import tempfile
from pathlib import Path

from modelyard.deploy.fixing.mending import Mended
from modelyard.kernel.errors import Conflict


def write(root: Path, mended: Mended) -> None:
    """Write what changed below a folder, each file by rename and with the mode it had.

    Raises Conflict, before anything is written, when a file changed since it was read or leads out of the folder.
    """
    for path in mended.changed:
        _check(root, path, mended)
    for path in mended.changed:
        _replace(root / path, mended.after.files[path].data)


def _check(root: Path, path: str, mended: Mended) -> None:
    there = root / path
    if there.is_symlink() or not there.parent.resolve().is_relative_to(root.resolve()):
        raise Conflict(f"{path} leads out of the folder.", hint="Nothing was changed.")
    before = mended.before.files.get(path)
    now = there.read_bytes() if there.is_file() else None
    if now != (before.data if before else None):
        raise Conflict(f"{path} changed while it was audited.", hint="Nothing was changed; audit again.")


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
