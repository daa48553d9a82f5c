"""Shapes of calls and answers: those of the yard's public endpoints, so that a program needs only another address."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MAX_INPUTS = 20
"""Rows of one call, as many as on a public page of the yard."""


class About(BaseModel):
    """What is served: its name, what it takes and what it gives."""

    id: str
    name: str
    version: int
    takes: str = "rows"
    signature: dict[str, Any]
    max_inputs: int = MAX_INPUTS


class Asked(BaseModel):
    """One call: an object per row, with every column of the signature (null where a value is missing)."""

    model_config = ConfigDict(extra="forbid")

    inputs: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_INPUTS)]
    explain: Annotated[bool, Field(description="Ask why too: the reasons of each answer.")] = False


class Output(BaseModel):
    """The answer to one row: a class with the probabilities of all, or a number; `why` when it was asked for."""

    prediction: str | float
    probabilities: dict[str, float] | None = None
    is_sure: bool | None = None
    why: dict[str, Any] | None = None


class Answered(BaseModel):
    """The answers to one call, in the order of its rows."""

    outputs: list[Output]
    latency_seconds: float
    warnings: list[str]
