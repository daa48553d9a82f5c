"""Shapes of LLMs in requests and answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from modelyard.llm.checking import Check
from modelyard.llm.provider import Provider
from modelyard.llm.tables import Llm
from modelyard.llm.verbs import MAX_USD, Budget, provider_of


class LlmIn(BaseModel):
    """An LLM or embedder to add."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Ollama", "provider": {"kind": "openai", "base_url": "http://localhost:11434/v1"}}]
        },
    )

    name: str = Field(min_length=1, max_length=200)
    provider: dict[str, Any] = Field(description="A kind of the family provider, with its parameters.")
    secret: SecretStr | None = Field(None, max_length=4000, description="Its key; stored encrypted, never shown again.")


class LlmChange(BaseModel):
    """What to change about an LLM; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", min_length=1, max_length=200)
    provider: dict[str, Any] = Field({}, description="The whole provider with its parameters.")
    secret: SecretStr | None = Field(None, max_length=4000, description="A new key; null removes the stored one.")


class LlmUsageOut(BaseModel):
    """What an answer took; `cost_usd` null: nobody knows the price. `is_estimated`: tokens were counted here."""

    n_input_tokens: int
    n_output_tokens: int
    cost_usd: float | None
    is_estimated: bool


class LlmCheckOut(BaseModel):
    """What came of trying an LLM: how it begins to answer, or `error` with a hint what to do."""

    is_ok: bool
    seconds: float
    text: str | None
    error: dict[str, str | None] | None
    usage: LlmUsageOut | None
    dimensions: int | None

    @classmethod
    def of(cls, check: Check | dict[str, Any]) -> "LlmCheckOut":
        """Return the answer for a try, or for the document that a row keeps of one."""
        return cls.model_validate(check, from_attributes=True)


class LlmOut(BaseModel):
    """One LLM; `secret_ends` are the last characters of its stored key, `languages` those its embeddings are for.

    `unavailable` says why it cannot be used here: its packages are not installed, or its kind is not known any more.
    """

    id: str
    name: str
    provider: dict[str, Any]
    provider_kind: str
    llm_name: str
    is_scripted: bool
    completes: bool
    embeds: bool
    ranks: bool
    languages: list[str] | None
    unavailable: str | None
    has_secret: bool
    secret_ends: str | None
    check: LlmCheckOut | None
    checked_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Llm) -> "LlmOut":
        """Return the answer for a row."""
        provider = provider_of(row)
        return cls(
            id=row.id,
            name=row.name,
            provider=row.provider,
            provider_kind=row.provider_kind,
            has_secret=row.secret is not None,
            secret_ends=row.secret_ends,
            check=LlmCheckOut.of(row.check) if row.check else None,
            checked_at=row.checked_at,
            created_at=row.created_at,
            **(_facts(provider) if provider is not None else _UNKNOWN),
        )


_UNKNOWN: dict[str, Any] = {
    "llm_name": "",
    "is_scripted": False,
    "completes": False,
    "embeds": False,
    "ranks": False,
    "languages": None,
    "unavailable": "not known here: it is of another version, or of a plug-in that is missing",
}


def _facts(provider: Provider) -> dict[str, Any]:
    return {
        "llm_name": provider.name,
        "is_scripted": provider.is_scripted,
        "completes": provider.can_complete,
        "embeds": provider.can_embed,
        "ranks": provider.can_rank,
        "languages": None if provider.languages is None else sorted(provider.languages),
        "unavailable": provider.unavailable_reason(),
    }


class LlmPage(BaseModel):
    """Some LLMs, newest first, and where the next page begins."""

    items: list[LlmOut]
    next: str | None


class LlmBudgetIn(BaseModel):
    """What may be spent in each calendar month (UTC); null: no limit."""

    model_config = ConfigDict(extra="forbid")

    usd_per_month: float | None = Field(ge=0, le=MAX_USD, allow_inf_nan=False)


class LlmSpendingOut(BaseModel):
    """What one LLM took in the month; requests of unknown price are counted in `n_unknown_cost` alone."""

    model_config = ConfigDict(from_attributes=True)

    provider_kind: str
    llm_name: str
    n_requests: int
    n_input_tokens: int
    n_output_tokens: int
    cost_usd: float
    n_unknown_cost: int


class LlmBudgetOut(BaseModel):
    """What may be spent in the month, and what is; an LLM on this machine costs nothing."""

    model_config = ConfigDict(from_attributes=True)

    month: str
    usd_per_month: float | None
    spent_usd: float
    n_unknown_cost: int
    by_llm: list[LlmSpendingOut]

    @classmethod
    def of(cls, budget: Budget) -> "LlmBudgetOut":
        """Return the answer for a budget."""
        return cls.model_validate(budget)
