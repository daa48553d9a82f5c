"""Documents as they were read, with their blocks, found by the hash of their text."""

from functools import lru_cache

from modelyard.chat.parsed import ParsedDocument
from modelyard.kernel.artifacts import ArtifactStore

LARGEST_TEXT_BYTES = 3_000_000
"""A larger document is not read for an answer: that would take longer than the answer itself."""


def kept_text(artifacts: ArtifactStore, digest: str) -> ParsedDocument | None:
    """Return the document of this text; None for one that is too large, or gone."""
    size = artifacts.size_bytes(digest) if digest else None
    return _read(artifacts, digest) if size is not None and size <= LARGEST_TEXT_BYTES else None


@lru_cache(maxsize=8)
def _read(artifacts: ArtifactStore, digest: str) -> ParsedDocument:
    return ParsedDocument.model_validate_json(artifacts.read_bytes(digest))
