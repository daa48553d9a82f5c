"""Asking for the answers of one call: the strategy at the desk that experiments have, without an experiment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.experiments.amount import Amount
from modelyard.experiments.configurations import Configuration
from modelyard.experiments.document import Limits, Pace
from modelyard.experiments.running.desk import AnswerDesk
from modelyard.experiments.running.finding import Finders
from modelyard.experiments.running.line import Line, Tally
from modelyard.experiments.running.pacing import Gate
from modelyard.experiments.running.spending import Purse
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Among, Answer
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.client import Client

AT_ONCE = 8
"""Requests of one call that run beside each other; the yard's own turns (MODELYARD_LLM_CONCURRENCY) hold as well."""


@dataclass(frozen=True)
class FrozenExamples:
    """The worked examples that the experiment drew, frozen."""

    samples: tuple[Sample, ...]

    def __call__(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        """Return the first `n`: what is asked from outside is in no group."""
        return self.samples[:n]


async def answers_to(
    samples: Sequence[Sample],
    configuration: Configuration,
    client: Client,
    *,
    finders: Finders,
    examples: Sequence[Sample],
    is_network_allowed: bool,
) -> tuple[list[Answer], Tally]:
    """Return the answers in order and what they took together; the first one that fails ends them all.

    Raises what the LLM fails with. Nobody waits for a provider that is away beyond what its client tries.
    """
    llm = configuration.llm
    gate = Gate(llm.name, Pace(concurrency=AT_ONCE, patience_seconds=0))
    line = Line(llm, client, gate, Purse(Limits(), Amount()))
    strategy, draw, took = configuration.parsed_strategy, FrozenExamples(tuple(examples)), Tally()

    async def asked(sample: Sample) -> Answer:
        desk = AnswerDesk(
            configuration, line, repeat=0, finders=finders, draw=draw, is_network_allowed=is_network_allowed
        )
        desk.tally = took
        return await strategy.answer(sample, desk)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asked(sample)) for sample in samples]
    except BaseExceptionGroup as failed:
        known = [error for error in failed.exceptions if isinstance(error, ModelyardError)]
        raise (known or failed.exceptions)[0] from None
    return [task.result() for task in tasks], took
