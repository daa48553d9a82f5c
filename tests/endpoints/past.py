"""An endpoint with calls of any time, without a model: what was answered is stated."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from modelyard.endpoints.servable import Answers
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.endpoints.verbs import create_endpoint, record_call
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models.servable import ModelServable

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def endpoint_of(yard: Yard, actor: Actor) -> Endpoint:
    signature = {"inputs": [{"name": "text", "kind": "text", "dtype": "string"}], "output": {"name": "stars"}}
    with yard.context(actor) as ctx:
        return create_endpoint(ctx, ModelServable(model="md_none"), name="Stars", signature=signature)


def called(
    yard: Yard,
    actor: Actor,
    endpoint: Endpoint,
    outputs: Sequence[tuple[str, float] | float] = (),
    *,
    at: datetime = NOON,
    texts: Sequence[Any] = (),
    version: int = 1,
    latency_seconds: float = 0.01,
    failed: bool = False,
) -> Call:
    """Keep a call whose rows were answered with a class and its confidence, or with a number."""
    answered = [
        {"prediction": output, "probabilities": None}
        if isinstance(output, float)
        else {"prediction": output[0], "probabilities": {output[0]: output[1], "other": 1 - output[1]}}
        for output in outputs
    ]
    n_rows = max(len(answered), len(texts), 1)
    inputs = [{"text": texts[place] if place < len(texts) else f"row {place}"} for place in range(n_rows)]
    with yard.at(lambda: at).context(actor) as ctx:
        return record_call(
            ctx,
            endpoint.id,
            inputs,
            answers=None if failed else Answers(answered),
            latency_seconds=latency_seconds,
            version=version,
            error=Invalid("That is not a row.") if failed else None,
        )
