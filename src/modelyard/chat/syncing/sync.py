"""One sync of a collection, in the child process of its run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select, update

from modelyard.chat.errors import AnotherSync
from modelyard.chat.syncing.ahead import Ahead
from modelyard.chat.syncing.embedders import embedder_of, embedding_ahead
from modelyard.chat.syncing.listing import Listing, listing_of
from modelyard.chat.syncing.moment import now
from modelyard.chat.syncing.progress import Tally
from modelyard.chat.syncing.renewing import Indexing, reason_to_renew, renew
from modelyard.chat.syncing.taking import held, take_over
from modelyard.chat.syncing.walking import Walk
from modelyard.chat.tables import Chunk, Document, DocumentOrigin
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.runs.job import JobContext


def sync(ctx: JobContext, collection_id: str, *, anew: bool) -> dict[str, Any]:
    """Bring the collection in line with its origins; return what became of the documents, by origin.

    Raises what fails for all documents alike: no budget, a wrong key, an embedder that is gone. What was written until
    then stays.
    """
    with ctx.session() as session:
        collection = take_over(session, collection_id, ctx.run_id)
        chosen = collection.wanted or {"index": collection.index, "embedder_id": collection.embedder_id}
        client = embedder_of(session, ctx.settings, chosen["embedder_id"])
        indexing = Indexing(chosen["index"], chosen["embedder_id"], client)
        reason = reason_to_renew(session, ctx.settings, collection, indexing, anew=anew)
        listings = [
            listing_of(origin, collection.site_url)
            for origin in session.scalars(
                select(DocumentOrigin).where(DocumentOrigin.collection_id == collection_id).order_by(DocumentOrigin.id)
            )
        ]
        n_before = collection.n_chunks
        version, n_dimensions = collection.version, None if reason else collection.n_dimensions
    with embedding_ahead(ctx, collection_id, client, n_dimensions=n_dimensions) as ahead:
        if reason is not None:
            if n_before:
                ctx.log(f"Everything is embedded anew: {reason}.")
            renew(ctx, collection_id, indexing, ahead, now())
        tallies = _walk(ctx, collection_id, indexing, ahead, listings)
    return _result(ctx, collection_id, version, listings, tallies)


def _walk(
    ctx: JobContext, collection_id: str, indexing: Indexing, ahead: Ahead, listings: Sequence[Listing]
) -> dict[str, Tally]:
    """Go through all origins; what is known of each is noted, also when the sync cannot go on."""
    with ctx.session() as session:
        n_documents, n_chunks = (
            session.scalar(select(func.count()).select_from(table).where(table.collection_id == collection_id)) or 0
            for table in (Document, Chunk)
        )
    walk = Walk(ctx, collection_id, indexing, ahead, n_documents=n_documents, n_chunks=n_chunks)
    tallies = {listing.id: Tally() for listing in listings}
    try:
        for listing in listings:
            walk.go_through(listing, tallies[listing.id])
        walk.finish()
    except AnotherSync:
        raise
    except ModelyardError:
        _report(ctx, collection_id, tallies)
        raise
    _report(ctx, collection_id, tallies)
    return tallies


def _report(ctx: JobContext, collection_id: str, tallies: Mapping[str, Tally]) -> None:
    """Note at each origin what was found there."""
    at = now()
    with ctx.session() as session:
        held(session, collection_id, ctx.run_id)
        for origin_id, tally in tallies.items():
            noted = update(DocumentOrigin).where(DocumentOrigin.id == origin_id)
            session.execute(noted.values(report=asdict(tally), synced_at=at))


def _result(
    ctx: JobContext, collection_id: str, version: int, listings: Sequence[Listing], tallies: Mapping[str, Tally]
) -> dict[str, Any]:
    """Return the sums over all origins; raise when none of them could be read."""
    errors = [(listing.name, listing.error) for listing in listings if listing.error is not None]
    told = next(({"message": f"{name}: {error.message}", "hint": error.hint} for name, error in errors), None)
    if told is not None and len(errors) == len(listings):
        raise Invalid(str(told["message"]), hint=told["hint"])
    with ctx.session() as session:
        changed = held(session, collection_id, ctx.run_id).version != version
    counts = ("n_found", "n_new", "n_changed", "n_unchanged", "n_removed", "n_failed", "n_left_out")
    sums = {name: sum(getattr(tally, name) for tally in tallies.values()) for name in counts}
    return {"has_changed": changed, "error": told, **sums}
