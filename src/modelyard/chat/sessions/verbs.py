"""What can be done with conversations: begin or go on with one, list a reader's, read one, delete it."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from modelyard.chat.answering.past import past_turn, read_again
from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.ownership import visible_sessions
from modelyard.chat.tables import ChatSession, Feedback
from modelyard.endpoints.tables import Call
from modelyard.endpoints.verbs import require_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.ids import new_id

MOST_TURNS = 200
"""Turns of one conversation that are shown, the newest."""
LONGEST_TITLE = 80


@dataclass(frozen=True)
class TurnOfSession:
    """One question of a conversation with its answer and what the reader thought of it."""

    call: Call
    feedback: Feedback | None


def begin_session(ctx: Context, endpoint_id: str, reader: str, *, title: str) -> ChatSession:
    """Begin a conversation, called after its first question."""
    ctx.require("endpoints:call")
    now = ctx.clock()
    session = ChatSession(
        id=new_id("cs", at=now),
        endpoint_id=endpoint_id,
        reader=reader,
        title=_short(title),
        created_at=now,
        seen_at=now,
        expires_at=now + ctx.settings.conversations_kept,
    )
    ctx.session.add(session)
    ctx.session.flush()
    return session


def go_on(ctx: Context, endpoint_id: str, reader: str, session_id: str) -> ChatSession:
    """Return a conversation of this reader to go on with, kept anew from now; raise NotFound."""
    ctx.require("endpoints:call")
    session = _find(ctx, endpoint_id, reader, session_id)
    session.seen_at = ctx.clock()
    session.expires_at = ctx.clock() + ctx.settings.conversations_kept
    return session


def past_turns(ctx: Context, session_id: str, *, limit: int) -> tuple[PastTurn, ...]:
    """Return the latest answered turns, the oldest first, as many as an LLM may read again."""
    ctx.require("endpoints:call")
    if limit == 0:
        return ()
    chosen = select(Call.inputs, Call.outputs).where(Call.session_id == session_id, Call.status == "succeeded")
    rows = ctx.session.execute(chosen.order_by(Call.id.desc()).limit(limit))
    return read_again(past_turn(inputs, outputs) for inputs, outputs in rows)


def list_sessions(
    ctx: Context, endpoint_id: str, reader: str, *, limit: int = 50, cursor: str | None = None
) -> list[ChatSession]:
    """Return the reader's conversations, the one begun last first; `cursor` is the id of the last one already seen."""
    require_endpoint(ctx, endpoint_id)
    query = visible_sessions(ctx, endpoint_id, reader)
    if cursor:
        query = query.where(ChatSession.id < cursor)
    return list(ctx.session.scalars(query.order_by(ChatSession.id.desc()).limit(limit)))


def get_session(
    ctx: Context, endpoint_id: str, reader: str, session_id: str
) -> tuple[ChatSession, list[TurnOfSession]]:
    """Return one conversation with its turns, the oldest first; raise NotFound for one of another reader."""
    require_endpoint(ctx, endpoint_id)
    session = _find(ctx, endpoint_id, reader, session_id)
    chosen = (
        select(Call, Feedback).outerjoin(Feedback, Feedback.call_id == Call.id).where(Call.session_id == session.id)
    )
    rows = ctx.session.execute(chosen.order_by(Call.id.desc()).limit(MOST_TURNS)).all()
    return session, [TurnOfSession(call, feedback) for call, feedback in reversed(rows)]


def delete_session(ctx: Context, endpoint_id: str, reader: str, session_id: str) -> None:
    """Delete a conversation with its questions, answers and feedback; raise NotFound for one of another reader."""
    require_endpoint(ctx, endpoint_id)
    session = _find(ctx, endpoint_id, reader, session_id)
    calls = select(Call.id).where(Call.session_id == session.id)
    ctx.session.execute(delete(Feedback).where(Feedback.call_id.in_(calls)))
    ctx.session.execute(delete(Call).where(Call.session_id == session.id))
    ctx.session.delete(session)
    ctx.session.flush()


def _find(ctx: Context, endpoint_id: str, reader: str, session_id: str) -> ChatSession:
    found = ctx.session.scalar(visible_sessions(ctx, endpoint_id, reader).where(ChatSession.id == session_id))
    if found is None:
        raise NotFound(
            "There is no such conversation, or it has expired.", hint="Ask without `session` to begin a new one."
        )
    return found


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"
