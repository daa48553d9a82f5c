"""Search in a collection, for agents."""

from dataclasses import dataclass
from typing import Any

from modelyard.experiments.reading.passages import numbered
from modelyard.experiments.strategy import Desk
from modelyard.experiments.tools.tool import Observation

MOST_CHARACTERS = 12_000
"""Of passages that are shown at once."""


@dataclass(frozen=True)
class Search:
    """Finds passages of a collection."""

    retriever: dict[str, Any]
    k: int
    name: str = "search"
    about: str = "Finds passages of the documents at hand; takes a question or key words."

    async def use(self, asked: str, desk: Desk) -> Observation:
        """Return the best passages, numbered."""
        if not asked.strip():
            raise ValueError("Nothing was asked for.")
        found = await desk.find(self.retriever, asked, k=self.k)
        return Observation(numbered(found)[:MOST_CHARACTERS] or "Nothing was found.", found)
