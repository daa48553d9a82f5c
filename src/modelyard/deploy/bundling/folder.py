"""Writing a bundle: only what differs, shown before it is written, and nothing of a person's lost."""

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.kernel.errors import Conflict

MANIFEST = ".modelyard-bundle.json"
"""Which files a bundle wrote, with their hashes: what a person changed since is told apart."""


@dataclass(frozen=True)
class Change:
    """What writing would do to one file."""

    path: str
    what: str
    """`new`, `changed`, `removed`."""
    diff: str
    """A unified diff; empty for what is not text."""


@dataclass(frozen=True)
class Outcome:
    """What writing a bundle would do, or did."""

    changes: tuple[Change, ...]
    edited: tuple[str, ...] = field(default=())
    """Files that a person changed since they were written."""


def compare(files: Mapping[str, bytes], folder: Path) -> Outcome:
    """Return how a folder differs from the bundle, without touching it."""
    written = _manifest(folder)
    changes = []
    for path in sorted({*files, *written}):
        old, new = _read(folder / path), files.get(path)
        if old != new and not (old is None and new is None):
            what = "new" if old is None else "removed" if new is None else "changed"
            changes.append(Change(path, what, _diff(path, old, new)))
    edited = [path for path, digest in written.items() if _differs(folder / path, digest)]
    return Outcome(tuple(changes), tuple(path for path in edited if any(one.path == path for one in changes)))


def write(files: Mapping[str, bytes], folder: Path, *, force: bool = False) -> Outcome:
    """Bring a folder to the bundle; raise Conflict when that would undo what a person changed, unless forced."""
    outcome = compare(files, folder)
    strangers = [one.path for one in outcome.changes if one.what == "changed" and one.path not in _manifest(folder)]
    if (lost := sorted({*outcome.edited, *strangers})) and not force:
        raise Conflict(
            f"Files in {folder} are not as a bundle wrote them: {', '.join(lost)}.",
            hint="Look at the difference with --diff; --force overwrites them, another folder leaves them alone.",
        )
    for change in outcome.changes:
        target = folder / change.path
        if change.what == "removed":
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[change.path])
        if change.path.endswith(".sh"):
            target.chmod(0o755)
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(digests, indent=1) + "\n")
    return outcome


def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    written: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    return written


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _differs(path: Path, digest: str) -> bool:
    content = _read(path)
    return content is not None and hashlib.sha256(content).hexdigest() != digest


def _diff(path: str, old: bytes | None, new: bytes | None) -> str:
    try:
        before, after = [(side or b"").decode().splitlines(keepends=True) for side in (old, new)]
    except UnicodeDecodeError:
        return ""
    return "".join(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"))
