"""What an endpoint stands before when it serves a model."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from modelyard.endpoints.servable import Answers, Door, Packed, Servable
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model


class ModelServable(Servable):
    """A model of the registry: rows in, a class with probabilities or a number out."""

    title: ClassVar[str] = "Model"
    icon: ClassVar[str] = "brain-circuit"

    kind: Literal["model"] = "model"
    model: str = Parameter(description="The model's id.", max_length=32)
    version: int = Parameter(1, description="Which version of its lineage it is.", ge=1)

    @property
    def subject(self) -> str:
        """Return the model's id."""
        return self.model

    @property
    def served_version(self) -> int:
        """Return the number of the version."""
        return self.version

    def at(self, ctx: Context, version: int) -> "ModelServable":
        """Return another version of the same lineage; raise Invalid when there is none of that number."""
        lineage_id = visible_models(ctx).where(Model.id == self.model).with_only_columns(Model.lineage_id)
        beside = visible_models(ctx).where(Model.lineage_id.in_(lineage_id))
        found: str | None = ctx.session.scalar(beside.where(Model.version == version).with_only_columns(Model.id))
        if found is None:
            numbers = ctx.session.scalars(beside.order_by(Model.version).with_only_columns(Model.version))
            there = ", ".join(map(str, numbers))
            message = f"There is no version {version} of this model."
            raise Invalid(message, hint=f"There are: {there}.", fields=[FieldError(("version",), message)])
        return ModelServable(model=found, version=version)

    def signature(self, ctx: Context) -> dict[str, Any]:
        """Return the raw columns the model needs and what it predicts."""
        found: dict[str, Any] | None = ctx.session.scalar(self._only(ctx, Model.signature))
        if found is None:
            raise NotFound(f"There is no model {self.model!r}.")
        return found

    def answer(self, ctx: Context, inputs: Sequence[dict[str, Any]]) -> Answers:
        """Predict each input; raise Invalid with paths `["inputs", i, column]`."""
        digest: str | None = ctx.session.scalar(self._only(ctx, Model.artifact_hash))
        if digest is None:
            raise NotFound(f"There is no model {self.model!r}.")
        from modelyard.models.serving import answer

        limit = int(ctx.settings.model_memory_bytes)
        return answer(ctx.artifacts, ctx.settings.scratch, digest, inputs, memory_bytes=limit)

    def reasons(self, ctx: Context, inputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return for each input why it is predicted so; raise Invalid for too many, or for what `answer` refuses."""
        from modelyard.models.why.verbs import explain_inputs

        return explain_inputs(ctx, self.model, inputs)

    def pack(
        self, ctx: Context, *, endpoint_id: str, name: str, not_sure_below: float | None, door: Door = "api"
    ) -> Packed:
        """Return the model as a service of its own."""
        from modelyard.models.alone.packing import pack_model

        return pack_model(ctx, self.model, endpoint_id=endpoint_id, name=name, not_sure_below=not_sure_below, door=door)

    def _only(self, ctx: Context, column: Any) -> Any:
        return visible_models(ctx).where(Model.id == self.model).with_only_columns(column)
