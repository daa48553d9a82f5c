"""Reasons of engines that read a text themselves: what they say of each word, with its place in the row's text."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from modelyard.models.chain import Chain, replay
from modelyard.models.engine import TextReasons
from modelyard.models.why.reasons import Reason, Why, merged

if TYPE_CHECKING:
    import polars as pl


def language_whys(chain: Chain, frame: "pl.DataFrame") -> list[Why] | None:
    """Explain raw rows; None when the engine does not tell of words itself."""
    if len(chain.fitted.features) != 1 or chain.fitted.classes is None:
        return None
    (column,) = chain.fitted.features
    texts = replay(chain, frame).get_column(column).to_list()
    told = [chain.engine.text_reasons(chain.fitted, text or "") for text in texts]
    raw = frame.get_column(column).to_list() if column in frame.columns else [None] * len(texts)
    found = [_why(chain, column, each, text) for each, text in zip(told, raw, strict=True) if each is not None]
    return found if len(found) == len(texts) else None


def _why(chain: Chain, column: str, told: TextReasons, text: str | None) -> Why:
    reasons = merged(_placed(column, told.words, text or ""))
    classes = chain.fitted.classes or ()
    return Why(classes, told.of, told.base, told.score, reasons, "log-odds", told.method)


def _placed(column: str, words: Iterable[tuple[str, float]], text: str) -> Iterator[Reason]:
    """Yield the words in their order, each with where it stands; one that the text does not have has no place."""
    done = 0
    for word, contribution in words:
        start = text.find(word, done)
        yield Reason(word, column, None, contribution, ((start, start + len(word)),) if start >= 0 else ())
        done = start + len(word) if start >= 0 else done
