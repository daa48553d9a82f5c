"""What drift is measured of: the model that an endpoint serves, with its training profile."""

from typing import Any

from sqlalchemy.orm import undefer

from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model


def served_model(ctx: Context, endpoint: Endpoint) -> Model:
    """Return the model that the endpoint serves; raise Conflict when it serves none."""
    model = None
    if endpoint.servable_kind == "model":
        model = ctx.session.scalar(visible_models(ctx).where(Model.id == endpoint.servable_id))
    if model is None:
        raise Conflict(
            f"{endpoint.name!r} serves no model, so there is no training to compare with.",
            hint="Serve a model with this endpoint, then measure again.",
        )
    return model


def inputs_and_profile(ctx: Context, model_id: str) -> tuple[list[str], dict[str, Any]]:
    """Return the columns that a model takes and its training profile; raise NotFound."""
    chosen = visible_models(ctx).where(Model.id == model_id).options(undefer(Model.training_profile))
    model = ctx.session.scalar(chosen)
    if model is None:
        raise NotFound(f"The model {model_id!r} is gone.", hint="Measure the drift again.")
    return [column["name"] for column in model.signature["inputs"]], model.training_profile
