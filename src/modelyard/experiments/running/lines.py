"""The LLMs of an attempt, those that answer and those that judge, each with one gate."""

from modelyard.experiments.configurations import FrozenLlm, freeze_llm, identity_of
from modelyard.experiments.counting import spent_so_far
from modelyard.experiments.running.line import Line
from modelyard.experiments.running.pacing import Gate
from modelyard.experiments.running.plan import Plan
from modelyard.experiments.running.spending import Purse
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.llm.client import client_of
from modelyard.llm.tables import Llm
from modelyard.llm.verbs import find_llm, get_llm
from modelyard.runs.job import JobContext

NO_LIMIT = 100_000


class Lines:
    """The lines of an attempt; made on the event loop that asks."""

    def __init__(self, ctx: JobContext, yard: Yard, actor: Actor, plan: Plan) -> None:
        """Open the clients; raise NotFound for an LLM that is gone, Conflict for one that is another now."""
        self._settings = unhurried(ctx.settings)
        self._plan = plan
        self._lines: dict[str, Line] = {}
        self.answering: dict[str, Line] = {}
        """By the LLM's id."""
        self.judging: dict[str, Line] = {}
        """By what a scorer calls its LLM."""
        with yard.context(actor, writes=False) as context:
            self.purse = Purse(plan.document.budget, spent_so_far(context.session, plan.attempt_id))
            for configuration in plan.configurations:
                self.answering[configuration.llm.id] = self._answering(context, configuration.llm)
            for _, scorer in plan.document.parsed_scorers:
                if scorer.llm:
                    row = find_llm(context, scorer.llm)
                    self.judging[scorer.llm] = self._line(context, row, freeze_llm(row))

    @property
    def all(self) -> list[Line]:
        """Every line once."""
        return list(self._lines.values())

    def told_closed(self) -> str | None:
        """Return why answers of an LLM are missing; None when none was closed."""
        closed = [line for line in self._lines.values() if line.gate.closed is not None]
        told = [f"{line.llm.name} was not asked any more: {line.gate.closed}" for line in closed]
        return " ".join([*told, "Resume when it answers again."]) if told else None

    def _answering(self, context: Context, frozen: FrozenLlm) -> Line:
        row = get_llm(context, frozen.id)
        if identity_of(row.provider) != frozen.identity:
            raise Conflict(f"{frozen.name} was changed since this attempt started.", hint="Start a new attempt.")
        return self._line(context, row, frozen)

    def _line(self, context: Context, row: Llm, frozen: FrozenLlm) -> Line:
        if row.id not in self._lines:
            client = client_of(context.session, row, self._settings, context.clock)
            self._lines[row.id] = Line(frozen, client, Gate(row.name, self._plan.document.pace), self.purse)
        return self._lines[row.id]


def unhurried(settings: Settings) -> Settings:
    """Return the settings of the experiment's own clients.

    The document's pace takes the place of the process's turns (MODELYARD_LLM_CONCURRENCY), which are one number for
    chats that know nothing of each other; and the gate that of a request's own retries (MODELYARD_LLM_MAX_ATTEMPTS):
    64 requests that each wait for themselves ask a provider that is away 64 times as often. Time limits stay.
    """
    return settings.model_copy(update={"llm_concurrency": NO_LIMIT, "llm_max_attempts": 1})
