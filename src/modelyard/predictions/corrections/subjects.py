"""What is corrected: one row of a call or of a batch, with what was predicted for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from modelyard.endpoints.calling import storable
from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.predictions.batches.ownership import find_batch
from modelyard.predictions.batches.results import open_results
from modelyard.predictions.corrections.ownership import corrected_model


@dataclass(frozen=True)
class Subject:
    """One row; `classes` are those that its model or the one of now knows, None where numbers are predicted."""

    endpoint: Endpoint
    call_id: str | None
    batch_id: str | None
    row: int
    version: int | None
    inputs: dict[str, Any]
    predicted: str | float | None
    classes: tuple[str, ...] | None


def row_of_call(ctx: Context, call_id: str, row: int) -> Subject:
    """Return a row of a call, counted from 0; raise NotFound, or Invalid at `row`."""
    chosen = select(Call).where(
        Call.id == call_id, Call.endpoint_id.in_(visible_endpoints(ctx).with_only_columns(Endpoint.id))
    )
    call = ctx.session.scalar(chosen)
    if call is None:
        raise NotFound(f"There is no call {call_id!r} in the history.", hint="It may have been deleted.")
    if call.status == "failed":
        raise Conflict("This call was refused, so nothing was predicted.", hint="Correct a call that was answered.")
    if not 0 <= row < len(call.outputs):
        raise _no_row(row, f"The call has {len(call.outputs):,} rows, counted from 0.")
    endpoint = _endpoint(ctx, call.endpoint_id)
    output = call.outputs[row]
    return Subject(
        endpoint=endpoint,
        call_id=call.id,
        batch_id=None,
        row=row,
        version=call.version,
        inputs=call.inputs[row],
        predicted=output["prediction"],
        classes=_classes(ctx, endpoint, list(output.get("probabilities") or ())),
    )


def row_of_batch(ctx: Context, batch_id: str, row: int) -> Subject:
    """Return a row of a batch, counted from 1 as in its file, also one that could not be predicted."""
    batch = find_batch(ctx, batch_id)
    endpoint = _endpoint(ctx, batch.endpoint_id)
    with open_results(ctx, batch_id) as results:
        if not 1 <= row <= results.n_rows:
            raise _no_row(row, f"The batch has {results.n_rows:,} rows, counted from 1.")
        found = results.row(row)
    return Subject(
        endpoint=endpoint,
        call_id=None,
        batch_id=batch.id,
        row=row,
        version=batch.version,
        inputs=storable(found.inputs),
        predicted=found.prediction,
        classes=_classes(ctx, endpoint, batch.signature["output"]["classes"] or ()),
    )


def _endpoint(ctx: Context, endpoint_id: str) -> Endpoint:
    endpoint = ctx.session.scalar(visible_endpoints(ctx).where(Endpoint.id == endpoint_id))
    if endpoint is None:
        hint = "Corrections belong to an endpoint: predict the rows again with one that is there."
        raise Conflict("The endpoint that predicted this was deleted.", hint=hint)
    return endpoint


def _classes(ctx: Context, endpoint: Endpoint, of_then: Sequence[str]) -> tuple[str, ...] | None:
    """Return the classes that are known now, and those that were when the row was predicted."""
    corrected_model(ctx, endpoint)
    of_now = endpoint.signature["output"]["classes"]
    return None if of_now is None else tuple(dict.fromkeys([*of_now, *of_then]))


def _no_row(row: int, told: str) -> Invalid:
    message = f"There is no row {row:,}."
    return Invalid(message, hint=told, fields=[FieldError(("row",), message)])
