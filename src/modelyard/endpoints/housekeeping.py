"""What a worker tidies in this room."""

from datetime import timedelta

from sqlalchemy import select

from modelyard.endpoints.history_removal import remove_calls_before
from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.yard import Yard


def remove_old_calls(yard: Yard) -> None:
    """Remove the calls that are older than their endpoint keeps them, whoever made them."""
    with yard.readers() as session:
        kept = session.execute(select(Endpoint.id, Endpoint.calls_kept_days)).all()
    for endpoint_id, days in kept:
        time_kept = yard.settings.calls_kept if days is None else timedelta(days=days)
        remove_calls_before(yard, endpoint_id, yard.clock() - time_kept)
