"""Where a checkpoint that is fine-tuned comes from: a model's file in the store, or a folder of this machine."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid
from modelyard.models.archive import unpack
from modelyard.models.engine import Files

ENGINE = "transformers"
FOLDER = "checkpoints"
"""In the yard's data folder: checkpoints that may be fine-tuned by the names of their folders."""
_MARK = "@"


def named(folder: Path) -> str:
    """Return what stands for a folder as it is now: its path, and a mark that changes with its files."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            state = path.stat()
            digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{folder}{_MARK}{digest.hexdigest()}"


def opened(source: str, files: Files) -> Path:
    """Return the folder with the checkpoint's files: that of a folder's name and mark, or of a model's file by hash."""
    path, mark, _digest = source.rpartition(_MARK)
    if mark:
        if not Path(path).is_dir() or named(Path(path)) != source:
            raise Invalid(
                f"The checkpoint in {Path(path).name!r} changed after the run was submitted, or is not here.",
                hint="Run the workflow again.",
            )
        return Path(path)
    folder = Path(tempfile.mkdtemp(dir=files.scratch, prefix="checkpoint-"))
    unpack(files.fetch(source), folder)
    return folder


def digests(source: str | None) -> tuple[str, ...]:
    """Return the hashes of the files of the yard that a source names."""
    return () if source is None or _MARK in source else (source,)


def stated(document: Any, find: Callable[[str], str]) -> Any:
    """Return a document in which every engine of this kind names the exact files that `find` gives for its checkpoint.

    What a document says of them itself is never believed.
    """
    if isinstance(document, list):
        return [stated(item, find) for item in document]
    if not isinstance(document, dict):
        return document
    found = {name: stated(value, find) for name, value in document.items()}
    if found.get("kind") != ENGINE:
        return found
    checkpoint = found.get("checkpoint")
    return {**found, "checkpoint_source": find(checkpoint) if isinstance(checkpoint, str) and checkpoint else None}
