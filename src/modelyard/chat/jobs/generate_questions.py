"""The job that writes test questions from the chunks of a collection."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.chat.tables import Collection
    from modelyard.runs.tables import Run


class GenerateQuestions(Job):
    """Writes test questions from chunks of a collection, each with the words of its chunk that answer it.

    The collection's LLM writes them; without one, rules make questions of headings and of sentences that define
    something. A share are questions that the documents do not answer. They are marked as generated: look at them
    before you believe figures.
    """

    title: ClassVar[str] = "Generate test questions"
    memory_bytes: ClassVar[int] = 95 * 2**20
    icon: ClassVar[str] = "sparkles"
    scope: ClassVar[Scope] = "collections:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["generate_questions"] = "generate_questions"
    collection: str = Parameter(description="The collection.", max_length=32)
    n: int = Parameter(20, ge=1, le=200, description="Questions in all.")
    unanswerable_fraction: float = Parameter(
        0.2, ge=0, le=0.5, description="Share of questions that the documents do not answer.", unit="fraction"
    )
    seed: int = Parameter(0, ge=0, le=2**31, description="Which chunks are taken; another seed takes others.")

    def prepare(self, ctx: Context) -> Self:
        """Refuse a collection that is not the actor's."""
        if self._row(ctx) is None:
            raise Invalid(f"The collection {self.collection!r} is gone.")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which collection is asked about."""
        collection = self._row(ctx)
        return f"Questions about {collection.name if collection else self.collection}", "collection", self.collection

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Write the questions."""
        from modelyard.chat.quality.writing import write_questions

        return write_questions(
            ctx, self.collection, n=self.n, unanswerable_fraction=self.unanswerable_fraction, seed=self.seed
        )

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Add the questions that are not there yet, unless the collection is gone."""
        from modelyard.chat.quality.adding import add_generated

        written = result.pop("questions")
        return {**result, "n_added": add_generated(ctx, self.collection, written)}

    def _row(self, ctx: Context) -> "Collection | None":
        from modelyard.chat.ownership import visible_collections
        from modelyard.chat.tables import Collection

        return ctx.session.scalar(visible_collections(ctx).where(Collection.id == self.collection))
