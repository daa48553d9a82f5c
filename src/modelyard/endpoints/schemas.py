"""Shapes of endpoints and calls in requests and answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from modelyard.endpoints.tables import PUBLIC_CALLS_PER_DAY, Call, Endpoint
from modelyard.endpoints.verbs import MAX_INPUTS

_ANSWERED: JsonDict = {
    "call_id": "cl_01kqf5w3z80q4x2m6v9b",
    "version": 3,
    "outputs": [
        {"prediction": "Adelie", "probabilities": {"Adelie": 0.94, "Chinstrap": 0.04, "Gentoo": 0.02}},
    ],
    "latency_seconds": 0.0021,
    "warnings": [],
}


class ServableOut(BaseModel):
    """What an endpoint stands before; `version` is the number of what it serves now, when that has versions."""

    kind: str
    id: str
    version: int | None


class EndpointOut(BaseModel):
    """One endpoint."""

    id: str
    name: str
    servable: ServableOut
    signature: dict[str, Any]
    n_calls: int
    not_sure_below: float | None
    is_public: bool
    public_calls_per_day: int
    calls_kept_days: int | None
    public_url: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: Endpoint, *, yard_url: str = "") -> "EndpointOut":
        """Return the answer for a row; without the yard's public address the page's is relative to it."""
        return cls(
            id=row.id,
            name=row.name,
            servable=ServableOut(kind=row.servable_kind, id=row.servable_id, version=row.servable.get("version")),
            signature=row.signature,
            n_calls=row.n_calls,
            not_sure_below=row.not_sure_below,
            is_public=row.is_public,
            public_calls_per_day=row.public_calls_per_day,
            calls_kept_days=row.calls_kept_days,
            public_url=f"{yard_url.rstrip('/')}/try/?id={row.id}" if row.is_public else None,
            created_at=row.created_at,
        )


class EndpointChange(BaseModel):
    """What to change about an endpoint; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", min_length=1, max_length=200)
    not_sure_below: float | None = Field(
        None, ge=0, le=1, description="Answers whose probability is below are not sure; null: every answer is."
    )
    is_public: bool = Field(False, description="Whether anyone who has the link may try it.")
    public_calls_per_day: int = Field(
        PUBLIC_CALLS_PER_DAY, ge=1, le=10**6, description="Calls of all visitors in a day of UTC."
    )
    calls_kept_days: int | None = Field(
        None, ge=1, le=3650, description="How long its calls are kept; null: as long as the yard's setting says."
    )


class EndpointPage(BaseModel):
    """Some endpoints, newest first, and where the next page begins."""

    items: list[EndpointOut]
    next: str | None


SessionId = Annotated[
    str | None, Field(max_length=32, description="The conversation that a question goes on with; empty: a new one.")
]


class CallIn(BaseModel):
    """One call: an object per row, with every column of the signature (null where a value is missing)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"inputs": [{"bill_length_mm": 39.1, "island": "Torgersen", "sex": None}]}]},
    )

    inputs: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_INPUTS)]
    version: Annotated[int | None, Field(ge=1, le=2**31, description="Ask this version; empty: the promoted one.")] = (
        None
    )
    explain: Annotated[bool, Field(description="Say why, for each of at most 20 rows.")] = False
    session: SessionId = None


class ReasonOut(BaseModel):
    """One thing in the row that pushed the score: a column with its value, or words of a text with their places.

    `spans` are from and to in the text, counted in code points; null when it is no text.
    """

    feature: str
    column: str | None
    value: Any
    contribution: float
    spans: list[tuple[int, int]] | None


class WhyOut(BaseModel):
    """Why one input is answered as it is: `base` + contributions of `reasons` + `rest` = `score` of what it is `of`.

    `unavailable` says why there are no reasons; all numbers are null then.
    """

    outputs: list[str]
    of: str
    scale: str
    base: float | None
    score: float | None
    reasons: list[ReasonOut]
    rest: float | None
    method: str
    unavailable: str | None


class OutputOut(BaseModel):
    """The answer to one input: a class with the probabilities of all, or a number.

    `is_sure`: whether the probability is not below the endpoint's `not_sure_below`; null when it has none.
    """

    prediction: str | float
    probabilities: dict[str, float] | None = None
    is_sure: bool | None = None
    why: WhyOut | None = None


class CallOut(BaseModel):
    """The answers to one call, in the order of its inputs; `version` is the one that gave them."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWERED]})

    call_id: str
    version: int | None
    outputs: list[OutputOut]
    latency_seconds: float
    warnings: list[str]

    @classmethod
    def of(cls, row: Call) -> "CallOut":
        """Return the answer for a row."""
        return cls.model_validate(
            {
                "call_id": row.id,
                "version": row.version,
                "outputs": row.outputs,
                "latency_seconds": row.latency_seconds,
                "warnings": row.warnings,
            }
        )


class UsedTokens(BaseModel):
    """What an LLM took; null: none was asked. The cost is null too when nobody knows the price."""

    n_input_tokens: int | None
    n_output_tokens: int | None
    cost_usd: float | None


class AnsweredOut(BaseModel):
    """The answer of what is asked in conversations: `outputs` holds one, with its text and citations.

    `session` is what the next question names to go on; `reader_token` proves that it is the same reader
    (header `X-Reader-Token`), null for people who are signed in.
    """

    call_id: str
    version: int | None
    outputs: list[dict[str, Any]]
    latency_seconds: float
    warnings: list[str]
    session: str | None
    reader_token: str | None
    first_event_seconds: float | None
    usage: UsedTokens
