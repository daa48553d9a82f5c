"""Shapes of what a search found."""

from pydantic import BaseModel, ConfigDict

_OF_ROWS = ConfigDict(from_attributes=True)


class PassageOut(BaseModel):
    """A passage: one chunk, or neighbours of a section merged; `start` and `end` count in the text of `text_hash`."""

    model_config = _OF_ROWS

    chunk_ids: list[int]
    document_id: str
    text_hash: str
    title: str
    headings: list[str]
    url: str | None
    page: int | None
    start: int
    end: int
    text: str
    score: float
    words_rank: int | None
    meaning_rank: int | None


class EvidenceOut(BaseModel):
    """What speaks for the collection knowing the answer, each 0–1."""

    model_config = _OF_ROWS

    words_score: float | None
    words_covered: float
    meaning_score: float | None
    meaning_margin: float | None


class RetrievedOut(BaseModel):
    """The passages that were found, best first, and how strong their evidence is."""

    model_config = _OF_ROWS

    searched_for: str
    language: str | None
    passages: list[PassageOut]
    evidence: EvidenceOut
    nearest_headings: list[list[str]]
    seconds: float
    """In the index; the embedding of the question is not in it."""
    notes: list[str]
