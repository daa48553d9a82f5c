"""Search in Wikipedia, for agents of experiments that may use the network."""

from dataclasses import dataclass
from typing import Any

from modelyard.experiments.strategy import Desk
from modelyard.experiments.tools.tool import Observation
from modelyard.llm.found import FoundPassage

MOST_PAGES = 3
LONGEST_EXTRACT = 2_000
"""Characters of each page's introduction."""


@dataclass(frozen=True)
class Wikipedia:
    """Finds introductions of articles."""

    language: str = "en"
    name: str = "wikipedia"
    about: str = "Finds articles of Wikipedia and returns how they begin; takes a few key words."

    async def use(self, asked: str, desk: Desk) -> Observation:
        """Return how the best articles begin; raise Forbidden where the network is not allowed."""
        if not asked.strip():
            raise ValueError("Nothing was asked for.")
        found = await desk.fetch(f"https://{self.language}.wikipedia.org/w/api.php", _query(asked.strip()[:300]))
        pages = _pages(found)
        text = "\n\n".join(f"{page.title}: {page.text}" for page in pages)
        return Observation(text or "Nothing was found.", tuple(pages))


def _query(words: str) -> dict[str, str]:
    return {
        **{"action": "query", "format": "json", "formatversion": "2", "generator": "search", "gsrsearch": words},
        **{"gsrlimit": str(MOST_PAGES), "prop": "extracts|info", "inprop": "url", "exintro": "1", "explaintext": "1"},
        **{"exlimit": str(MOST_PAGES)},
    }


def _pages(answer: Any) -> list[FoundPassage]:
    """Return the pages of an answer of the MediaWiki API, best first; raise ValueError for another answer."""
    if not isinstance(answer, dict):
        raise ValueError("Wikipedia did not answer as its API does.")
    pages = answer.get("query", {}).get("pages", [])
    ordered = sorted((page for page in pages if page.get("extract")), key=lambda page: page.get("index", 0))
    return [
        FoundPassage(
            page["extract"][:LONGEST_EXTRACT],
            str(page.get("title", "")),
            str(page.get("pageid", "")),
            page.get("fullurl"),
        )
        for page in ordered
    ]
