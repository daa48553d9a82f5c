"""The job that asks a collection its test questions."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.chat.tables import Collection
    from modelyard.runs.tables import Run


class MeasureQuality(Job):
    """Asks a collection its test questions and scores what is found, answered, cited and left unanswered.

    Every figure has a 95 % interval and how it changed since the measurement before, on the same questions. It can be
    stopped early with what it has.
    """

    title: ClassVar[str] = "Measure quality"
    memory_bytes: ClassVar[int] = 250 * 2**20
    icon: ClassVar[str] = "gauge"
    scope: ClassVar[Scope] = "collections:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["measure_quality"] = "measure_quality"
    collection: str = Parameter(description="The collection that is asked.", max_length=32)
    question_set: str = Parameter(description="The frozen set of test questions.", max_length=32)
    questions: str = Parameter("", description="SHA-256 of the set; filled in when the run is submitted.")
    dataset: str | None = Parameter(None, description="The dataset that the set is too; filled in likewise.")
    judge: bool = Parameter(
        True, description="Whether an LLM judges the answers too: the one set as judge, else that of the collection."
    )

    answers: bool = Parameter(True, description="Whether answers are asked for; else only searching is measured.")

    def prepare(self, ctx: Context) -> Self:
        """Freeze which questions are asked."""
        from modelyard.chat.quality.tables import QuestionSet

        row = ctx.session.get(QuestionSet, self.question_set)
        if self._row(ctx) is None or row is None or row.collection_id != self.collection:
            raise Invalid(f"The collection {self.collection!r} or its test questions are gone.")
        return self.model_copy(update={"questions": row.rows_hash, "dataset": row.dataset_id})

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which collection is measured."""
        collection = self._row(ctx)
        return f"Quality of {collection.name if collection else self.collection}", "collection", self.collection

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Ask and score."""
        from modelyard.chat.quality.job import measure_collection

        return measure_collection(
            ctx, self.collection, questions=self.questions, has_judge=self.judge, answers=self.answers
        )

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the scores, unless the collection is gone."""
        from modelyard.chat.quality.keeping import keep_measurement

        return keep_measurement(
            ctx,
            self.collection,
            run_id=run.id,
            question_set_id=self.question_set,
            dataset_id=self.dataset,
            result=result,
        )

    def _row(self, ctx: Context) -> "Collection | None":
        from modelyard.chat.ownership import visible_collections
        from modelyard.chat.tables import Collection

        return ctx.session.scalar(visible_collections(ctx).where(Collection.id == self.collection))
