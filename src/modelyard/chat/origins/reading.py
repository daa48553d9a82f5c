"""Which loader reads a document, and reading it."""

import io
from contextlib import AbstractContextManager
from functools import cache
from pathlib import PurePosixPath
from typing import BinaryIO

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loader import Loader
from modelyard.chat.origins.found import Found
from modelyard.chat.parsed import ParsedDocument
from modelyard.kernel.kinds import family

_SIGNATURES = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "docx"))
"""First bytes that say what a file is, whatever its name."""
_OFFICE = b"\xd0\xcf\x11\xe0"
HEAD_BYTES = 1024


def loader_for(path: PurePosixPath, media_type: str | None) -> type[Loader] | None:
    """Return the kind of loader for a name or, where it tells nothing, for what a server says of it; or None."""
    by_extension, by_media_type = _loaders()
    named = by_extension.get(path.suffix.lower())
    stated = by_media_type.get(media_type or "")
    # A server's word about a page counts more than an address that may end in anything (`/docs/v1.md` is HTML there).
    return stated or named if media_type else named


def read(found: Found) -> ParsedDocument:
    """Return what a loader makes of a document; raise UnreadableDocument with what to do."""
    path = found.path_in_origin
    with _opened(found) as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        if head.startswith(_OFFICE):
            raise UnreadableDocument(
                "This is an old Office file, or one that is locked with a password.",
                hint="Open it and save it as DOCX or PDF without a password.",
            )
        loader = _by_signature(head) or loader_for(path, found.media_type)
        if loader is None:
            raise UnreadableDocument(f"{path.name or found.key} is of a format that is not read here.")
        return loader().read(file, path)


def _by_signature(head: bytes) -> type[Loader] | None:
    start = head.lstrip()
    name = next((name for magic, name in _SIGNATURES if start.startswith(magic)), None)
    return family("loader").get(name) if name is not None else None


def _opened(found: Found) -> AbstractContextManager[BinaryIO]:
    return io.BytesIO(found.path) if isinstance(found.path, bytes) else found.path.open("rb")


@cache
def _loaders() -> tuple[dict[str, type[Loader]], dict[str, type[Loader]]]:
    kinds: list[type[Loader]] = list(family("loader").kinds.values())
    by_extension = {extension: kind for kind in kinds for extension in kind.extensions}
    return by_extension, {media_type: kind for kind in kinds for media_type in kind.media_types}
