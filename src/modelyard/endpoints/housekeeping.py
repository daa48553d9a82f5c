"""What a worker tidies in this room."""

from sqlalchemy import delete

from modelyard.endpoints.tables import Call
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.yard import Yard


def remove_old_calls(yard: Yard) -> None:
    """Remove calls older than `calls_kept`, whoever made them."""
    with yard.context(ANONYMOUS) as ctx:
        oldest = ctx.clock() - ctx.settings.calls_kept
        ctx.session.execute(delete(Call).where(Call.created_at < oldest))
