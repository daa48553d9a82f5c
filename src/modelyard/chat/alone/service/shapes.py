"""Shapes of questions and answers: those of the yard's public endpoints, so that programs change only the address."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.chat.answering.asked import LONGEST_QUESTION

LONGEST_EARLIER = 20_000
"""Characters of an earlier answer that are taken; far fewer of them are read again."""
LONGEST_HEADING = 500
MOST_EARLIER = 20
"""Turns that may come along: as many as a collection may be set to read again."""


class About(BaseModel):
    """What is served: its name, what it takes and what it gives, how it answers."""

    id: str
    name: str
    version: int
    """Of the collection, when it was packed."""
    takes: Literal["questions"] = "questions"
    signature: dict[str, Any]
    max_inputs: int = 1
    n_documents: int
    llm: str | None
    """The LLM that writes the answers; null: they are excerpts, word for word."""


class Earlier(BaseModel):
    """A question that was asked before in the same conversation, and its answer; empty: none was found."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]
    answer: Annotated[str, Field(max_length=LONGEST_EARLIER)] = ""
    headings: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_HEADING)]],
        Field(max_length=50, description="The innermost headings that the answer cited."),
    ] = []


class Asked(BaseModel):
    """One question: `inputs` holds one object with `question`, and `selection` or `page` where there is one.

    Conversations are not kept here: who asks on sends along what was said, as `history`.
    """

    model_config = ConfigDict(extra="forbid")

    inputs: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=1)]
    history: Annotated[
        list[Earlier], Field(max_length=MOST_EARLIER, description="Earlier turns of the conversation, oldest first.")
    ] = []
    session: Annotated[None, Field(description="Null: this service keeps no conversations.")] = None


class UsedTokens(BaseModel):
    """What an LLM took; null: none was asked. The cost is null too when nobody knows the price."""

    n_input_tokens: int | None
    n_output_tokens: int | None
    cost_usd: float | None


class Answered(BaseModel):
    """The answer to one question; `session` and `reader_token` are null, for nothing is kept."""

    outputs: list[dict[str, Any]]
    latency_seconds: float
    warnings: list[str]
    session: None = None
    reader_token: None = None
    usage: UsedTokens


class Around(BaseModel):
    """Words of a document as they were cited, with what stands around them."""

    title: str
    url: str | None
    before: str
    quote: str
    after: str
    begins_document: bool
    """Whether nothing stands before `before`."""
    ends_document: bool
