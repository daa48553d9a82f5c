"""Reading one document: from what an origin found to chunks that are not embedded yet."""

import hashlib

import structlog

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.origins.found import Found
from modelyard.chat.origins.reading import loader_for, read
from modelyard.chat.syncing.edition import ReadDocument
from modelyard.chat.syncing.matching import new_chunks
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.errors import ModelyardError

log = structlog.get_logger()

READING = 2
"""Grows when loaders or chunks become different: every document is then read again, and embedded where it differs."""


def content_hash(found: Found) -> str:
    """Return what is equal for bytes that would be read to the same document."""
    return hashlib.sha256(f"{READING}:{found.media_type or ''}:{found.content_hash}".encode()).hexdigest()


def loader_name(found: Found) -> str:
    """Return the kind of the loader that reads it."""
    loader = loader_for(found.path_in_origin, found.media_type)
    return "" if loader is None else loader.kind_name()


def read_document(artifacts: ArtifactStore, origin_id: str, found: Found) -> ReadDocument:
    """Read and cut one document, and keep its text as an artifact; raise what is wrong with it."""
    try:
        parsed = read(found)
    except ModelyardError:
        raise
    except Exception as error:
        # Files come from anywhere: what one of them does to a parser costs this document, not the other thousand.
        log.exception("document not read", key=found.key)
        raise UnreadableDocument(f"It could not be read ({type(error).__name__}).") from error
    return ReadDocument(
        origin_id=origin_id,
        key=found.key,
        content_hash=content_hash(found),
        loader=loader_name(found),
        url=found.url,
        parsed=parsed,
        text_hash=artifacts.put_bytes(parsed.model_dump_json().encode()).hash,
        chunks=tuple(new_chunks(parsed)),
    )
