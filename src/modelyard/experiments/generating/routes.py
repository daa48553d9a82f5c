"""HTTP of questions about a collection."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from modelyard.access.http import Ctx
from modelyard.experiments.generating import verbs
from modelyard.runs.schemas import RunOut

router = APIRouter()


class GenerateSamplesIn(BaseModel):
    """Which collection is asked about, and by whom."""

    model_config = ConfigDict(extra="forbid")

    collection: str = Field(max_length=64, description="Id of the collection.")
    llm: str = Field(max_length=200, description="Id or name of the LLM that asks.")
    n: int = Field(50, ge=1, le=1000, description="How many questions.")
    seed: int = Field(0, ge=0, lt=2**31, description="Which chunks are taken; another seed takes others.")
    name: str = Field("", max_length=200, description="What the dataset is called.")


@router.post("/samples/generate", status_code=202)
def generate_samples(ctx: Ctx, body: GenerateSamplesIn) -> RunOut:
    """Have an LLM ask about chunks of a collection; answers the run, whose result names the dataset of questions."""
    return RunOut.of(verbs.generate_samples(ctx, body.collection, body.llm, n=body.n, seed=body.seed, name=body.name))
