"""Trying an LLM: one short request, and what came of it kept with the row."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.sealing import SealBroken
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, client_of
from modelyard.llm.provider import Message, Usage, Wish
from modelyard.llm.verbs import get_llm

_SHOWN = 400


@dataclass(frozen=True)
class Check:
    """What came of a try: the beginning of the answer, or what to do about the error."""

    is_ok: bool
    seconds: float
    text: str | None = None
    error: dict[str, Any] | None = None
    usage: Usage | None = None
    dimensions: int | None = None
    """How long the vectors are, of what embeds."""


def check_llm(yard: Yard, actor: Actor, llm_id: str) -> Check:
    """Ask the LLM something and embed a word, and keep what came of it; an LLM that fails is an answer, no error.

    No database session is open while the provider is asked. Raises NotFound.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("llms:write")
        row = get_llm(ctx, llm_id)
        try:
            client = client_of(ctx.session, row, ctx.settings, ctx.clock)
        except (SealBroken, Invalid) as error:
            client, check = None, _failed(error, 0.0)
    if client is not None:
        check = try_llm(client)
    with yard.context(actor) as ctx:
        row = get_llm(ctx, llm_id)
        row.check, row.checked_at = asdict(check), ctx.clock()
    return check


def try_llm(client: Client) -> Check:
    """Return what came of one short answer and one vector, of what the provider has of the two."""
    began = time.perf_counter()
    text, usage, dimensions = None, None, None
    try:
        if client.info.completes:
            answered = client.complete_text([Message("user", client.trial())], Wish(max_tokens=16))
            text, usage = answered.text.strip()[:_SHOWN], answered.usage
        if client.info.embeds:
            dimensions = int(client.embed(["sky"], "passage").shape[1])
    except ModelyardError as error:
        return _failed(error, time.perf_counter() - began)
    return Check(True, time.perf_counter() - began, text, None, usage, dimensions)


def _failed(error: ModelyardError, seconds: float) -> Check:
    return Check(False, seconds, error={"error": error.code, "detail": error.message, "hint": error.hint})
