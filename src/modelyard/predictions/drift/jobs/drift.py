"""The job that measures how far an endpoint's new rows are from those that its model learned from."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Actor, Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext

if TYPE_CHECKING:
    from modelyard.runs.tables import Run


class MeasureDrift(Job):
    """Compares the newest rows of an endpoint, from its calls and its batches, with the training profile.

    Each column and the predictions: population stability index, Kolmogorov and Smirnov, missing and unseen values; of
    texts the words and the lengths. An alarm is given only beyond what chance reaches with so few rows.
    """

    title: ClassVar[str] = "Measure drift"
    memory_bytes: ClassVar[int] = 110 * 2**20
    icon: ClassVar[str] = "activity"
    scope: ClassVar[Scope] = "endpoints:read"
    internal: ClassVar[bool] = True

    kind: Literal["drift"] = "drift"
    endpoint: str = Parameter(description="The endpoint.", max_length=32)
    since: datetime = Parameter(description="The first instant of the rows.")
    until: datetime = Parameter(description="The first instant after them.")
    model: str = Parameter("", description="The model whose training is compared with; filled in.", max_length=32)
    version: int | None = Parameter(None, description="Its version; filled in when the run is submitted.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze which version the rows are compared with."""
        from modelyard.endpoints.verbs import get_endpoint
        from modelyard.predictions.drift.subjects import served_model

        model = served_model(ctx, get_endpoint(ctx, self.endpoint))
        return self.model_copy(update={"model": model.id, "version": model.version})

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which endpoint is looked at."""
        from modelyard.endpoints.verbs import get_endpoint

        return f"Drift of {get_endpoint(ctx, self.endpoint).name}", "endpoint", self.endpoint

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Gather the rows and compare them."""
        from modelyard.access.actors import full_scopes
        from modelyard.kernel.clock import utc_now
        from modelyard.predictions.drift.gathering import gather
        from modelyard.predictions.drift.report import drift_report
        from modelyard.predictions.drift.subjects import inputs_and_profile

        ctx.step("Gathering the rows", 0.0)
        with ctx.session() as session:
            actor = Actor(id=ctx.owner_id, name="run", scopes=full_scopes())
            context = Context(actor, session, ctx.settings, ctx.artifacts, utc_now)
            names, profile = inputs_and_profile(context, self.model)
            found = gather(context, self.endpoint, names, version=self.version, since=self.since, until=self.until)
        ctx.step(f"Comparing {found.n_rows:,} rows with training", 0.5)
        counted = {"n_calls": found.n_calls, "n_batches": found.n_batches, "is_cut": found.is_cut}
        return {**drift_report(profile, found.recent, names), **counted}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the report, unless the endpoint is gone."""
        from modelyard.predictions.drift.keeping import keep_report

        return keep_report(ctx, self.endpoint, result, since=self.since, until=self.until, version=self.version)
