"""Whether what an answer cites holds it."""

import re
from typing import ClassVar, Literal

from modelyard.data.words.claims import is_held
from modelyard.data.words.sentences import sentences
from modelyard.data.words.support import stems_in, telling_words
from modelyard.experiments.reading.passages import language_in
from modelyard.experiments.reading.refusals import declines
from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Score, Scorer, ScoringDesk
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Parameter

LONGEST = 20_000
"""Characters of an answer that are looked at."""
_CITED = re.compile(r"\[(\d{1,3}(?:, ?\d{1,3})*)\]")
_AFTER_STOP = re.compile(r"([.!?…]) ?((?:\[\d{1,3}(?:, ?\d{1,3})*\] ?)+)")


class Citation(Scorer):
    """How many of the answer's citations name a passage that holds the sentence they stand in.

    A citation is `[1]` and the like; it is right when there is a passage of that number and the passage has enough of
    the sentence's words and every one of its numbers. An answer that rests on passages and cites none scores 0; one
    that declines cites nothing and is not scored.
    """

    kind: Literal["citation"] = "citation"
    at_least: float = Parameter(0.5, ge=0, le=1, description="Share of a sentence's words that the passage must have.")

    title: ClassVar[str] = "Citations"
    icon: ClassVar[str] = "quote"
    group: ClassVar[str] = "passages"
    is_share: ClassVar[bool] = False
    needs_answer: ClassVar[bool] = False

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return the share of citations that are right."""
        if answer.trace:
            return Score.not_scorable("An agent's passages are numbered anew at every search.")
        if not answer.passages:
            return Score.not_scorable("There were no passages to cite.")
        cited = list(_citations(answer.text[:LONGEST]))
        if not cited:
            if declines(answer.parsed):
                return Score.not_scorable("The answer declines, and cites nothing.")
            return Score(0.0, "The answer cites nothing.")
        wrong = [fault for number, sentence in cited if (fault := self._fault(number, sentence, answer)) is not None]
        return Score(
            1 - len(wrong) / len(cited), " ".join(wrong[:3]), {"cited": sorted({number for number, _ in cited})}
        )

    def _fault(self, number: int, sentence: str, answer: Answer) -> str | None:
        """Return what is wrong with a citation, or None."""
        if not 1 <= number <= len(answer.passages):
            return f"There is no passage [{number}]."
        passage = answer.passages[number - 1]
        read = " ".join((passage.title, *passage.headings, passage.text))
        language = language_in(read)
        claim = telling_words(sentence, language)
        is_right = is_held(claim, stems_in(read, language), at_least=self.at_least)
        return None if is_right else f"[{number}] does not hold: {sentence[:200]}"


def _citations(text: str) -> list[tuple[int, str]]:
    """Return the numbers cited, each with the sentence it stands in; one after a stop belongs to what is before."""
    moved = _AFTER_STOP.sub(lambda found: f" {found[2].strip()}{found[1]} ", text)
    found: list[tuple[int, str]] = []
    for span in sentences(moved):
        sentence = moved[span.start : span.end]
        plain = _CITED.sub("", sentence).strip()
        found += [(int(number), plain) for group in _CITED.findall(sentence) for number in group.split(",")]
    return found
