"""What is known of a batch at the moment its report is asked for."""

from modelyard.kernel.context import Context
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.reports.content import Facts


def facts_of(ctx: Context, batch: Batch) -> Facts:
    """Return the facts of a batch with results; its model may be gone."""
    model = ctx.session.scalar(visible_models(ctx).where(Model.id == batch.model_id))
    return Facts(
        batch=batch.name,
        filename=batch.filename,
        endpoint=batch.endpoint_name,
        model=model.name if model is not None else batch.endpoint_name,
        version=batch.version,
        predicted_at=batch.finished_at or batch.created_at,
        made_at=ctx.clock().replace(second=0, microsecond=0),
        n_rows=batch.n_rows or 0,
        n_failed=batch.n_failed,
        n_unsure=batch.n_unsure,
        not_sure_below=batch.not_sure_below,
        target=batch.signature["output"]["name"],
        label=batch.label,
        warnings=(*batch.notes, *batch.warnings),
    )
