"""Making a page's variant: kept blocks as they are, the others by an LLM in pieces, told as they come."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

import anyio
from anyio.to_thread import run_sync

from modelyard.chat.answering.answer import added
from modelyard.chat.variants.asking import MarkedReader, request_for
from modelyard.chat.variants.blocks import MadeBlock, Part, is_made, kept, made, parts_of, pieces
from modelyard.chat.variants.keeping import LEASE, Kept, look, release, renew, save, take
from modelyard.chat.variants.verbs import Plan
from modelyard.endpoints.turns import Event
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict, ModelyardError
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard
from modelyard.llm.provider import End, Piece, Text, Usage

LOOK_SECONDS = 0.7
"""How often somebody looks who waits for what another makes."""
T = TypeVar("T")


class TakenOver(Conflict):
    """Another made the page meanwhile, because this maker was silent for too long."""

    default_hint = "Ask again: what is made is kept."


@dataclass
class Making:
    """One reader's wait for a variant; the reader who comes first makes it, the others read along."""

    yard: Yard
    actor: Actor
    plan: Plan
    maker: str = field(default_factory=lambda: new_id("mk"))
    blocks: dict[int, MadeBlock] = field(default_factory=dict)
    """What is made or kept so far, by number."""
    usage: Usage = field(default_factory=Usage)
    _texts: dict[tuple[int, int], str | None] = field(default_factory=dict)
    """Parts of blocks that came; None: nothing usable did."""

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield `meta`, then `delta` and `block` as they come, then `done` or `error`; never raises but when closed.

        A block replaces its deltas. Closing ends the request to the LLM; what is made is kept.
        """
        began = perf_counter()
        yield Event("meta", self._meta())
        try:
            first = await self._state()
            is_kept = first.is_whole
            async with aclosing(self._until_whole(first)) as events:
                async for event in events:
                    yield event
        except ModelyardError as error:
            yield Event("error", {"error": error.code, "detail": error.message, "hint": error.hint})
            return
        yield Event("done", {**self._done(), "is_cached": is_kept, "seconds": round(perf_counter() - began, 3)})

    async def _until_whole(self, state: Kept) -> AsyncGenerator[Event, None]:
        while True:
            self.usage = state.usage
            for block in state.blocks:
                if block.i not in self.blocks:
                    self.blocks[block.i] = block
                    yield self._block(block)
            if state.is_whole:
                return
            if state.is_mine:
                async with aclosing(self._made_here()) as events:
                    async for event in events:
                        yield event
                return
            await anyio.sleep(LOOK_SECONDS)
            state = await self._state()

    async def _made_here(self) -> AsyncGenerator[Event, None]:
        try:
            parsed, wish = self.plan.parsed, self.plan.wish
            numbers = [i for i in range(len(parsed.blocks)) if i not in self.blocks]
            wanted = [part for i in numbers if is_made(parsed, i, wish) for part in parts_of(parsed, i)]
            for piece in pieces(wanted):
                for event in self._kept_before(piece[-1].block):
                    yield event
                async with aclosing(self._asked(piece)) as events:
                    async for event in events:
                        yield event
                finished = self._finished(wanted)
                await self._save(is_whole=False)  # before it is told: who goes away now leaves it to others
                for event in finished:
                    yield event
            rest = self._kept_before(len(parsed.blocks))
            await self._save(is_whole=all(block.state != "failed" for block in self.blocks.values()))
            for event in rest:
                yield event
        finally:
            with anyio.CancelScope(shield=True):
                await self._write(lambda ctx: release(ctx, self.plan.key, self.maker))

    async def _asked(self, piece: Sequence[Part]) -> AsyncGenerator[Event, None]:
        """Ask for the parts together, then once more for each by itself that did not come whole."""
        async with aclosing(self._request(piece)) as events:
            async for event in events:
                yield event
        for part in piece if len(piece) > 1 else ():
            if self._texts[part.block, part.place] is None:
                async with aclosing(self._request([part])) as events:
                    async for event in events:
                        yield event

    async def _request(self, parts: Sequence[Part]) -> AsyncGenerator[Event, None]:
        request = request_for(self.plan.wish, self.plan.title, parts)
        reader = MarkedReader(request)
        is_cut = True
        async with aclosing(self.plan.client.complete(request.messages, request.wish)) as answer:
            async for piece in _renewing(answer, self._renew):
                if isinstance(piece, Text):
                    for number, text in reader.feed(piece.text):
                        yield Event("delta", {"i": parts[number - 1].block, "text": text})
                elif isinstance(piece, End):
                    self.usage = added(self.usage, piece.usage)
                    is_cut = piece.finish != "stop"
        reader.end(is_cut=is_cut)
        for number, part in enumerate(parts, 1):
            self._texts[part.block, part.place] = _storable(reader.text(number))

    def _finished(self, wanted: Sequence[Part]) -> list[Event]:
        """Put the blocks together whose parts have all been asked for."""
        events = []
        for i in dict.fromkeys(part.block for part in wanted):
            parts = [part for part in wanted if part.block == i]
            if i in self.blocks or not all((i, part.place) in self._texts for part in parts):
                continue
            texts = [self._texts[i, part.place] for part in parts]
            if None in texts:
                block = kept(self.plan.parsed, i, "failed")
            else:
                whole = "".join(f"{part.joiner}{text}" for part, text in zip(parts, texts, strict=True))
                block = made(self.plan.parsed, i, whole, self.plan.wish)
            self.blocks[i] = block
            events.append(self._block(block))
        return events

    def _kept_before(self, end: int) -> list[Event]:
        events = []
        for i in range(end):
            if i not in self.blocks and not is_made(self.plan.parsed, i, self.plan.wish):
                self.blocks[i] = kept(self.plan.parsed, i)
                events.append(self._block(self.blocks[i]))
        return events

    @staticmethod
    def _block(block: MadeBlock) -> Event:
        return Event("block", block.model_dump(mode="json"))

    async def _state(self) -> Kept:
        """Return what there is; become the maker when nobody is."""

        def seen() -> Kept | None:
            with self.yard.context(self.actor, writes=False) as ctx:
                return look(ctx, self.plan.key)

        kept = await run_sync(seen)
        return kept if kept is not None else await self._write(self._take)

    def _take(self, ctx: Context) -> Kept:
        plan = self.plan
        return take(ctx, plan.key, self.maker, collection_id=plan.collection_id, document_id=plan.document_id)

    async def _save(self, *, is_whole: bool) -> None:
        # What failed is not kept: whoever asks next has it tried again.
        usable = [block for i, block in sorted(self.blocks.items()) if block.state != "failed"]
        is_mine = await self._write(
            lambda ctx: save(ctx, self.plan.key, self.maker, usable, self.usage, is_whole=is_whole)
        )
        if not is_mine:
            raise TakenOver("Another reader's request makes this page now.")

    async def _renew(self) -> None:
        await self._write(lambda ctx: renew(ctx, self.plan.key, self.maker))

    async def _write(self, work: Callable[[Context], T]) -> T:
        """Do a bit of work in a thread, in a transaction of its own: none is open while an LLM is waited for."""

        def within() -> T:
            with self.yard.context(self.actor) as ctx:
                return work(ctx)

        return await run_sync(within)

    def _meta(self) -> dict[str, Any]:
        plan, info = self.plan, self.plan.client.info
        return {
            "document_id": plan.document_id,
            "text_hash": plan.text_hash,
            "title": plan.title,
            "wish": plan.wish.key,
            "language": plan.parsed.language,
            "n_blocks": len(plan.parsed.blocks),
            "llm": {"provider_kind": info.provider_kind, "name": info.name, "is_scripted": info.is_scripted},
        }

    def _done(self) -> dict[str, Any]:
        states = [block.state for block in self.blocks.values()]
        return {
            "n_made": states.count("made"),
            "n_kept": states.count("kept"),
            "n_failed": states.count("failed"),
            "usage": {
                "n_input_tokens": self.usage.n_input_tokens,
                "n_output_tokens": self.usage.n_output_tokens,
                "cost_usd": self.usage.cost_usd,
            },
        }


def _storable(text: str | None) -> str | None:
    """Return what an LLM wrote without what no database keeps: NUL and half characters."""
    return None if text is None else text.replace("\0", "").encode("utf-8", "replace").decode()


async def _renewing(answer: AsyncIterator[Piece], renew: Callable[[], Awaitable[None]]) -> AsyncIterator[Piece]:
    """Yield the pieces, and renew the lease while none comes for long."""
    waiting: asyncio.Future[Piece] | None = None
    renewed_at = perf_counter()
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(answer))
            await asyncio.wait({waiting}, timeout=LEASE.total_seconds() / 3)
            if perf_counter() - renewed_at > LEASE.total_seconds() / 3:
                renewed_at = perf_counter()
                await renew()
            if waiting.done():
                finished, waiting = waiting, None
                try:
                    piece = finished.result()
                except StopAsyncIteration:
                    return
                yield piece
    finally:
        if waiting is not None:
            waiting.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting
