"""What an Inspect task did: its answers come with its log."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer, Desk, Strategy
from modelyard.kernel.errors import Conflict
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Message

NOTHING_TO_ASK = "These answers come from a log of Inspect: nothing can be asked here."
HINT = "Run the Inspect task again, or write an experiment of your own with the same samples."


class InspectTask(Strategy):
    """What a task of Inspect did. Its answers were read from its log, and cannot be asked for again here.

    An attempt of this strategy is compared, labelled, shared and exported like any other; it is neither resumed nor
    promoted, because the solver is code of Inspect and no part of this yard.
    """

    kind: Literal["inspect"] = "inspect"
    task: str = Parameter("", max_length=500, description="The task's name.")
    solver: str = Parameter("", max_length=2000, description="The solvers that it went through.")
    model: str = Parameter("", max_length=500, description="The model that it asked, as Inspect calls it.")

    title: ClassVar[str] = "Inspect task"
    icon: ClassVar[str] = "scan-search"
    group: ClassVar[str] = "recorded"
    is_recorded: ClassVar[bool] = True

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Raise Conflict: there is nothing to ask."""
        raise Conflict(NOTHING_TO_ASK, hint=HINT)

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Raise Conflict: there is nothing to ask."""
        raise Conflict(NOTHING_TO_ASK, hint=HINT)
