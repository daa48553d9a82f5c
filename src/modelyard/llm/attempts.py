"""Requests to a provider: in turn, within their time, and tried again when that makes sense."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, nullcontext
from typing import TypeVar

from modelyard.kernel.settings import Settings
from modelyard.llm.errors import LlmBusy, LlmTookTooLong, LlmUnavailable
from modelyard.llm.provider import Access, Message, Piece, Provider, Wish
from modelyard.llm.turns import Turns, turns_at

T = TypeVar("T")

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
"""A provider that asks for a longer wait is not asked again: whoever waits for an answer hears of it instead."""

_prepared: set[str] = set()
"""Kinds whose libraries this process has imported."""


async def complete(
    provider: Provider, messages: Sequence[Message], wish: Wish, access: Access
) -> AsyncGenerator[Piece]:
    """Stream the first attempt that begins to answer; nothing is tried again once a piece has come."""
    if provider.kind_name() not in _prepared:
        await asyncio.to_thread(provider.prepare)
        _prepared.add(provider.kind_name())
    limits = access.settings
    patience = limits.llm_first_piece_timeout.total_seconds()
    deadline = asyncio.get_running_loop().time() + limits.llm_timeout.total_seconds()
    turns, waits = _turns(provider, limits), _waits(limits.llm_max_attempts)
    while True:
        has_begun = False
        try:
            async with (
                turns.hold(patience) if turns else nullcontext(),
                aclosing(provider.complete(messages, wish, access)) as pieces,
                aclosing(_in_time(pieces, patience, deadline, provider.name)) as timely,
            ):
                async for piece in timely:
                    has_begun = True
                    yield piece
            return
        except LlmUnavailable as error:
            wait = None if has_begun else _wait_after(error, waits)
            if wait is None or asyncio.get_running_loop().time() + wait > deadline:
                raise
        await asyncio.sleep(wait)


def tried(provider: Provider, access: Access, request: Callable[[], T]) -> T:
    """Return what a blocking request came to, after as many attempts as it took."""
    limits = access.settings
    turns, waits = _turns(provider, limits), _waits(limits.llm_max_attempts)
    while True:
        try:
            with turns.hold_here(limits.llm_first_piece_timeout.total_seconds()) if turns else nullcontext():
                return request()
        except LlmUnavailable as error:
            wait = _wait_after(error, waits)
            if wait is None:
                raise
        time.sleep(wait)


def _turns(provider: Provider, limits: Settings) -> Turns | None:
    """Return the turns at the provider's address; what is computed in this process has its own order."""
    if provider.address is None:
        return None
    return turns_at(f"{provider.kind_name()} {provider.address}", limits.llm_concurrency)


async def _in_time(pieces: AsyncGenerator[Piece], patience: float, deadline: float, name: str) -> AsyncGenerator[Piece]:
    """Yield the pieces; raise LlmTookTooLong when one does not come in time. Only the provider's time counts."""
    clock = asyncio.get_running_loop().time
    has_begun = False
    while True:
        left = deadline - clock()
        try:
            async with asyncio.timeout(max(0.0, min(patience, left))):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _too_late(name, patience, has_begun=has_begun, is_over=left <= patience) from None
        has_begun = True
        yield piece


def _too_late(name: str, patience: float, *, has_begun: bool, is_over: bool) -> LlmTookTooLong:
    if is_over:
        return LlmTookTooLong(f"{name} did not finish its answer in time.")
    what = "paused in the middle of its answer" if has_begun else "did not begin to answer"
    return LlmTookTooLong(f"{name} {what} for {patience:g} seconds.")


def _waits(n_attempts: int) -> Iterator[float]:
    """Yield the wait before each further attempt: doubled each time, and spread so that not all come at once."""
    for number in range(n_attempts - 1):
        yield min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**number) * random.uniform(0.5, 1.0)


def _wait_after(error: LlmUnavailable, waits: Iterator[float]) -> float | None:
    """Return how long to wait before the next attempt; None: there is none."""
    wait = next(waits, None)
    if wait is None or isinstance(error, LlmTookTooLong):
        return None
    asked = error.retry_after_seconds if isinstance(error, LlmBusy) else None
    if asked is None:
        return wait
    return max(wait, asked) if asked <= LONGEST_WAIT_SECONDS else None
