"""Who syncs a collection: one run at a time, and every write of it asks whether it still is the one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.chat.errors import AnotherSync
from modelyard.chat.tables import Collection
from modelyard.runs.tables import Run


def take_over(session: Session, collection_id: str, run_id: str) -> Collection:
    """Make the run the one that syncs the collection; raise AnotherSync while another one does."""
    collection = session.scalar(select(Collection).where(Collection.id == collection_id).with_for_update())
    if collection is None:
        raise AnotherSync("The collection was deleted.", hint="There is nothing left to do.")
    if collection.run_id is not None and collection.run_id != run_id:
        other = session.get(Run, collection.run_id)
        if other is not None and not other.is_final:
            raise AnotherSync(f"{collection.name!r} is being synced by another run.")
    collection.run_id, collection.state, collection.error = run_id, "syncing", None
    return collection


def held(session: Session, collection_id: str, run_id: str) -> Collection:
    """Return the collection, locked for the transaction; raise AnotherSync when the run does not sync it any more."""
    mine = select(Collection).where(Collection.id == collection_id, Collection.run_id == run_id)
    collection = session.scalar(mine.with_for_update())
    if collection is None:
        raise AnotherSync("The collection was deleted, or another run syncs it now.")
    return collection
