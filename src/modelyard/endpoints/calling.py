"""A call from outside: answered without holding the database, then kept in the history, also when it failed."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelyard.endpoints.servable import Answers, Took
from modelyard.endpoints.tables import Call
from modelyard.endpoints.verbs import Streamed, answer_call, record_call, require_inputs, served
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, ModelyardError, NotFound
from modelyard.kernel.yard import Yard


@dataclass
class _Attempt:
    """One call while it is answered: who answers is known before the answer, and also when it is refused."""

    endpoint_id: str
    inputs: Sequence[dict[str, Any]]
    asked_version: int | None
    explain: bool = False
    version: int | None = None

    def answer(self, yard: Yard, actor: Actor) -> Answers:
        """Answer from what the endpoint serves now, in a transaction that only reads; who asks an LLM holds none."""
        with yard.context(actor, writes=False) as ctx:
            found = served(ctx, self.endpoint_id, version=self.asked_version)
            self.version = found.servable.served_version
            # Reasons first: what asks for those of too many rows is refused before any is predicted.
            reasons = found.servable.reasons(ctx, self.inputs) if self.explain else None
            answers = None if found.servable.asks_others else answer_call(ctx, found.servable, self.inputs)
        if answers is None:
            require_inputs(self.inputs)
            answers = found.servable.answer_from_others(yard, actor, self.inputs)
        return judged(answers, found.not_sure_below, reasons)


def judged(answers: Answers, not_sure_below: float | None, reasons: list[dict[str, Any]] | None = None) -> Answers:
    """Return the answers, each with whether it is sure (None: nobody said when it is) and, if asked for, why."""
    outputs = [{**output, "is_sure": _is_sure(output, not_sure_below)} for output in answers.outputs]
    if reasons is not None:
        outputs = [{**output, "why": why} for output, why in zip(outputs, reasons, strict=True)]
    return replace(answers, outputs=outputs)


def _is_sure(output: dict[str, Any], not_sure_below: float | None) -> bool | None:
    probabilities = output.get("probabilities")
    if not_sure_below is None or not probabilities:
        return None
    return bool(probabilities[output["prediction"]] >= not_sure_below)


def call_endpoint(
    yard: Yard,
    actor: Actor,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    *,
    version: int | None = None,
    explain: bool = False,
) -> Call:
    """Answer and keep the call; a refused one is kept too before its error is raised.

    `version` asks a version that need not be the promoted one, `explain` the reasons of each answer too. Two
    transactions: the first only reads, so that loading a model never keeps a writer waiting.
    """
    started = time.perf_counter()
    attempt = _Attempt(endpoint_id, inputs, version, explain)
    try:
        answers = _answered(attempt, yard, actor)
    except Invalid as error:
        _keep_refused(yard, actor, attempt, error, time.perf_counter() - started)
        raise
    latency_seconds = time.perf_counter() - started
    with yard.context(actor) as ctx:
        return record_call(
            ctx,
            endpoint_id,
            inputs,
            answers=answers,
            latency_seconds=latency_seconds,
            version=attempt.version,
            streamed=_at_once(answers.took),
        )


def _answered(attempt: _Attempt, yard: Yard, actor: Actor) -> Answers:
    try:
        return attempt.answer(yard, actor)
    except NotFound:
        # What was served may have been deleted between two reads, with another put in its place: look once more.
        return attempt.answer(yard, actor)


def _at_once(took: Took | None) -> Streamed | None:
    """Return what a call keeps of an LLM that answered in one piece."""
    if took is None:
        return None
    return Streamed(None, None, took.n_input_tokens, took.n_output_tokens, took.cost_usd)


def _keep_refused(yard: Yard, actor: Actor, attempt: _Attempt, error: ModelyardError, latency_seconds: float) -> None:
    with yard.context(actor) as ctx:
        inputs = [{name: storable(value) for name, value in row.items()} for row in attempt.inputs]
        record_call(
            ctx,
            attempt.endpoint_id,
            inputs,
            answers=None,
            latency_seconds=latency_seconds,
            version=attempt.version,
            error=error,
        )


def storable(value: Any) -> Any:
    """Return a cell without what PostgreSQL's JSON does not know, infinities and NUL characters, which are refused."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return value.replace("\0", "�")
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value
