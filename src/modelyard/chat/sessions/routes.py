"""HTTP of a reader's conversations and feedback."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from modelyard.access.http import Ctx, the_yard
from modelyard.chat.feedback.verbs import give_feedback
from modelyard.chat.sessions import verbs
from modelyard.chat.sessions.schemas import FeedbackIn, FeedbackOut, SessionOut, SessionPage, SessionWithTurns
from modelyard.endpoints.answering import ReaderToken
from modelyard.endpoints.readers import reader_of
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/endpoints/{endpoint_id}", tags=["conversations"])

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]


def who_reads(
    ctx: Ctx, yard: Annotated[Yard, Depends(the_yard)], endpoint_id: str, reader_token: ReaderToken = None
) -> str:
    """Return the id of the reader: of the token, else of the person who is signed in."""
    return reader_of(yard, ctx.actor, endpoint_id, reader_token).id


Reader = Annotated[str, Depends(who_reads)]


@router.get("/sessions")
def list_sessions(ctx: Ctx, reader: Reader, endpoint_id: str, limit: Limit = 50, cursor: Cursor = None) -> SessionPage:
    """List this reader's conversations with the endpoint, the one begun last first."""
    rows = verbs.list_sessions(ctx, endpoint_id, reader, limit=limit + 1, cursor=cursor)
    items = [SessionOut.model_validate(row) for row in rows[:limit]]
    return SessionPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/sessions/{session_id}")
def get_session(ctx: Ctx, reader: Reader, endpoint_id: str, session_id: str) -> SessionWithTurns:
    """Return one conversation of this reader with its turns."""
    return SessionWithTurns.told(*verbs.get_session(ctx, endpoint_id, reader, session_id))


@router.delete("/sessions/{session_id}", status_code=204)
def delete_session(ctx: Ctx, reader: Reader, endpoint_id: str, session_id: str) -> None:
    """Delete a conversation of this reader with its questions and answers."""
    verbs.delete_session(ctx, endpoint_id, reader, session_id)


@router.put("/calls/{call_id}/feedback")
def put_feedback(ctx: Ctx, reader: Reader, endpoint_id: str, call_id: str, body: FeedbackIn) -> FeedbackOut | None:
    """Say what this reader thinks of an answer of theirs; `thumb` null takes it back."""
    feedback = give_feedback(ctx, endpoint_id, reader, call_id, thumb=body.thumb, comment=body.comment)
    return FeedbackOut.of(feedback) if feedback else None
