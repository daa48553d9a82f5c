"""What an endpoint stands before when it serves a model."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from modelyard.endpoints.servable import Answers, Servable
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model


class ModelServable(Servable):
    """A model of the registry: rows in, a class with probabilities or a number out."""

    title: ClassVar[str] = "Model"
    icon: ClassVar[str] = "brain-circuit"

    kind: Literal["model"] = "model"
    model: str = Parameter(description="The model's id.", max_length=32)

    @property
    def subject(self) -> str:
        """Return the model's id."""
        return self.model

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

        return answer(ctx.artifacts, ctx.settings.scratch, digest, inputs)

    def _only(self, ctx: Context, column: Any) -> Any:
        return visible_models(ctx).where(Model.id == self.model).with_only_columns(column)
