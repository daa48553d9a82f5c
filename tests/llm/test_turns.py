"""Turns at a provider: across threads and event loops, first come, first served, none lost."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelyard.llm.errors import LlmBusy
from modelyard.llm.turns import Turns


def test_threads_and_loops_share_turns() -> None:
    turns, lock = Turns(3), threading.Lock()
    at_once = most = 0

    def enter(by: int) -> None:
        nonlocal at_once, most
        with lock:
            at_once += by
            most = max(most, at_once)

    def in_thread() -> None:
        with turns.hold_here(10):
            enter(1)
            time.sleep(0.005)
            enter(-1)

    async def in_loop() -> None:
        async with turns.hold(10):
            enter(1)
            await asyncio.sleep(0.005)
            enter(-1)

    async def many() -> None:
        await asyncio.gather(*(in_loop() for _ in range(20)))

    with ThreadPoolExecutor(8) as threads:
        work = [threads.submit(in_thread) for _ in range(20)] + [threads.submit(asyncio.run, many()) for _ in range(2)]
        for future in work:
            future.result(timeout=10)
    assert most == 3


def test_whoever_gives_up_leaves_no_turn_taken() -> None:
    turns = Turns(1)

    async def scene() -> None:
        async with turns.hold(1):
            with pytest.raises(LlmBusy, match="1 requests are at this provider"):
                await turns.hold(0.02).__aenter__()
            waiting = asyncio.create_task(turns.hold(5).__aenter__())
            await asyncio.sleep(0.01)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        async with turns.hold(0.1):
            pass

    asyncio.run(scene())
    with turns.hold_here(0.1), pytest.raises(LlmBusy), turns.hold_here(0.02):
        pass
    with turns.hold_here(0.1):
        pass


def test_a_turn_that_comes_while_somebody_gives_up_is_handed_on() -> None:
    """Cancelled in the same breath as the turn is given: it goes on to the next, or is free."""
    turns = Turns(1)

    async def scene() -> None:
        for _ in range(50):
            first = turns.hold(5)
            await first.__aenter__()
            second = asyncio.create_task(turns.hold(5).__aenter__())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await first.__aexit__(None, None, None)
            second.cancel()
            try:
                await second
            except asyncio.CancelledError:
                pass
            else:
                turns._give()
            async with turns.hold(0.5):
                pass

    asyncio.run(scene())
