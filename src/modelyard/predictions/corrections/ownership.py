"""Whose corrections an actor sees: those of the endpoints that the actor sees."""

from sqlalchemy import Select, select

from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, Invalid, NotFound
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.predictions.corrections.tables import Correction

NO_CLUSTER = "Clusters have no right answer, so there is nothing to correct."


def visible_corrections(ctx: Context) -> Select[Correction]:
    """Return the query of all corrections this actor may see."""
    mine = visible_endpoints(ctx).with_only_columns(Endpoint.id)
    return select(Correction).where(Correction.endpoint_id.in_(mine))


def find_correction(ctx: Context, correction_id: str) -> Correction:
    """Return one correction; raise NotFound."""
    found = ctx.session.scalar(visible_corrections(ctx).where(Correction.id == correction_id))
    if found is None:
        raise NotFound(f"There is no correction {correction_id!r}.", hint="It may have been taken back already.")
    return found


def corrected_model(ctx: Context, endpoint: Endpoint) -> Model:
    """Return the model that an endpoint serves; raise Invalid when what it predicts cannot be corrected."""
    if endpoint.servable_kind != "model":
        raise Invalid(f"{endpoint.name!r} serves no model, so its answers cannot be corrected.")
    model = ctx.session.scalar(visible_models(ctx).where(Model.id == endpoint.servable_id))
    if model is None:
        raise Conflict(f"The model of {endpoint.name!r} is gone.", hint="Train it again, then correct its answers.")
    if model.task == "clustering":
        raise Invalid(NO_CLUSTER, hint="Train a model with a target to say which answers are right.")
    return model
