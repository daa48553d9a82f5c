"""The retrievers of an attempt: opened once, asked from threads of their own."""

import asyncio
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from modelyard.kernel.kinds import family
from modelyard.llm.found import FoundPassage
from modelyard.llm.retriever import Finder, Opening, Retriever

N_THREADS = 4
"""Searching computes: more threads than this would only wait for each other."""


class Finders:
    """The finders of an attempt, by the documents of their retrievers."""

    def __init__(self, opening: Opening, retrievers: Iterable[dict[str, Any]]) -> None:
        """Open the finders; raise NotFound, or Invalid for a method that cannot be used here."""
        self._finders: dict[str, Finder] = {}
        for document in retrievers:
            if _key(document) not in self._finders:
                retriever: Retriever = family("retriever").parse(document)
                self._finders[_key(document)] = retriever.open(opening)
        self._threads = ThreadPoolExecutor(N_THREADS, thread_name_prefix="finding")

    def version(self, retriever: dict[str, Any] | None) -> str | None:
        """Return the version of what can be found."""
        return None if retriever is None else self._finders[_key(retriever)].version

    async def find(self, retriever: dict[str, Any], question: str, *, k: int) -> tuple[FoundPassage, ...]:
        """Return the best `k` passages, best first."""
        finder = self._finders[_key(retriever)]
        loop = asyncio.get_running_loop()
        return tuple(await loop.run_in_executor(self._threads, lambda: finder.find(question, k=k)))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _key(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True)
