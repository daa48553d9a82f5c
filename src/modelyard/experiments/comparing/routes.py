"""HTTP of results."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from modelyard.access.http import Ctx
from modelyard.experiments.comparing import verbs
from modelyard.experiments.comparing.document import ExperimentResults
from modelyard.experiments.comparing.planning import SampleSizeOut, plan_sample_size
from modelyard.kernel.errors import FieldError, Invalid

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**31)]
Share = Annotated[float, Query(ge=0, le=1)]


@router.get("/sample-size")
def get_sample_size(
    ctx: Ctx,
    effect: Annotated[float, Query(ge=0.001, lt=1, description="The difference of shares right that is to be seen.")],
    baseline: Annotated[Share, Query(description="Share that the weaker one has right.")] = 0.5,
    discordance: Annotated[
        float | None, Query(ge=0, le=1, description="Share of samples that only one has right; empty: assumed.")
    ] = None,
    configurations: Annotated[int, Query(ge=2, le=200, description="How many are compared, each with each.")] = 2,
) -> SampleSizeOut:
    """Say how many samples it takes to see a difference in 80 of 100 experiments."""
    return plan_sample_size(ctx, effect, baseline, discordance=discordance, n_configurations=configurations)


@router.get("/compare")
def compare_attempts(
    ctx: Ctx,
    named: Annotated[
        str, Query(alias="with", max_length=500, description="Attempts with commas: id of the experiment:number.")
    ],
) -> ExperimentResults:
    """Set attempts of the same or of several experiments beside each other, on the samples that all of them asked."""
    return verbs.compare_attempts(ctx, [_named(part) for part in named.split(",") if part.strip()])


@router.get("/{experiment_id}/attempts/{number}/results", response_model=ExperimentResults)
def get_results(ctx: Ctx, experiment_id: str, number: Number) -> Response:
    """Return the comparison of an attempt; while it runs, of the answers that are there."""
    return Response(verbs.results_json(ctx, experiment_id, number), media_type="application/json")


def _named(part: str) -> tuple[str, int | None]:
    experiment_id, _, number = part.strip().partition(":")
    if number and not (number.isascii() and number.isdigit() and int(number) < 2**31):
        message = f"{number!r} is no number of an attempt."
        raise Invalid(message, hint="with=ex_…:1,ex_…:2", fields=[FieldError(("with",), message)])
    return experiment_id, int(number) if number else None
