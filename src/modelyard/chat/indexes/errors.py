"""What can go wrong with an index that is elsewhere."""

from modelyard.kernel.errors import Invalid, ModelyardError, Unavailable
from modelyard.llm.errors import WrongVectorSize


class IndexNotHere(Invalid):
    """The index cannot be used in this yard; the message says why."""

    default_hint = "Choose the index in the application database, which needs nothing."


class IndexUnavailable(Unavailable):
    """The server of an index does not answer, or has no room for the request now."""

    default_hint = "Try again in a moment; if it lasts, look at the server. Nothing was lost."

    def __init__(self, message: str, *, hint: str | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class IndexRefusedKey(ModelyardError):
    """The server of an index does not accept the key."""

    status = 502
    default_hint = "Set MODELYARD_QDRANT_API_KEY to a key that may write, and start again."


class IndexRefusedRequest(ModelyardError):
    """The server of an index understood the request and will not do it."""

    status = 502
    default_hint = "Look at the log of the server; another version of it may be needed."


def wrong_size(of_question: int, of_documents: int) -> WrongVectorSize:
    """Return the error of vectors that cannot be compared."""
    return WrongVectorSize(
        f"The question has a vector of {of_question} numbers, the documents have {of_documents}.",
        hint="Sync the collection, so that its documents are embedded by the same embedder as questions.",
    )
