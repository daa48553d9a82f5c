"""What can be asked about single predictions: why they came out as they did."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.inputs import frame_of_rows
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.models.why.explaining import documents, require_few


def explain_inputs(ctx: Context, model_id: str, inputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return why the model predicts each input as it does (documents of `reasons.Why`); raise Invalid or NotFound."""
    ctx.require("endpoints:call")
    require_few(inputs)
    columns = (Model.artifact_hash, Model.training_profile)
    found = ctx.session.execute(visible_models(ctx).where(Model.id == model_id).with_only_columns(*columns)).first()
    if found is None:
        raise NotFound(f"There is no model {model_id!r}.")
    from modelyard.models.serving import LOADED

    limit = int(ctx.settings.model_memory_bytes)
    chain = LOADED.get(ctx.artifacts, ctx.settings.scratch, found.artifact_hash, memory_bytes=limit)
    frame, _ = frame_of_rows(inputs, chain.signature, chain.schema)
    return documents(chain, frame, found.training_profile)
