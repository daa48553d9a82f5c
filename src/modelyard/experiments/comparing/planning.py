"""How many samples an experiment should have, asked before it runs."""

import math
from typing import Self

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.statistics.power import SampleSize, sample_size
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid


class SampleSizeOut(BaseModel):
    """How many samples it takes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    n: int
    """On the same samples for both, as experiments here ask."""
    n_unpaired: int
    """What it would take with other samples for each."""
    discordance: float
    """Share of samples that only one of two has right, as stated or assumed."""
    is_assumed: bool
    told: str
    """In a sentence."""

    @classmethod
    def of(cls, found: SampleSize, effect: float) -> Self:
        """Return the answer."""
        gap = f"{100 * effect:g}".rstrip(".")
        told = f"To see a {gap}-point difference in 80 of 100 experiments you need about {found.n:,} samples."
        return cls(
            n=found.n,
            n_unpaired=found.n_unpaired,
            discordance=found.discordance,
            is_assumed=found.is_assumed,
            told=told,
        )


def plan_sample_size(
    ctx: Context, effect: float, baseline: float, *, discordance: float | None = None, n_configurations: int = 2
) -> SampleSizeOut:
    """Return how many samples show a difference of shares; where it leads above 1 it is looked for below `baseline`.

    Raises Invalid for shares that cannot be.
    """
    ctx.require("experiments:read")
    signed = effect if baseline + effect <= 1 else -effect
    try:
        found = sample_size(signed, baseline, discordance=discordance, n_pairs=math.comb(max(2, n_configurations), 2))
    except ValueError as error:
        raise Invalid(str(error), hint="State shares between 0 and 1: 0.05 is 5 points.") from None
    return SampleSizeOut.of(found, effect)
