"""Failed answers, in the words of the table of errors by kind."""

from modelyard.kernel.errors import Forbidden, ModelyardError, NotFound, Unavailable
from modelyard.llm.errors import (
    LlmBusy,
    LlmRefusedKey,
    LlmRefusedRequest,
    LlmTookTooLong,
    LlmTooLong,
    LlmUnavailable,
)

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (LlmBusy, "busy"),
    (LlmTookTooLong, "took too long"),
    (LlmUnavailable, "no answer"),
    (LlmRefusedKey, "key refused"),
    (LlmRefusedRequest, "request refused"),
    (LlmTooLong, "request too long"),
    (Forbidden, "not allowed"),
    (NotFound, "not found"),
    (Unavailable, "not available"),
    (ModelyardError, "refused"),
)
FAULT = "fault"
"""Of this product, or of a plug-in: the run's log has the details."""


def kind_of(error: Exception) -> str:
    """Return the kind of a failure."""
    return next((kind for base, kind in _KINDS if isinstance(error, base)), FAULT)


def sentence_of(error: Exception) -> str:
    """Return what happened, and what to do."""
    if isinstance(error, ModelyardError):
        return f"{error.message} {error.hint}" if error.hint else error.message
    return f"{type(error).__name__}: {error}"
