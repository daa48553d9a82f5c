"""The calls that filters mean as a file, a row for each row of a call, read while it is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from modelyard.data.table_writing.write import TableFormat, table_pieces
from modelyard.endpoints.call_filters import CallFilters
from modelyard.endpoints.history import find_calls
from modelyard.endpoints.marks import confidence_of
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

if TYPE_CHECKING:
    import polars as pl

CALLS_AT_ONCE = 100
FACTS = ("call_id", "at", "status", "version", "caller", "row")
ANSWERS = ("prediction", "confidence", "probabilities", "error", "other_inputs")


def export_calls(
    yard: Yard, actor: Actor, endpoint_id: str, filters: CallFilters, file_format: TableFormat, *, bom: bool = False
) -> tuple[str, Iterator[bytes]]:
    """Return the endpoint's name and the file in pieces: the inputs of its signature, and what was answered.

    What a call was given beside them is in `other_inputs` as JSON, and so is every probability in `probabilities`:
    versions differ in their columns and classes. Each piece is read in a transaction of its own, so that a long
    download keeps nobody waiting; calls made meanwhile are not in it.
    """
    with yard.context(actor, writes=False) as ctx:
        endpoint = get_endpoint(ctx, endpoint_id)
    names = [column["name"] for column in endpoint.signature.get("inputs", ())]
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    frames = _frames(yard, actor, endpoint, filters, names)
    return endpoint.name, table_pieces(frames, file_format, bom=bom, folder=yard.settings.scratch)


def _frames(
    yard: Yard, actor: Actor, endpoint: Endpoint, filters: CallFilters, names: Sequence[str]
) -> "Iterator[pl.DataFrame]":
    yield _frame([], names)  # without calls there is still a header
    below: str | None = None
    while True:
        with yard.context(actor, writes=False) as ctx:
            found = find_calls(ctx.session, endpoint.id, filters, below=below, limit=CALLS_AT_ONCE)
            chosen = select(Call).where(Call.id.in_(found.ids)).order_by(Call.id.desc())
            calls = list(ctx.session.scalars(chosen))
        if calls:
            yield _frame([row for call in calls for row in _rows(call, names)], names)
        if (below := found.end) is None:
            return


def _rows(call: Call, names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the rows of a call: its facts, the inputs, what was answered."""
    error = call.error["detail"] if call.error else None
    for place, row in enumerate(call.inputs):
        output: Mapping[str, Any] = call.outputs[place] if place < len(call.outputs) else {}
        others = {name: value for name, value in row.items() if name not in names}
        probabilities = output.get("probabilities")
        yield [
            *(call.id, call.created_at, call.status, call.version, call.actor_name, place + 1),
            *(_text(row.get(name)) for name in names),
            _text(output.get("prediction")),
            confidence_of(output),
            _json(probabilities),
            error,
            _json(others),
        ]


def _frame(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> "pl.DataFrame":
    import polars as pl

    types: dict[str, Any] = {"at": pl.Datetime("us", "UTC"), "version": pl.Int64, "row": pl.Int64}
    facts, answers = ({name: types.get(name, pl.String) for name in some} for some in (FACTS, ANSWERS))
    answers["confidence"] = pl.Float64
    # A model's column may be called like one of ours.
    inputs = [f"input_{name}" if name in (*FACTS, *ANSWERS) else name for name in names]
    return pl.DataFrame(rows, schema={**facts, **dict.fromkeys(inputs, pl.String), **answers}, orient="row")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _json(document: Any) -> str | None:
    return json.dumps(document, ensure_ascii=False) if document else None
