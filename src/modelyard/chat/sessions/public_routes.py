"""HTTP of a visitor's conversations, on a public page or with a browser key: the reader is whoever has the token."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from modelyard.access.http import the_yard
from modelyard.chat.feedback.verbs import give_feedback
from modelyard.chat.sessions import verbs
from modelyard.chat.sessions.schemas import FeedbackIn, FeedbackOut, SessionOut, SessionPage, SessionWithTurns
from modelyard.endpoints.answering import ReaderToken
from modelyard.endpoints.readers import reader_of
from modelyard.endpoints.visitors import TheVisitor
from modelyard.kernel.context import Context
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/public/endpoints/{endpoint_id}", tags=["public pages"])
MOST_SESSIONS = 100


@dataclass(frozen=True)
class Visit:
    """A visitor's Context and the reader that they are."""

    ctx: Context
    reader: str


def open_visit(
    yard: Annotated[Yard, Depends(the_yard)], visitor: TheVisitor, endpoint_id: str, reader_token: ReaderToken = None
) -> Iterator[Visit]:
    """Yield the Context of a visitor; it commits before the answer is sent."""
    reader = reader_of(yard, visitor.actor, endpoint_id, reader_token)
    with yard.context(visitor.actor) as ctx:
        yield Visit(ctx, reader.id)


TheVisit = Annotated[Visit, Depends(open_visit, scope="function")]


@router.get("/sessions")
def list_public_sessions(visit: TheVisit, endpoint_id: str) -> SessionPage:
    """List this visitor's latest conversations."""
    rows = verbs.list_sessions(visit.ctx, endpoint_id, visit.reader, limit=MOST_SESSIONS)
    return SessionPage(items=[SessionOut.model_validate(row) for row in rows], next=None)


@router.get("/sessions/{session_id}")
def get_public_session(visit: TheVisit, endpoint_id: str, session_id: str) -> SessionWithTurns:
    """Return one conversation of this visitor with its turns."""
    return SessionWithTurns.told(*verbs.get_session(visit.ctx, endpoint_id, visit.reader, session_id))


@router.delete("/sessions/{session_id}", status_code=204)
def delete_public_session(visit: TheVisit, endpoint_id: str, session_id: str) -> None:
    """Delete a conversation of this visitor with its questions and answers."""
    verbs.delete_session(visit.ctx, endpoint_id, visit.reader, session_id)


@router.put("/calls/{call_id}/feedback")
def put_public_feedback(visit: TheVisit, endpoint_id: str, call_id: str, body: FeedbackIn) -> FeedbackOut | None:
    """Say what this visitor thinks of an answer of theirs; `thumb` null takes it back."""
    feedback = give_feedback(visit.ctx, endpoint_id, visit.reader, call_id, thumb=body.thumb, comment=body.comment)
    return FeedbackOut.of(feedback) if feedback else None
