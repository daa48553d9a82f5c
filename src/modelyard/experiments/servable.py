"""What an endpoint stands before when it serves the configuration that won an experiment."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

from modelyard.endpoints.servable import Answers, Servable, Took
from modelyard.experiments.configurations import Configuration, identity_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.serving.inputs import samples_in, signature_of
from modelyard.experiments.strategy import Answer
from modelyard.kernel.context import Actor, Context, Scope
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import Parameter
from modelyard.kernel.yard import Yard
from modelyard.llm.background import wait_for
from modelyard.llm.client import Client, client_for
from modelyard.llm.ownership import visible_llms
from modelyard.llm.tables import Llm

_ENDED = {
    "no_answer": "nothing in what the LLM said could be read as an answer.",
    "step_limit": "the agent came to no answer in the steps that it may take.",
    "loop": "the agent went in circles.",
}


class StrategyServable(Servable):
    """A strategy with an LLM, as an experiment chose it: a question in, an answer out; with labels, a classifier.

    It answers as it did in the experiment: the same prompt, the same parameters, the same worked examples.
    """

    title: ClassVar[str] = "Strategy"
    icon: ClassVar[str] = "flask-conical"
    scope: ClassVar[Scope] = "experiments:write"
    asks_others: ClassVar[bool] = True

    kind: Literal["strategy"] = "strategy"
    experiment: str = Parameter(description="Id of the experiment that chose it.", max_length=32)
    configuration: dict[str, Any] = Parameter(description="Strategy, LLM and parameters, as the attempt froze them.")
    examples: tuple[dict[str, Any], ...] = Parameter((), description="The worked examples that the experiment drew.")
    allow_network: bool = Parameter(False, description="Whether its tools may ask the network (Wikipedia).")
    example: str = Parameter("", description="A question of the experiment, shown in forms.")
    chosen_by: dict[str, Any] = Parameter(default_factory=dict, description="The evidence that it was chosen by.")

    @property
    def subject(self) -> str:
        """Return the experiment's id."""
        return self.experiment

    def signature(self, ctx: Context) -> dict[str, Any]:
        """Return the question and the answer, as the form and the docs show them."""
        return signature_of(self._frozen.parsed_strategy, example=self.example, chosen_by=self.chosen_by)

    def answer_from_others(self, yard: Yard, actor: Actor, inputs: Sequence[dict[str, Any]]) -> Answers:
        """Ask the LLM for each input.

        Raises Invalid with paths `["inputs", i, name]`, what the LLM fails with, and NotFound for a collection that an
        agent searches and that is gone.
        """
        from modelyard.experiments.running.finding import Finders
        from modelyard.experiments.serving.answering import answers_to

        frozen = self._frozen
        samples = samples_in(frozen.parsed_strategy, inputs)
        with yard.context(actor, writes=False) as ctx:
            client, warnings = self._client(ctx, frozen)
        retriever = frozen.parsed_strategy.retriever
        try:
            finders = Finders(lambda: yard.context(actor, writes=False), [] if retriever is None else [retriever])
        except NotFound:
            hint = "Promote a configuration that searches another one to this endpoint."
            raise NotFound("The collection that this endpoint searches was deleted.", hint=hint) from None
        try:
            work = answers_to(
                samples,
                frozen,
                client,
                finders=finders,
                examples=[Sample(**_tuples(each)) for each in self.examples],
                is_network_allowed=self.allow_network,
            )
            answers, took = wait_for(work)
        finally:
            finders.close()
        warnings += [told for row, each in enumerate(answers) for told in _told(each, row)]
        outputs = [{"prediction": each.parsed} for each in answers]
        return Answers(outputs, warnings, Took(took.n_input_tokens, took.n_output_tokens, took.cost_usd))

    @property
    def _frozen(self) -> Configuration:
        return Configuration.model_validate(self.configuration)

    def _client(self, ctx: Context, frozen: Configuration) -> tuple[Client, list[str]]:
        """Return the LLM's client, with a warning when it is another than the experiment asked."""
        row = ctx.session.scalar(visible_llms(ctx).where(Llm.id == frozen.llm.id))
        if row is None:
            hint = "Promote a configuration with another LLM to this endpoint."
            raise NotFound(f"The LLM {frozen.llm.name!r} of this endpoint was deleted.", hint=hint)
        is_same = identity_of(row.provider) == frozen.llm.identity
        changed = f"{row.name} was changed since the experiment chose it: it may answer worse than the evidence says."
        return client_for(ctx, row.id), [] if is_same else [changed]


def _tuples(sample: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in sample.items()}


def _told(answer: Answer, row: int) -> Iterator[str]:
    """Yield what a caller should know of an answer."""
    if answer.ended in _ENDED:
        yield f"Input {row + 1}: {_ENDED[answer.ended]}"
    elif answer.is_cut:
        yield f"Input {row + 1}: the answer was cut at the most tokens it may have."
    for step in answer.trace:
        if step.error and step.tool == "search":
            yield f"Input {row + 1}: a search came to nothing ({step.error[:200]})."
