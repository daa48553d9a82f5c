"""What a reader thinks of an answer: said, changed, taken back."""

from sqlalchemy import delete, select

from modelyard.chat.ownership import visible_sessions
from modelyard.chat.tables import ChatSession, Feedback, Thumb
from modelyard.endpoints.tables import Call
from modelyard.endpoints.verbs import require_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound

LONGEST_COMMENT = 2_000


def give_feedback(
    ctx: Context, endpoint_id: str, reader: str, call_id: str, *, thumb: Thumb | None, comment: str = ""
) -> Feedback | None:
    """Say what the reader thinks of an answer of their conversation; None takes it back. Raises NotFound."""
    require_endpoint(ctx, endpoint_id)
    call = _call_of(ctx, endpoint_id, reader, call_id)
    if thumb is None:
        ctx.session.execute(delete(Feedback).where(Feedback.call_id == call.id))
        return None
    feedback = ctx.session.get(Feedback, call.id)
    if feedback is None:
        feedback = Feedback(call_id=call.id, endpoint_id=endpoint_id, reader=reader, question=_question(call))
        ctx.session.add(feedback)
    feedback.thumb, feedback.comment, feedback.created_at = thumb, comment.strip(), ctx.clock()
    ctx.session.flush()
    return feedback


def _call_of(ctx: Context, endpoint_id: str, reader: str, call_id: str) -> Call:
    sessions = visible_sessions(ctx, endpoint_id, reader).with_only_columns(ChatSession.id)
    call = ctx.session.scalar(select(Call).where(Call.id == call_id, Call.session_id.in_(sessions)))
    if call is None:
        raise NotFound(f"There is no answer {call_id!r} in a conversation of yours.", hint="It may have expired.")
    return call


def _question(call: Call) -> str:
    output = call.outputs[0] if call.outputs else {}
    return str(output.get("question") or (call.inputs[0].get("question") if call.inputs else "") or "")
