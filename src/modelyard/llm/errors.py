"""What can go wrong with an LLM; every message is ours: a provider's own words may quote a key or a document."""

from modelyard.kernel.errors import Invalid, ModelyardError, TooLarge, Unavailable


class LlmRefusedKey(ModelyardError):
    """The provider does not accept the key, or the key may not use this LLM."""

    status = 502
    default_hint = "Enter a valid key for this LLM, with `modelyard llm add` or on the page of LLMs."


class LlmRefusedRequest(ModelyardError):
    """The provider understood the request and will not serve it: an unknown name, a parameter it does not take."""

    status = 502
    default_hint = "Check the name of the LLM and its parameters."


class LlmUnavailable(Unavailable):
    """The provider does not answer, answers what is no answer, or stopped in the middle of one."""

    default_hint = "Try again in a moment; if it lasts, look at the provider's status page or the address of the LLM."


class LlmBusy(LlmUnavailable):
    """The provider has no room for the request now, or a quota of the key is used up."""

    default_hint = "Wait a moment and try again, or raise the limits of the key at the provider."

    def __init__(self, message: str, *, hint: str | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> dict[str, str]:
        """Return when to come back, if the provider said so."""
        seconds = self.retry_after_seconds
        return {} if seconds is None else {"Retry-After": str(max(1, round(seconds)))}


class LlmTookTooLong(LlmUnavailable):
    """The provider began too late, paused for too long, or did not finish in time; it is not asked again at once."""

    default_hint = "Try again later, choose a quicker LLM, or allow more time with MODELYARD_LLM_FIRST_PIECE_TIMEOUT."


class LlmTooLong(TooLarge):
    """The messages are longer than what the LLM reads at once."""

    default_hint = "Send less text, or choose an LLM with a longer context."


class BudgetReached(ModelyardError):
    """What the owner allows to be spent in this month is spent."""

    status = 402
    default_hint = "Raise the budget with `modelyard llm budget`, wait for the next month, or use a local LLM."


class WrongVectorSize(ModelyardError):
    """An embedder answered vectors of another size or number than it should."""

    status = 502
    default_hint = "Check that the name is that of an embedder; the documents must be indexed again if it changed."


class CannotEmbed(Invalid):
    """The provider serves no embeddings, or is asked for answers and serves none."""
