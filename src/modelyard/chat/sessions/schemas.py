"""Shapes of conversations in answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.chat.feedback.verbs import LONGEST_COMMENT
from modelyard.chat.sessions.verbs import TurnOfSession
from modelyard.chat.tables import ChatSession, Feedback, Thumb
from modelyard.endpoints.schemas import UsedTokens


class CitationOut(BaseModel):
    """The exact words `[start, end)` of a document's text of that hash; `n` is what `[n]` in the answer stands for.

    A selection that was found in no document has no document, and counts in itself. `url` opens the published page at
    the words.
    """

    n: int
    document_id: str | None
    text_hash: str | None
    title: str
    headings: list[str]
    url: str | None
    page: int | None
    start: int
    end: int
    quote: str
    chunk_ids: list[int]
    is_selection: bool


class LlmOfAnswer(BaseModel):
    """Which LLM answered; `is_scripted`: its answers were written beforehand."""

    provider_kind: str
    name: str
    is_scripted: bool


class FeedbackIn(BaseModel):
    """What a reader thinks of an answer; null takes it back."""

    model_config = ConfigDict(extra="forbid")

    thumb: Thumb | None
    comment: str = Field("", max_length=LONGEST_COMMENT)


class FeedbackOut(BaseModel):
    """What a reader thought of an answer."""

    thumb: Thumb
    comment: str

    @classmethod
    def of(cls, row: Feedback) -> "FeedbackOut":
        """Return the answer for a row."""
        return cls(thumb=row.thumb, comment=row.comment)


class SessionTurnOut(BaseModel):
    """One question of a conversation, and its answer; `error` says why there is none or why it broke off."""

    call_id: str
    at: datetime
    question: str
    selection: dict[str, Any] | None
    answer: str
    citations: list[CitationOut]
    abstained: bool
    withdrawn: bool
    strategy: Literal["llm", "extractive"] | None
    llm: LlmOfAnswer | None
    searched_for: str | None
    nearest: list[list[str]]
    unsupported: list[str]
    language: str | None
    collection_version: int | None
    finish: str | None
    error: dict[str, Any] | None
    latency_seconds: float
    usage: UsedTokens
    feedback: FeedbackOut | None

    @classmethod
    def of(cls, turn: TurnOfSession) -> "SessionTurnOut":
        """Return the answer for a turn."""
        call = turn.call
        given: dict[str, Any] = call.inputs[0] if call.inputs else {}
        output: dict[str, Any] = call.outputs[0] if call.outputs else {}
        known = {name: output[name] for name in cls.model_fields if name in output}
        nothing: dict[str, Any] = {
            **{"question": given.get("question") or "", "answer": "", "abstained": False, "withdrawn": False},
            **{"citations": [], "nearest": [], "unsupported": []},
            **dict.fromkeys(("strategy", "llm", "searched_for", "language", "collection_version", "finish")),
        }
        return cls.model_validate(
            {
                **nothing,
                **known,
                "call_id": call.id,
                "at": call.created_at,
                "selection": given.get("selection"),
                "error": call.error,
                "latency_seconds": call.latency_seconds,
                "usage": {name: getattr(call, name) for name in UsedTokens.model_fields},
                "feedback": FeedbackOut.of(turn.feedback) if turn.feedback else None,
            }
        )


class SessionOut(BaseModel):
    """A conversation of one reader, called after its first question."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class SessionPage(BaseModel):
    """Some conversations, the one begun last first, and where the next page begins."""

    items: list[SessionOut]
    next: str | None


class SessionWithTurns(SessionOut):
    """A conversation with its turns, the oldest first."""

    turns: list[SessionTurnOut]

    @classmethod
    def told(cls, session: ChatSession, turns: list[TurnOfSession]) -> "SessionWithTurns":
        """Return the answer for a conversation."""
        shown = [SessionTurnOut.of(turn) for turn in turns]
        return cls(**SessionOut.model_validate(session).model_dump(), turns=shown)
