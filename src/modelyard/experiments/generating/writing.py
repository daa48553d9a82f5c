"""The work of the job that has questions written: chunks in turn, until there are enough that can be used."""

import json
from dataclasses import dataclass, field
from typing import Any

from modelyard.experiments.over_collection import retriever_of
from modelyard.kernel.errors import Conflict, ModelyardError
from modelyard.kernel.kinds import family
from modelyard.llm.client import client_for
from modelyard.llm.provider import Usage
from modelyard.llm.retriever import AskedPassage, Retriever
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext

TRIES_PER_QUESTION = 3
"""Chunks that are asked about for one question that can be used."""


@dataclass
class Written:
    """What has been written so far, and what it took."""

    questions: dict[str, AskedPassage] = field(default_factory=dict)
    """By the question in small letters: none is kept twice."""
    n_asked: int = 0
    n_tokens: int = 0
    usd: float | None = 0.0
    """None: nobody knows the price."""
    stopped: str | None = None

    def add(self, asked: AskedPassage | None, usage: Usage) -> None:
        """Take note of what one chunk came to."""
        self.n_asked += 1
        self.n_tokens += usage.n_input_tokens + usage.n_output_tokens
        if usage.n_input_tokens or usage.n_output_tokens:
            self.usd = None if self.usd is None or usage.cost_usd is None else self.usd + usage.cost_usd
        if asked is not None:
            self.questions.setdefault(asked.question.casefold(), asked)

    def result(self) -> dict[str, Any]:
        """Return what the run says of it."""
        n = len(self.questions)
        told = {"n_questions": n, "n_left_out": self.n_asked - n, "n_tokens": self.n_tokens, "usd": self.usd}
        return told | ({"told": self.stopped} if self.stopped else {})


def write_samples(ctx: JobContext, collection_id: str, llm_id: str, *, n: int, seed: int) -> dict[str, Any]:
    """Return the artifact of the questions, as JSON Lines, and what they took.

    An LLM that fails ends it with the questions that there are; without any its error is raised, and Conflict when the
    collection has no text to ask about.
    """
    retriever: Retriever = family("retriever").parse(retriever_of(collection_id, "lexical"))
    written = Written()
    ctx.step("Choosing chunks", 0.02)
    with acting_for_owner(ctx) as (yard, actor):
        with yard.context(actor, writes=False) as context:
            client = client_for(context, llm_id)

        found = retriever.questions(
            lambda: yard.context(actor, writes=False), client, n * TRIES_PER_QUESTION, seed=seed
        )
        try:
            for asked, usage in found:
                written.add(asked, usage)
                ctx.step(f"Question {len(written.questions):,} of {n:,}", 0.05 + 0.9 * len(written.questions) / n)
                if len(written.questions) >= n or ctx.is_finishing():
                    break
        except ModelyardError as error:
            if not written.questions:
                raise
            written.stopped = f"Stopped with {len(written.questions):,} questions: {error.message}"
            ctx.log(written.stopped, level="warning")
    _require_some(written)
    content = as_lines(list(written.questions.values()))
    return {**written.result(), "lines_hash": ctx.artifacts.put_bytes(content).hash}


def as_lines(questions: list[AskedPassage]) -> bytes:
    """Return the questions as JSON Lines with columns that samples are read from."""
    rows = (
        {
            "id": f"q{number:04}",
            "question": each.question,
            "answer": each.answer,
            "truth": each.passage,
            "quote": each.quote,
            "group": each.document,
        }
        for number, each in enumerate(questions, start=1)
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _require_some(written: Written) -> None:
    if written.questions:
        return
    if not written.n_asked:
        hint = "Add documents and sync it, or write the questions yourself."
        raise Conflict("There is no text to ask about: no chunk of this collection has enough words.", hint=hint)
    hint = "Choose an LLM that answers JSON, or write the questions yourself."
    raise Conflict(f"Nothing that the LLM wrote about {written.n_asked:,} passages can be used.", hint=hint)
