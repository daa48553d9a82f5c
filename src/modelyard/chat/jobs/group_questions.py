"""The job that finds which questions of readers mean the same."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.chat.tables import Collection
    from modelyard.runs.tables import Run


class GroupQuestions(Job):
    """Compares what the questions of a collection's readers mean, with the embedder that comes with the package.

    Nothing leaves this machine, and no question is embedded twice.
    """

    title: ClassVar[str] = "Group questions"
    memory_bytes: ClassVar[int] = 120 * 2**20
    icon: ClassVar[str] = "messages-square"
    scope: ClassVar[Scope] = "collections:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["group_questions"] = "group_questions"
    collection: str = Parameter(description="The collection.", max_length=32)

    def prepare(self, ctx: Context) -> Self:
        """Refuse a collection that is not the actor's."""
        if self._row(ctx) is None:
            raise Invalid(f"The collection {self.collection!r} is gone.")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say whose readers are meant."""
        collection = self._row(ctx)
        return f"Questions to {collection.name if collection else self.collection}", "collection", self.collection

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Embed what is new and group."""
        from modelyard.chat.readers.working import compare_questions

        return compare_questions(ctx, self.collection)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Put the groups in the place of those before."""
        from modelyard.chat.readers.working import keep_grouping

        return keep_grouping(ctx, self.collection, result)

    def _row(self, ctx: Context) -> "Collection | None":
        from modelyard.chat.ownership import visible_collections
        from modelyard.chat.tables import Collection

        return ctx.session.scalar(visible_collections(ctx).where(Collection.id == self.collection))
