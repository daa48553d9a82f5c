"""What embeds the documents of a collection."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from modelyard.chat.syncing.ahead import Ahead
from modelyard.chat.syncing.waiting import WaitingVectors
from modelyard.kernel.errors import NotFound
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client, builtin_embedder, client_of
from modelyard.llm.tables import Llm
from modelyard.runs.job import JobContext
from modelyard.runs.processes import available_threads

if TYPE_CHECKING:
    import numpy as np


def embedder_of(session: Session, settings: Settings, embedder_id: str | None) -> Client:
    """Return the client of an embedder, or of the one that comes with the package; raise NotFound."""
    if embedder_id is None:
        return builtin_embedder(settings)
    row = session.get(Llm, embedder_id)
    if row is None:
        raise NotFound("The embedder of this collection was deleted.", hint="Choose another one for the collection.")
    return client_of(session, row, settings)


def embedding_ahead(ctx: JobContext, collection_id: str, client: Client, *, n_dimensions: int | None) -> Ahead:
    """Return what embeds passages on all cores that this process may use, and keeps their vectors.

    `n_dimensions` is how long those in the index are; None: what is made now decides.
    """

    def embed(texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        return client.embed(texts, "passage")

    vectors = WaitingVectors(ctx, collection_id, client.info.fingerprint)
    return Ahead(embed, vectors, n_threads=available_threads(), n_dimensions=n_dimensions)
