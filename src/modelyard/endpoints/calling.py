"""A call from outside: answered without holding the database, then kept in the history, also when it failed."""

import math
import time
from collections.abc import Sequence
from typing import Any

from modelyard.endpoints.tables import Call
from modelyard.endpoints.verbs import answer_call, record_call
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.yard import Yard


def call_endpoint(yard: Yard, actor: Actor, endpoint_id: str, inputs: Sequence[dict[str, Any]]) -> Call:
    """Answer and keep the call; a refused one is kept too before its error is raised.

    Two transactions: the first only reads, so that loading a model never keeps a writer waiting.
    """
    started = time.perf_counter()
    try:
        with yard.context(actor, writes=False) as ctx:
            answers = answer_call(ctx, endpoint_id, inputs)
    except Invalid as error:
        _keep_refused(yard, actor, endpoint_id, inputs, error, time.perf_counter() - started)
        raise
    latency_seconds = time.perf_counter() - started
    with yard.context(actor) as ctx:
        return record_call(ctx, endpoint_id, inputs, answers=answers, latency_seconds=latency_seconds)


def _keep_refused(
    yard: Yard,
    actor: Actor,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    error: ModelyardError,
    latency_seconds: float,
) -> None:
    with yard.context(actor) as ctx:
        storable = [{name: _storable(value) for name, value in row.items()} for row in inputs]
        record_call(ctx, endpoint_id, storable, answers=None, latency_seconds=latency_seconds, error=error)


def _storable(value: Any) -> Any:
    # PostgreSQL's JSON knows neither infinities nor NUL characters; both are among what is refused.
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return value.replace("\0", "�")
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
