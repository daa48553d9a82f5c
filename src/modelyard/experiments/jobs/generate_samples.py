"""The job that has an LLM ask about the chunks of a collection."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.runs.tables import Run

FILENAME = "questions.jsonl"


class GenerateSamples(Job):
    """Has an LLM ask questions about drawn chunks of a collection, every document in turn, and keeps them as a dataset.

    Each question comes with its answer, the words that say it and the passage it was asked about, as the truth that
    searching is scored by. Look at them before you believe figures. It can be stopped early with what it has.
    """

    title: ClassVar[str] = "Questions from a collection"
    memory_bytes: ClassVar[int] = 95 * 2**20
    icon: ClassVar[str] = "sparkles"
    scope: ClassVar[Scope] = "experiments:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["generate_samples"] = "generate_samples"
    collection: str = Parameter(description="The collection that is asked about.", max_length=64)
    llm: str = Parameter(description="Id of the LLM that asks.", max_length=32)
    n: int = Parameter(50, ge=1, le=1000, description="How many questions.")
    seed: int = Parameter(0, ge=0, lt=2**31, description="Which chunks are taken; another seed takes others.")
    name: str = Parameter("", max_length=200, description="What the dataset is called.")

    def prepare(self, ctx: Context) -> Self:
        """Refuse an actor who may not keep datasets: the LLM would be asked for nothing."""
        ctx.require("data:write")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say what is asked about."""
        return self.name or self.title, "collection", self.collection

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Have the questions written."""
        from modelyard.experiments.generating.writing import write_samples

        return write_samples(ctx, self.collection, self.llm, n=self.n, seed=self.seed)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Keep the questions as a dataset, which is read like any other."""
        from modelyard.data.verbs import create_dataset_from_file

        lines = ctx.artifacts.read_bytes(result.pop("lines_hash"))
        ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ctx.settings.scratch) as folder:
            path = Path(folder) / FILENAME
            path.write_bytes(lines)
            dataset = create_dataset_from_file(ctx, self.name or "Questions", path, filename=FILENAME)
        return {**result, "dataset_id": dataset.id}
