"""Pages that were fetched before, so that a site only says "not modified" of them the next time."""

import hashlib
import json
import os
import time
import zlib
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from modelyard.kernel.fetching import Fetched, Fetcher

KEPT = timedelta(days=60)
MAX_BYTES = 512 * 1024**2
"""Of all pages together, packed; the ones not used for longest go first."""
MAX_PAGE_BYTES = 2 * 1024**2


class PageCache:
    """A folder of pages by their addresses. Losing it costs nothing but time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._tidy()

    def fetch(self, fetcher: Fetcher, url: str) -> Fetched:
        """Return what is at an address, from here when the site says that it is unchanged; raise as `Fetcher` does."""
        path = self._folder / hashlib.sha256(url.encode()).hexdigest()
        kept = _read(path)
        headers = {}
        if kept is not None:
            headers = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
        found = fetcher.fetch(url, headers={name: value for name, value in headers.items() if value})
        if kept is not None and found.status == 304:
            with suppress(FileNotFoundError):  # another visit tidied it away meanwhile
                os.utime(path)
            return kept
        if (found.etag or found.last_modified) and len(found.content) <= MAX_PAGE_BYTES:
            _write(path, found)
        return found

    def _tidy(self) -> None:
        """Remove what is old, and what is too much."""
        files = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another visit tidies too
                stat = path.stat()
                files.append((stat.st_mtime, stat.st_size, path))
        room, oldest = MAX_BYTES, time.time() - KEPT.total_seconds()
        for used_at, size, path in sorted(files, reverse=True):
            room -= size
            if room < 0 or used_at < oldest:
                path.unlink(missing_ok=True)


def _read(path: Path) -> Fetched | None:
    try:
        head, _, packed = path.read_bytes().partition(b"\n")
        told: dict[str, Any] = json.loads(head)
        return Fetched(**told, content=zlib.decompress(packed))
    except (OSError, ValueError, TypeError, zlib.error):
        return None  # not there, or half written before a power cut


def _write(path: Path, found: Fetched) -> None:
    told = {name: getattr(found, name) for name in ("url", "media_type", "etag", "last_modified")} | {"status": 200}
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(json.dumps(told).encode() + b"\n" + zlib.compress(found.content, 3))
    part.replace(path)
