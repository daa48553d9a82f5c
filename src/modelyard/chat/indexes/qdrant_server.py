"""A Qdrant server over HTTP: retries, and its errors in our words."""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from modelyard.chat.indexes.errors import IndexRefusedKey, IndexRefusedRequest, IndexUnavailable
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import PointStruct

ATTEMPTS = 4
FIRST_WAIT_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 5.0
"""Between two attempts; a server that asks for more patience is not waited for."""
T = TypeVar("T")


class QdrantServer:
    """One server; all requests may be repeated, for they say what shall be and not what to change."""

    def __init__(self, client: "QdrantClient") -> None:
        self._client = client

    def ask(self, request: Callable[["QdrantClient"], T]) -> T:
        """Return what the server answers; raise IndexUnavailable, IndexRefusedKey or IndexRefusedRequest."""
        wait = FIRST_WAIT_SECONDS
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(request)
            except IndexUnavailable as error:
                asked_for = max(error.retry_after_seconds or wait, 0)
                if asked_for > LONGEST_WAIT_SECONDS:
                    raise
                time.sleep(asked_for)
                wait *= 2
        return self._once(request)

    def size_of(self, name: str) -> int | None:
        """Return how many numbers the vectors of a collection have; None: there is no such collection."""
        if not self.ask(lambda client: client.collection_exists(name)):
            return None
        stated: Any = self.ask(lambda client: client.get_collection(name)).config.params.vectors
        return int(stated.size)

    def n_points(self, name: str) -> int:
        """Return how many points a collection has; none when there is no such collection."""
        if not self.ask(lambda client: client.collection_exists(name)):
            return 0
        return int(self.ask(lambda client: client.count(name, exact=True)).count)

    def create(self, name: str, size: int) -> None:
        """Make a collection for vectors of a size, compared by cosine."""
        from qdrant_client import models

        stated = models.VectorParams(size=size, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16)
        self.ask(lambda client: client.collection_exists(name) or client.create_collection(name, vectors_config=stated))
        keyword = models.PayloadSchemaType.KEYWORD
        self.ask(lambda client: client.create_payload_index(name, "document_id", field_schema=keyword, wait=True))

    def put(self, name: str, points: "Sequence[PointStruct]") -> None:
        """Write points in place of those of the same ids; they can be found when this returns."""
        self.ask(lambda client: client.upsert(name, points=list(points), wait=True))

    def remove(self, name: str, ids: Sequence[int]) -> None:
        """Remove points; ids that are not there are no fault."""
        from qdrant_client.models import PointIdsList

        self.ask(lambda client: client.delete(name, points_selector=PointIdsList(points=list(ids)), wait=True))

    def drop(self, name: str) -> None:
        """Remove a collection; one that is not there is no fault."""
        self.ask(lambda client: client.delete_collection(name))

    def _once(self, request: Callable[["QdrantClient"], T]) -> T:
        from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
        from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

        try:
            return request(self._client)
        except ResponseHandlingException as error:
            raise IndexUnavailable(f"Qdrant does not answer ({type(error.source).__name__}).") from None
        except ResourceExhaustedResponse as error:
            told = "Qdrant has no room for the request now."
            raise IndexUnavailable(told, retry_after_seconds=error.retry_after_s) from None
        except QdrantException:
            raise IndexUnavailable("Qdrant answered something that cannot be read.") from None
        except UnexpectedResponse as error:
            raise _told(error.status_code or 0) from None


def _told(status: int) -> Exception:
    # What the server says may quote the request; its status says enough.
    if status in (401, 403):
        return IndexRefusedKey("Qdrant does not accept the key.")
    if status == 429 or status >= 500:
        return IndexUnavailable(f"Qdrant cannot serve the request now (it answered {status}).")
    return IndexRefusedRequest(f"Qdrant refused the request (it answered {status}).")


def server_of(settings: Settings) -> QdrantServer:
    """Return the yard's server; connections to it are kept."""
    key = settings.qdrant_api_key.get_secret_value()
    return _opened(settings.qdrant_url, key, settings.qdrant_timeout.total_seconds())


@lru_cache(maxsize=4)
def _opened(url: str, key: str, timeout_seconds: float) -> QdrantServer:
    from qdrant_client import QdrantClient

    client = QdrantClient(
        url=url,
        port=None,  # as the address says, not 6333 beside it
        api_key=key or None,
        timeout=max(1, round(timeout_seconds)),
        check_compatibility=False,  # a request at start, and one more way to fail
    )
    return QdrantServer(client)
