"""What a worker tidies of conversations."""

from sqlalchemy import delete, select, update

from modelyard.chat.tables import ChatSession
from modelyard.endpoints.tables import Call
from modelyard.kernel.yard import Yard

AT_ONCE = 500


def forget_old_sessions(yard: Yard) -> None:
    """Remove conversations that have expired; their calls stay in the endpoint's history as long as that is kept."""
    while True:
        with yard.sessions.begin() as session:
            chosen = select(ChatSession.id).where(ChatSession.expires_at <= yard.clock()).limit(AT_ONCE)
            ids = session.scalars(chosen).all()
            session.execute(update(Call).where(Call.session_id.in_(ids)).values(session_id=None))
            session.execute(delete(ChatSession).where(ChatSession.id.in_(ids)))
        if len(ids) < AT_ONCE:
            return
