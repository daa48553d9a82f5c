"""Shapes of page variants in answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from modelyard.chat.variants.verbs import Offer
from modelyard.chat.variants.wishes import LANGUAGES, LEVELS, Level


class LanguageOut(BaseModel):
    """A language that pages can be translated to."""

    code: str
    name: str


class MadeVariantOut(BaseModel):
    """A variant that is there, or begun: asking for it again costs nothing, or only the rest."""

    wish: str
    is_whole: bool
    n_blocks: int
    created_at: datetime


class VariantOfferOut(BaseModel):
    """What can be wished of a page; `why_not` says why nothing can."""

    available: bool
    why_not: str | None
    llm: str | None
    is_scripted: bool
    language: str | None
    """What the page is in."""
    levels: list[Level]
    languages: list[LanguageOut]
    made: list[MadeVariantOut]

    @classmethod
    def of(cls, offer: Offer) -> "VariantOfferOut":
        """Return the answer for an offer."""
        made = [
            MadeVariantOut(wish=row.wish, is_whole=row.is_whole, n_blocks=len(row.blocks), created_at=row.created_at)
            for row in offer.made
        ]
        languages = [
            LanguageOut(code=code, name=name) for code, name in LANGUAGES.items() if code != (offer.language or "")
        ]
        return cls(
            available=offer.why_not is None,
            why_not=offer.why_not,
            llm=offer.llm,
            is_scripted=offer.is_scripted,
            language=offer.language,
            levels=list(LEVELS),
            languages=languages,
            made=made,
        )


_EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": _EVENT}},
        "description": "Events `meta`, then `delta` {i, text} and `block` {i, kind, state, text, start, end, doubts} "
        "as they come (a block replaces its deltas), then `done` or `error`.",
    }
}
