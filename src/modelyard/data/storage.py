"""Local copies of artifacts, kept for whoever pages through them."""

import time
from pathlib import Path

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.settings import Settings

COPIES_BYTES = 4 * 1024**3
"""How many bytes of local copies are kept for paging through rows."""
_IN_USE_SECONDS = 600


def local_copy(artifacts: ArtifactStore, settings: Settings, digest: str) -> Path:
    """Return a local file with the artifact's bytes, verified when it was fetched and kept for the next page."""
    folder = settings.copies
    path = folder / digest
    if not path.is_file():
        _make_room(folder)
        return artifacts.fetch(digest, folder)
    path.touch()
    return path


def _make_room(folder: Path) -> None:
    if not folder.is_dir():
        return
    oldest_first = sorted(((file.stat().st_mtime, file) for file in folder.iterdir()), key=lambda item: item[0])
    total = sum(file.stat().st_size for _, file in oldest_first)
    for used_at, file in oldest_first:
        if total <= COPIES_BYTES or time.time() - used_at < _IN_USE_SECONDS:
            return
        total -= file.stat().st_size
        file.unlink(missing_ok=True)
