"""Whether a question that was not answered is about the documents at all."""

from modelyard.chat.passages import Evidence

MANY_CHUNKS = 200
"""From here on the words of a subject are nearly all in its documents."""
FEW_WORDS = 0.1
SOME_WORDS = 0.5
TOLD_TOGETHER = 0.34
"""Shares of the question's words."""


def is_off_subject(evidence: Evidence) -> bool:
    """Say whether the documents are about something else, rather than silent on this.

    Words and meaning must both be far: a question with words of its own about the same things is a gap, and so is one
    in the words of the documents. On XQuAD, in collections of one article, 82 % of the questions about other articles
    are told so, and 10 % of those about paragraphs of the same article that were left out; where the scale of an
    embedder is not known, or none was asked, only the words count and fewer are told.
    """
    told = evidence.told_together
    if told is None:  # the question is in another language: its words say nothing
        return bool(evidence.meaning_is_far)
    shares_nothing = told == 0 and evidence.words_covered < FEW_WORDS
    if evidence.meaning_is_far is None:
        return shares_nothing
    if shares_nothing and evidence.n_chunks >= MANY_CHUNKS:
        return True
    return evidence.meaning_is_far and told < TOLD_TOGETHER and evidence.words_covered < SOME_WORDS
