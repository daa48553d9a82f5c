"""What can be asked about single predictions: why they came out as they did."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.models.chain import Chain
from modelyard.models.inputs import frame_of_rows
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model

if TYPE_CHECKING:
    import polars as pl

MAX_EXPLAINED = 20
"""Rows of one request; a word or column is left out of each many times."""
NO_CLUSTER = "A cluster is near or far, not for or against: compare the row with the clusters' chart instead."


def explain_inputs(ctx: Context, model_id: str, inputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return why the model predicts each input as it does (documents of `reasons.Why`); raise Invalid or NotFound."""
    ctx.require("endpoints:call")
    if len(inputs) > MAX_EXPLAINED:
        message = f"At most {MAX_EXPLAINED} rows are explained at once; these are {len(inputs):,}."
        raise Invalid(message, hint="Ask for fewer rows.", fields=[FieldError(("explain",), message)])
    columns = (Model.artifact_hash, Model.training_profile)
    found = ctx.session.execute(visible_models(ctx).where(Model.id == model_id).with_only_columns(*columns)).first()
    if found is None:
        raise NotFound(f"There is no model {model_id!r}.")
    from modelyard.models.serving import LOADED

    limit = int(ctx.settings.model_memory_bytes)
    chain = LOADED.get(ctx.artifacts, ctx.settings.scratch, found.artifact_hash, memory_bytes=limit)
    frame, _ = frame_of_rows(inputs, chain.signature, chain.schema)
    return documents(chain, frame, found.training_profile)


def documents(chain: Chain, frame: "pl.DataFrame", profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return why raw rows, which have all columns of `chain.schema`, are predicted as they are."""
    from modelyard.models.why.exact import exact_whys
    from modelyard.models.why.language import language_whys
    from modelyard.models.why.occlusion import occluded_whys
    from modelyard.models.why.reasons import unavailable

    if chain.fitted.task == "clustering":
        return [unavailable(NO_CLUSTER)] * frame.height
    whys = language_whys(chain, frame) or exact_whys(chain, frame) or occluded_whys(chain, frame, profile)
    return [why.document() for why in whys]
