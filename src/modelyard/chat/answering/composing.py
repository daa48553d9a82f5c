"""An answer composed while it comes: marks are checked and numbered anew, sentences without one are looked up.

What goes out is text with `[1]`, `[2]`, … in the order of the list of citations; each citation goes before its mark.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from modelyard.chat.answering.citations import Citation, Citations, Ground, checked
from modelyard.chat.answering.markers import Code, Item, Mark, MarkReader, Prose, Ref
from modelyard.data.words.sentences import ends_sentence
from modelyard.data.words.support import telling_words

FEWEST_WORDS = 3
"""Telling words of a sentence that claims something; `Here is how:` does not."""
MOST_REPEATED = 3
CODE_SUPPORTED_FROM = 0.95
"""Of code nearly every word must stand in a passage: one other name is another command."""
_MOST_LISTED = 20
_DECORATION = re.compile(r"^[\s>#*•\-|]+|[*_`|]+")
_HANGING = ".,;:!?)"


@dataclass
class Composed:
    """What came of an answer."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    n_claims: int = 0
    """Sentences that claim something."""

    @property
    def is_unbacked(self) -> bool:
        """Whether it claims something and cites nothing."""
        return self.n_claims > 0 and not self.citations


class Composer:
    """Takes the pieces of an LLM's answer, gives text and citations; `composed` is what went out."""

    def __init__(
        self,
        grounds: Sequence[Ground],
        *,
        question: str,
        language: str | None,
        supported_from: float,
        secret: str = "",
    ) -> None:
        self._grounds = {ground.number: ground for ground in grounds}
        self._question, self._language, self._supported_from = question, language, supported_from
        self._addresses = {ground.passage.url.partition("#")[0] for ground in grounds if ground.passage.url}
        self._reader = MarkReader(self._may_link, self._is_known, secret=secret)
        self._citations = Citations()
        self._sentence = ""
        self._since_mark = ""
        self._before = ""
        """The sentence before this one."""
        self._is_cited = self._is_over = self._has_dropped = False
        self._said: Counter[str] = Counter()
        self._gap = ""
        """Spaces that wait for what follows them."""
        self.composed = Composed(citations=self._citations.all)

    @property
    def is_looping(self) -> bool:
        """Whether the LLM says the same again and again: small ones do, until they are stopped."""
        return any(n >= MOST_REPEATED for n in self._said.values())

    def feed(self, piece: str) -> Iterator[str | Citation]:
        """Yield what may go out now."""
        for item in self._reader.feed(piece):
            yield from self._told(self._item(item))

    def end(self) -> Iterator[str | Citation]:
        """Yield the rest."""
        for item in self._reader.end():
            yield from self._told(self._item(item))
        yield from self._told(self._finish_sentence())

    def _told(self, outs: Iterator[str | Citation]) -> Iterator[str | Citation]:
        for out in outs:
            if isinstance(out, str):
                self.composed.text += out
            yield out

    def _item(self, item: Item) -> Iterator[str | Citation]:
        match item:
            case Mark(refs):
                yield from self._mark(refs)
            case Code(text):
                yield from self._begin_next(text)
                yield self._out(text)
            case Prose(text):
                yield from self._prose(text)

    def _prose(self, text: str) -> Iterator[str | Citation]:
        for part in re.findall(r"\s|\S+", text):
            if part.isspace():
                self._is_over = self._is_over or part == "\n" or ends_sentence(self._sentence.rstrip("*_"))
                self._gap += part
                continue
            yield from self._begin_next(part)
            yield self._out(part)

    def _begin_next(self, text: str) -> Iterator[str | Citation]:
        """End the sentence that is over before its next one, and let the spaces out."""
        if self._is_over:
            yield from self._finish_sentence()
        if self._gap and not (self._has_dropped and text[:1] in _HANGING):
            yield self._out(self._gap)
        self._gap, self._has_dropped = "", False

    def _out(self, text: str) -> str:
        self._sentence += text
        self._since_mark += text
        return text

    def _mark(self, refs: Sequence[Ref]) -> Iterator[str | Citation]:
        claim = self._claim()
        numbers: list[int] = []
        for ref in refs:
            ground = self._grounds.get(ref.number)
            span = checked(ground, ref.quote, claim, self._language) if ground else None
            if ground is None or span is None:
                continue
            citation, is_new = self._citations.cite(ground, span)
            if is_new:
                yield citation
            if citation.n not in numbers:
                numbers.append(citation.n)
        if not numbers:
            self._has_dropped = True
            return
        self._is_cited, self._since_mark = True, ""
        space = "" if self._is_over else self._gap
        if space:
            self._gap = ""
        elif self._is_over:
            space = self._before_mark()
        yield space + "".join(f"[{n}]" for n in numbers)

    def _before_mark(self) -> str:
        """Return what parts a mark from its sentence; behind a fence it would keep the code from ending."""
        return "\n" if self.composed.text.endswith("```") else " "

    def _claim(self) -> str:
        """Return what a mark here stands for: the words since the last one, the sentence, the one before."""
        for text in (self._since_mark, self._sentence, self._before):
            if len(telling_words(text, self._language)) >= 2:
                return text
        return self._question

    def _finish_sentence(self) -> Iterator[str | Citation]:
        sentence = _DECORATION.sub("", self._sentence).strip()
        needed = CODE_SUPPORTED_FROM if "```" in self._sentence else self._supported_from
        is_cited, is_heading = self._is_cited, self._sentence.lstrip().startswith("#")
        if sentence:
            self._before = sentence
        self._sentence = self._since_mark = ""
        self._is_cited = self._is_over = False
        words = telling_words(sentence, self._language)
        claims = len(words) >= FEWEST_WORDS or any(word.is_hard for word in words)
        if is_heading or not claims or sentence.endswith((":", "?")):
            return
        self.composed.n_claims += 1
        self._said[sentence] += 1
        if not is_cited:
            yield from self._look_up(sentence, needed)

    def _look_up(self, sentence: str, needed: float) -> Iterator[str | Citation]:
        """Cite the passage that backs a sentence which cites none, or list the sentence as unsupported."""
        found = [(ground.support(sentence, self._language), ground) for ground in self._grounds.values()]
        support, ground = max(found, key=lambda pair: pair[0].share, default=(None, None))
        if support is None or ground is None or support.share < needed:
            listed = self.composed.unsupported
            if len(listed) < _MOST_LISTED and sentence[:500] not in listed:
                listed.append(sentence[:500])
            return
        citation, is_new = self._citations.cite(ground, support.span)
        if is_new:
            yield citation
        yield f"{self._before_mark()}[{citation.n}]"

    def _may_link(self, address: str) -> bool:
        return address.partition("#")[0] in self._addresses

    def _is_known(self, address: str) -> bool:
        return address.partition("#")[0] in self._addresses or any(
            address in ground.passage.text for ground in self._grounds.values()
        )
