"""What an origin yields: documents, and what it leaves out with the reason."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

MAX_KEY_CHARACTERS = 700
Say = Callable[[str, float], None]
"""Takes a sentence about what is being done, and how much of it is (0–1)."""


@dataclass(frozen=True)
class Found:
    """A document that is there, its bytes in memory or in a file that lasts as long as the scratch folder."""

    key: str
    """Its path or address within its origin; the same document has the same key in every sync."""
    path: Path | bytes
    content_hash: str
    """SHA-256 of its bytes."""
    url: str | None = None
    """Where a reader finds it."""
    media_type: str | None = None
    """As a server states it; None: its name tells."""

    @property
    def path_in_origin(self) -> PurePosixPath:
        """Return its path, of an address the path in it."""
        is_address = self.key.startswith(("http://", "https://"))
        return PurePosixPath(unquote(urlsplit(self.key).path) if is_address else self.key)

    @property
    def size_bytes(self) -> int:
        """Return how long it is."""
        return len(self.path) if isinstance(self.path, bytes) else self.path.stat().st_size


@dataclass(frozen=True)
class LeftOut:
    """Something that is there and was not taken."""

    key: str
    reason: str
    hint: str


def file_found(key: str, path: Path, *, url: str | None = None, media_type: str | None = None) -> Found:
    """Return the document in a file."""
    with path.open("rb") as file:
        return Found(key, path, hashlib.file_digest(file, "sha256").hexdigest(), url, media_type)
