"""What can be done to get samples from a collection: have an LLM ask about its chunks."""

from contextlib import nullcontext

from modelyard.experiments.configurations import known_provider
from modelyard.experiments.over_collection import retriever_of
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import family
from modelyard.llm.retriever import Retriever
from modelyard.llm.verbs import find_llm
from modelyard.runs.job import Job
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit


def generate_samples(ctx: Context, collection_id: str, llm: str, *, n: int = 50, seed: int = 0, name: str = "") -> Run:
    """Start a run that has an LLM (id or name) ask about drawn chunks and keeps its questions as a dataset.

    Each has the passage that it was asked about as its truth. Raises NotFound for a collection or an LLM that is not
    there, Invalid for an LLM that gives no answers.
    """
    ctx.require("experiments:write")
    retriever: Retriever = family("retriever").parse(retriever_of(collection_id, "lexical"))
    retriever.open(lambda: nullcontext(ctx))
    row = find_llm(ctx, llm)
    if not known_provider(row).can_complete:
        message = f"{row.name!r} makes embeddings and asks nothing."
        raise Invalid(message, hint="Choose an LLM that answers.", fields=[FieldError(("llm",), message)])
    stated = {"collection": collection_id, "llm": row.id, "n": n, "seed": seed, "name": name}
    job: Job = family("job").parse({"kind": "generate_samples", **stated})
    return submit(ctx, job)
