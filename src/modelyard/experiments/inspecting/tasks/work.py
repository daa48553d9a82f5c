"""The work of the job: the LLMs opened, the task run, its logs read as an attempt and kept."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.experiments.configurations import FrozenLlm, freeze_llm
from modelyard.experiments.inspecting.stating import configurations_of
from modelyard.experiments.inspecting.taking import Came
from modelyard.experiments.inspecting.tasks.model import API
from modelyard.experiments.inspecting.tasks.running import options_of, run_task
from modelyard.experiments.inspecting.work import read_in
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, client_of
from modelyard.llm.verbs import find_llm, get_llm
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext


@dataclass(frozen=True)
class Asked:
    """What the job states, in its words."""

    attempt: str
    file: str
    digest: str
    task: str
    llms: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    limit: int | None
    epochs: int | None
    concurrency: int
    name: str
    group_by: str


def work_on(ctx: JobContext, asked: Asked) -> dict[str, Any]:
    """Run a task; return how its attempt ended, and the logs as artifacts with their sizes."""
    options = options_of(
        limit=asked.limit, epochs=asked.epochs, concurrency=asked.concurrency, arguments=asked.arguments
    )
    with acting_for_owner(ctx) as (yard, actor):
        frozen = _frozen(yard, actor, asked.llms)
        logs = run_task(
            ctx,
            Path(asked.file),
            asked.digest,
            task=asked.task,
            models=list(frozen),
            client_named=_clients(yard, actor, frozen),
            options=options,
        )
    ended = read_in(ctx, asked.attempt, logs, name=asked.name, group_by=asked.group_by, configured=_with_llms(frozen))
    kept = [ctx.artifacts.put_file(path) for path in logs]
    return {**ended, "logs": [(blob.hash, blob.size_bytes) for blob in kept]}


def _frozen(yard: Yard, actor: Actor, llm_ids: Sequence[str]) -> dict[str, FrozenLlm]:
    """Return the LLMs by what Inspect calls them: their names, or ids where two have the same name."""
    with yard.context(actor, writes=False) as context:
        llms = [freeze_llm(get_llm(context, llm_id)) for llm_id in llm_ids]
    shared = {name for name, n in Counter(llm.name for llm in llms).items() if n > 1}
    return {llm.id if llm.name in shared else llm.name: llm for llm in llms}


def _clients(yard: Yard, actor: Actor, chosen: Mapping[str, FrozenLlm]) -> Callable[[str], Client]:
    """Return what opens each LLM once: one of those that were chosen, or another of this yard by id or name."""
    opened: dict[str, Client] = {}

    def named(name: str) -> Client:
        if name not in opened:
            with yard.context(actor, writes=False) as context:
                row = get_llm(context, chosen[name].id) if name in chosen else find_llm(context, name)
                opened[name] = client_of(context.session, row, context.settings, context.clock)
        return opened[name]

    return named


def _with_llms(frozen: Mapping[str, FrozenLlm]) -> Callable[[Came], list[dict[str, Any]]]:
    """Return what states the configurations with the LLMs of this yard in the place of the log's models."""
    by_model = {f"{API}/{name}": llm.model_dump(mode="json") for name, llm in frozen.items()}

    def configured(came: Came) -> list[dict[str, Any]]:
        stated = zip(configurations_of(came.headers), came.headers, strict=True)
        return [{**each, "llm": by_model.get(header.model, each["llm"])} for each, header in stated]

    return configured
