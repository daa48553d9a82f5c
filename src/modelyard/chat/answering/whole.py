"""A question answered as a whole: for jobs, tests of quality and the terminal."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing

from modelyard.chat.answering.answer import Answer, Answering
from modelyard.chat.answering.asked import Question
from modelyard.chat.answering.desk import Desk
from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.ownership import owned_collection
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.background import wait_for


def answer_question(
    yard: Yard, collection: Collection, question: str, *, actor: Actor, history: Sequence[PastTurn] = ()
) -> Answer:
    """Return the answer to a question as a reader would get it; blocking, keeps no call. Raises the errors of LLMs."""
    with yard.context(actor, writes=False) as ctx:
        desk = Desk.of(yard, ctx, owned_collection(ctx, collection.id))
    return wait_for(_answered(desk, Question(question=question), tuple(history)))


async def _answered(desk: Desk, question: Question, history: tuple[PastTurn, ...]) -> Answer:
    began = time.perf_counter()
    own = question.asked(None)
    whole, usage = await desk.made_whole(own, history)
    # In a thread: a hosted embedder is waited for, and that on the loop which this runs on.
    reading = await asyncio.to_thread(desk.read, question, own, whole, history)
    answering = Answering(reading, desk.client, usage=usage)
    async with aclosing(answering.pieces()) as pieces:
        async for _ in pieces:
            pass
    answering.answer.seconds = time.perf_counter() - began
    return answering.answer
