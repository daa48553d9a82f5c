"""Scoring right after each answer: judges behind the gates of their LLMs, vectors computed once."""

import asyncio
import json
import traceback
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.experiments.answer_details import plain
from modelyard.experiments.errors import BudgetSpent, NotAsked
from modelyard.experiments.running.line import Line, Tally
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NotJson, Score, Scorer
from modelyard.experiments.strategy import Answer
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.client import Client
from modelyard.llm.provider import Message, Wish

if TYPE_CHECKING:
    import numpy as np

MOST_VECTORS = 20_000
"""Kept for questions and answers that come again; 30 MB at 384 numbers each."""


class Scoring:
    """What scorers ask through (`modelyard.experiments.scorer.ScoringDesk`), and the scores of an answer."""

    def __init__(
        self,
        scorers: Sequence[tuple[str, Scorer]],
        lines: Callable[[str], Line],
        embedders: Callable[[str | None], Client],
        log: Callable[[str], None],
    ) -> None:
        self.tally = Tally()
        """What judges and embedders took in this run."""
        self.spent: str | None = None
        """Why judges are not asked any more."""
        self._scorers = scorers
        self._lines = lines
        self._embedders = embedders
        self._clients: dict[str | None, Client] = {}
        self._vectors: OrderedDict[tuple[str | None, str], Any] = OrderedDict()
        self._log = log
        self._told: set[str] = set()

    async def scores(self, sample: Sample, answer: Answer) -> dict[str, Any]:
        """Return the scores as answers keep them, by the scorer's name.

        Those that could not be asked for any more are left out; a later run of the attempt makes them.
        """
        made: dict[str, Any] = {}
        for name, scorer in self._scorers:
            try:
                made[name] = _document(await self._score(name, scorer, sample, answer))
            except BudgetSpent as error:
                self.spent = error.message
            except NotAsked:
                continue
        return made

    async def judge(self, llm: str, messages: Sequence[Message], schema: dict[str, Any], *, max_tokens: int) -> Any:
        """Return the JSON document that an LLM answers; raise NotJson for prose, and for what was cut."""
        said = await self._lines(llm).ask(messages, Wish(max_tokens=max_tokens, schema=schema, seed=0), self.tally)
        text = said.text.strip()
        if text.startswith("```"):
            text = text.strip("`").removeprefix("json").strip()
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            cut = f"The judge came to no end in {max_tokens:,} tokens" if said.finish == "length" else None
            raise NotJson(f"{cut or 'The judge answered no JSON'}: {said.text[:200]!r}") from None

    async def embed(self, embedder: str | None, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        """Return float32 vectors of length 1, shape `(n_texts, n_dimensions)`."""
        import numpy as np

        absent = list(dict.fromkeys(text for text in texts if (embedder, text) not in self._vectors))
        if absent:
            if embedder not in self._clients:
                self._clients[embedder] = await asyncio.to_thread(self._embedders, embedder)
            made = await asyncio.to_thread(self._clients[embedder].embed, absent, "passage")
            self._vectors.update({(embedder, text): vector for text, vector in zip(absent, made, strict=True)})
        found = [self._vectors[embedder, text] for text in texts]
        while len(self._vectors) > MOST_VECTORS:
            self._vectors.popitem(last=False)
        return np.stack(found) if found else np.zeros((0, 0), dtype=np.float32)

    async def _score(self, name: str, scorer: Scorer, sample: Sample, answer: Answer) -> Score:
        try:
            return await scorer.score(sample, answer, self)
        except (BudgetSpent, NotAsked):
            raise
        except ModelyardError as error:
            return Score.not_scorable(error.message)
        except NotJson as error:
            return Score.not_scorable(str(error))
        except Exception as error:
            if name not in self._told:
                self._told.add(name)
                self._log(f"The scorer {name} failed:\n{traceback.format_exc()}")
            return Score.not_scorable(f"The scorer failed ({type(error).__name__}: {str(error)[:200]}).")


def _document(score: Score) -> dict[str, Any]:
    if score.value is not None and not 0 <= score.value <= 1:
        score = Score.not_scorable(f"The scorer gave {score.value!r}, which is no score from 0 to 1.")
    document = {"value": score.value, "why": score.why[:2000]}
    return plain({**document, "details": score.details} if score.details else document)  # type: ignore[no-any-return]
