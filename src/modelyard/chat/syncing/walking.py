"""The walk through what origins hold: unchanged documents are passed by, the others read, embedded and written."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.chat.errors import UnreadableDocument, UploadTooLarge
from modelyard.chat.origins.found import Found
from modelyard.chat.syncing.ahead import Ahead
from modelyard.chat.syncing.chunks import match_with
from modelyard.chat.syncing.edition import Edition, ReadDocument, next_edition
from modelyard.chat.syncing.groups import Group, groups_of
from modelyard.chat.syncing.known import (
    Known,
    follow_renamed,
    is_there,
    known_documents,
    put_waiting,
    set_address,
    vanished,
)
from modelyard.chat.syncing.listing import Listing
from modelyard.chat.syncing.moment import now
from modelyard.chat.syncing.progress import Progress, Tally
from modelyard.chat.syncing.reading import content_hash, read_document
from modelyard.chat.syncing.renewing import Indexing
from modelyard.chat.syncing.waiting import WaitingVectors
from modelyard.kernel.errors import ModelyardError
from modelyard.runs.job import JobContext

if TYPE_CHECKING:
    import numpy as np

DOCUMENTS_AT_ONCE = 32
CHUNKS_AT_ONCE = 400
"""Of one transaction: some tens of milliseconds, for which other writers wait."""


@dataclass(frozen=True)
class _Pending:
    """A document that is read and waits for its vectors."""

    read: ReadDocument
    hashes: tuple[str, ...]
    """Of the chunks that have no vector yet."""
    n_bytes: int
    tally: Tally
    is_new: bool


class Walk:
    """One walk. Documents are written in the order in which they were found, each as soon as its vectors are there."""

    def __init__(
        self, ctx: JobContext, collection_id: str, indexing: Indexing, ahead: Ahead, *, n_documents: int, n_chunks: int
    ) -> None:
        self._ctx = ctx
        self._collection_id = collection_id
        self._index = indexing.kind
        self._ahead = ahead
        self._waiting = WaitingVectors(ctx, collection_id, indexing.client.info.fingerprint)
        self._progress = Progress(ctx)
        self._pending: deque[_Pending] = deque()
        self._needed: Counter[str] = Counter()
        self._n_refused = 0
        self._n_documents = n_documents
        self._n_chunks = n_chunks

    def go_through(self, listing: Listing, tally: Tally) -> None:
        """Go through one origin; documents may still wait for their vectors afterwards."""
        seen: set[str] = set()
        self._progress.looking(listing.name, 0.0)
        for group in groups_of(listing.items(self._ctx, lambda _, done: self._progress.looking(listing.name, done))):
            self._take(listing, group, tally, seen)
        if listing.error is not None:
            tally.error = {"message": listing.error.message, "hint": listing.error.hint}
            return
        with self._edition() as edition:
            gone = vanished(edition.session, listing.id, seen)
            edition.remove([known.id for known in gone])
        tally.n_removed += len(gone)
        self._n_documents -= len(gone)
        self._n_chunks -= sum(known.n_chunks for known in gone)

    def finish(self) -> None:
        """Write what still waits for its vectors; vectors of what was refused wait for the next sync."""
        while self._pending:
            self._advance()
            self._write_ready()
        if not self._n_refused:
            with self._edition() as edition:
                self._waiting.drop_all(edition.session)
        self._progress.end(n_embedded=self._ahead.n_embedded)

    def _take(self, listing: Listing, group: Group, tally: Tally, seen: set[str]) -> None:
        left_out = {each.key: each for each in group.left_out}
        for each in group.left_out:
            tally.leave_out(each.key, each.reason, each.hint)
        seen.update(left_out)
        found = _once(group.found, tally, seen)
        tally.n_found += len(found)
        with self._edition() as edition:
            if not is_there(edition.session, listing.id):
                return  # removed while it was looked through
            known = known_documents(edition.session, listing.id, [*(each.key for each in found), *left_out])
            if group.is_last and listing.error is None:
                known |= follow_renamed(edition, found, known, vanished(edition.session, listing.id, seen))
            for key in left_out.keys() & known.keys():
                edition.fail(listing.id, key, UnreadableDocument(left_out[key].reason, hint=left_out[key].hint))
            changed = self._changed(edition, found, known, tally)
            put_waiting(edition, listing.id, [each for each in changed if each.key not in known])
        self._progress.expect(len(changed), sum(each.size_bytes for each in changed))
        for document in changed:
            while self._ahead.is_full:
                self._advance()
                self._write_ready()
            self._prepare(listing, document, known.get(document.key), tally)
            self._write_ready()

    def _changed(
        self, edition: Edition, found: Sequence[Found], known: Mapping[str, Known], tally: Tally
    ) -> list[Found]:
        """Return what is to be read; what did not change is counted."""
        changed = []
        for each in found:
            was = known.get(each.key)
            if was is not None and was.content_hash == content_hash(each):
                _pass_by(edition, each, was, tally)
            elif was is None and self._n_documents >= self._ctx.settings.max_documents:
                limit = f"{self._ctx.settings.max_documents:,} documents (MODELYARD_MAX_DOCUMENTS)"
                tally.leave_out(each.key, f"The collection has {limit} already.", "Make another collection for it.")
            else:
                changed.append(each)
                self._n_documents += was is None
        return changed

    def _prepare(self, listing: Listing, found: Found, known: Known | None, tally: Tally) -> None:
        """Read a document and ask for the vectors that it needs."""
        self._tell()
        try:
            read = read_document(self._ctx.artifacts, listing.id, found)
            hashes = self._ask_for(read)
        except ModelyardError as error:
            with self._edition() as edition:
                edition.fail(listing.id, found.key, error, content_hash=content_hash(found))
            tally.fail(found.key, error)
            self._progress.finish(found.size_bytes)
            return
        self._needed.update(hashes)
        is_new = known is None or known.n_chunks == 0
        self._pending.append(_Pending(read, hashes, found.size_bytes, tally, is_new))

    def _ask_for(self, read: ReadDocument) -> tuple[str, ...]:
        """Ask for the vectors of the chunks that are new; raise when there would be more chunks than are allowed."""
        with self._ctx.session() as session:
            matched = match_with(session, read.origin_id, read.key, read.chunks)
        limit = self._ctx.settings.max_chunks
        n_chunks = self._n_chunks + len(matched.added) - len(matched.removed)
        if n_chunks > limit and matched.added:
            raise UploadTooLarge(
                f"With it the collection would have more than {limit:,} chunks (MODELYARD_MAX_CHUNKS).",
                hint="Make another collection for it, or raise the limit.",
            )
        self._n_chunks = n_chunks
        texts = {chunk.hash: chunk.indexed for chunk in matched.added}
        self._ahead.want(texts)
        return tuple(texts)

    def _advance(self) -> None:
        self._ahead.advance()
        self._tell()

    def _tell(self) -> None:
        half_done = sum(
            pending.n_bytes * (1 - self._ahead.n_open(pending.hashes) / max(len(pending.hashes), 1))
            for pending in self._pending
        )
        self._progress.tell(n_embedded=self._ahead.n_embedded, n_half_done_bytes=half_done)

    def _write_ready(self) -> None:
        """Write the documents at the head whose vectors are all there, or cannot be had."""
        while batch := self._ready_ones():
            self._write(batch)

    def _ready_ones(self) -> list[_Pending]:
        batch: list[_Pending] = []
        n_chunks = 0
        while self._pending and len(batch) < DOCUMENTS_AT_ONCE and n_chunks < CHUNKS_AT_ONCE:
            if self._ahead.n_open(self._pending[0].hashes):
                break
            batch.append(self._pending.popleft())
            n_chunks += len(batch[-1].read.chunks)
        return batch

    def _write(self, batch: Sequence[_Pending]) -> None:
        """Write documents in one transaction; those whose text could not be embedded are noted as failed."""
        given = [self._given(pending) for pending in batch]
        for pending in batch:
            self._needed.subtract(pending.hashes)
        with self._edition() as edition:
            edition.collection.n_dimensions = self._ahead.n_dimensions
            for pending, vectors in zip(batch, given, strict=True):
                if isinstance(vectors, ModelyardError):
                    edition.fail(pending.read.origin_id, pending.read.key, vectors)
                else:
                    edition.write(pending.read, vectors)
                    self._waiting.drop(edition.session, [each for each in pending.hashes if not self._needed[each]])
        self._ahead.forget(each for pending in batch for each in pending.hashes if not self._needed[each])
        for pending, vectors in zip(batch, given, strict=True):
            self._count(pending, vectors if isinstance(vectors, ModelyardError) else None)

    def _given(self, pending: _Pending) -> "Mapping[str, np.ndarray[Any, Any]] | ModelyardError":
        try:
            return self._ahead.give(pending.hashes)
        except ModelyardError as error:
            return error

    def _count(self, pending: _Pending, error: ModelyardError | None) -> None:
        self._progress.finish(pending.n_bytes)
        if error is not None:
            self._n_refused += 1
            pending.tally.fail(pending.read.key, error)
        elif pending.is_new:
            pending.tally.n_new += 1
        else:
            pending.tally.n_changed += 1

    def _edition(self) -> AbstractContextManager[Edition]:
        return next_edition(self._ctx, self._collection_id, self._index, now())


def _once(found: Iterable[Found], tally: Tally, seen: set[str]) -> list[Found]:
    """Return what was not seen yet: a ZIP may hold two files of one name."""
    chosen = []
    for each in found:
        if each.key in seen:
            tally.leave_out(each.key, "It is there twice.", "Give the files different names.")
            continue
        seen.add(each.key)
        chosen.append(each)
    return chosen


def _pass_by(edition: Edition, found: Found, was: Known, tally: Tally) -> None:
    """Count a document that did not change; one that could not be read before cannot be read now."""
    if found.url != was.url:
        set_address(edition, was.id, found.url)
    if was.state == "failed" and was.error is not None:
        tally.fail(found.key, UnreadableDocument(was.error["message"], hint=was.error["hint"]))
    else:
        tally.n_unchanged += 1
