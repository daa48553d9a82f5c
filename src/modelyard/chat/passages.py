"""What retrieval gives to answering: passages, and how strong the evidence is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A stretch of a document as it may be cited: one chunk, or neighbours of one section merged."""

    chunk_ids: tuple[int, ...]
    document_id: str
    text_hash: str
    """The version of the document's text that `start` and `end` count in."""
    title: str
    headings: tuple[str, ...]
    url: str | None
    """With the anchor of the section, without a text fragment."""
    page: int | None
    start: int
    end: int
    text: str
    """The document's from `start` to `end`; white space between merged chunks is as long, maybe of another kind."""
    score: float
    """Of the fusion, 0–1, the best possible is 1."""
    words_rank: int | None
    """Its place by words, from 1; None: not among those looked at."""
    meaning_rank: int | None


@dataclass(frozen=True)
class Evidence:
    """What speaks for the collection knowing the answer; the features of the abstention's calibration."""

    words_score: float | None
    """Of the best chunk, divided by the best score that a chunk with all words of the question could have (0–1)."""
    words_covered: float
    """Share of the question's words (no stop words, weighted by rarity) that the best passages hold together, 0–1."""
    meaning_score: float | None
    """Cosine of the best chunk; None where the embedder does not know the language."""
    meaning_margin: float | None
    """By how much it is above the mean cosine of the chunks behind it."""
    n_chunks: int = 0
    """Of the collection: what is far from a thousand chunks is farther than what is far from three."""
    meaning_is_far: bool | None = None
    """Whether the best chunk is no nearer than texts about something else are; None: not known of this embedder."""
    told_together: float | None = None
    """Share of the question's words (but for those of the titles) that a few sentences in a row hold, 0-1; None: not
    looked at."""


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question, best first."""

    searched_for: str
    """The question as it was searched: rewritten when it was a follow-up."""
    language: str | None
    passages: tuple[Passage, ...]
    evidence: Evidence
    nearest_headings: tuple[tuple[str, ...], ...]
    """Heading paths of the best chunks, to offer when there is no answer."""
    seconds: float
    notes: tuple[str, ...] = ()
    """Sentences worth telling, such as that only words could be compared."""
