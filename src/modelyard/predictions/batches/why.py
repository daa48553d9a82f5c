"""Why a row of a batch was predicted as it was."""

from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.why.reasons import unavailable
from modelyard.models.why.verbs import explain_inputs
from modelyard.predictions.batches.results import open_results
from modelyard.predictions.batches.verbs import get_batch


def explain_row(ctx: Context, batch_id: str, row: int) -> dict[str, Any]:
    """Return why a row, counted from 1, was predicted so (document of `reasons.Why`), by the version that did it.

    Raises NotFound for a row that is not there; where there can be no reasons, the document says why.
    """
    ctx.require("endpoints:call")
    ctx.require("endpoints:read")
    batch = get_batch(ctx, batch_id)
    with open_results(ctx, batch_id) as results:
        found = results.row(row)
    if found.error is not None:
        return unavailable(f"This row was not predicted. {found.error}")
    try:
        [why] = explain_inputs(ctx, batch.model_id, [found.inputs])
    except NotFound:
        return unavailable(f"Version {batch.version} of the model, which predicted this row, was deleted.")
    return why
