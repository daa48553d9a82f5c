"""What can be asked about the words of a batch: the most frequent, their cloud, those that tell two groups apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from modelyard.data.words.clouds import CloudWord, cloud_svg, is_drawable, lay_out
from modelyard.data.words.log_odds import CLEAR_Z, TellingWord, log_odds
from modelyard.data.words.stop_words import languages, own_stop_words, stop_words
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.models.charts.theme import Theme
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import Results, open_results
from modelyard.predictions.words.colors import class_colors, paper
from modelyard.predictions.words.counting import Counted, cloud_words, count_words
from modelyard.predictions.words.reading import chosen_column, text_columns

By = Literal["class", "label", "batch"]
MAX_STOP_WORDS = 100
MAX_TELLING = 30
_NOTHING_CLEAR = "No word is clearly oftener in one of the two; more rows would show smaller differences."


@dataclass(frozen=True)
class Question:
    """Which texts, and which words of them. `stop`: a list of one's own, beside that of the language."""

    column: str | None = None
    class_: str | None = None
    label: str | None = None
    language: str | None = None
    stop: str = ""

    @property
    def filters(self) -> RowFilters:
        """The rows whose texts are read."""
        return RowFilters(class_=self.class_ or None, label=self.label or None)


@dataclass(frozen=True)
class Words:
    """The most frequent words. `stop_words` are those left out that the texts have, the most frequent first."""

    n_texts: int
    n_counted: int
    column: str
    columns: list[str]
    language: str | None
    words: list[CloudWord]
    stop_words: list[str]
    not_drawn: list[str]
    """Words that no bundled font has: they are missing in the cloud."""
    classes: tuple[str, ...] | None
    told: str


@dataclass(frozen=True)
class Telling:
    """Words that are clearly oftener in the texts of `a` than of `b`, and the other way round."""

    a: list[TellingWord]
    b: list[TellingWord]
    n_a: int
    n_b: int
    language: str | None
    told: str


def batch_words(ctx: Context, batch_id: str, question: Question, *, limit: int = 100) -> Words:
    """Return the words that most texts of a batch have, without stop-words."""
    ctx.require("endpoints:read")
    with open_results(ctx, batch_id) as results:
        column = chosen_column(results, question.column)
        found = _counted(results, column, question)
        left_out = stop_words(found.language) | own_stop_words(question.stop)
        words = cloud_words(found, left_out=left_out, limit=limit)
        seen = [word for word, _ in found.counts.frequent(len(found.counts.texts)) if word in left_out]
        return Words(
            n_texts=found.n_texts,
            n_counted=found.counts.n_texts,
            column=column,
            columns=text_columns(results),
            language=found.language,
            words=words,
            stop_words=seen[:MAX_STOP_WORDS],
            not_drawn=[each.word for each in words if not is_drawable(each.word)],
            classes=results.classes,
            told=_told(found, n_words=len(words), n_left_out=len(seen)),
        )


def word_cloud(ctx: Context, batch_id: str, question: Question, *, limit: int = 100, theme: Theme = "light") -> str:
    """Return the cloud as SVG; a word has the colour of the class that it tells, or that was asked for."""
    ctx.require("endpoints:read")
    found = batch_words(ctx, batch_id, question, limit=limit)
    if not found.words:
        raise Invalid(found.told)
    words = [CloudWord(each.word, each.n, question.class_ or each.group) for each in found.words]
    colors = class_colors(found.classes or (), theme)
    return cloud_svg(lay_out(words), colors, background=paper(theme))


def telling_words(
    ctx: Context, batch_id: str, question: Question, *, a: str, b: str, by: By, other: str | None = None
) -> Telling:
    """Return the words that tell two classes, labels or batches apart; an empty `b` stands for all other classes."""
    ctx.require("endpoints:read")
    with _two_groups(ctx, batch_id, question, by=by, a=a, b=b, other=other) as (of_a, of_b):
        left_out = stop_words(of_a.language) | stop_words(of_b.language) | own_stop_words(question.stop)
        found = log_odds(of_a.counts.without(left_out), of_b.counts.without(left_out))
        clear = [each for each in found if abs(each.z) >= CLEAR_Z]
        return Telling(
            a=[each for each in clear if each.z > 0][:MAX_TELLING],
            b=[each for each in clear[::-1] if each.z < 0][:MAX_TELLING],
            n_a=of_a.counts.n_texts,
            n_b=of_b.counts.n_texts,
            language=of_a.language,
            told="" if clear else _NOTHING_CLEAR,
        )


@contextmanager
def _two_groups(
    ctx: Context, batch_id: str, question: Question, *, by: By, a: str, b: str, other: str | None
) -> Iterator[tuple[Counted, Counted]]:
    with open_results(ctx, batch_id) as results:
        column = chosen_column(results, question.column)
        if by == "batch":
            if not other:
                raise _wrong("other", "Say which batch to compare with: other=…")
            with open_results(ctx, other) as others:
                beside = chosen_column(others, question.column if question.column in text_columns(others) else None)
                yield _counted(results, column, question), _counted(others, beside, question)
            return
        names = (results.classes or ()) if by == "class" else tuple(results.labels())
        if a not in names:
            raise _wrong("a", f"No row has the {by} {a!r}.")
        if b not in names and (b or by == "label"):
            raise _wrong("b", f"No row has the {by} {b!r}.")
        of_a = _counted(results, column, _narrowed(question, by, a))
        of_b = _counted(results, column, _narrowed(question, by, b) if b else question)
        yield of_a, of_b if b else _others(of_b, a)


def _others(everything: Counted, class_name: str) -> Counted:
    """Return the texts of all classes but one."""
    inside = everything.by_class.get(class_name)
    n_inside = inside.n_texts if inside is not None else 0
    return Counted(everything.counts.less(inside), {}, everything.language, everything.n_texts - n_inside)


def _narrowed(question: Question, by: By, name: str) -> Question:
    return Question(
        column=question.column,
        class_=name if by == "class" else question.class_,
        label=name if by == "label" else question.label,
        language=question.language,
        stop=question.stop,
    )


def _counted(results: Results, column: str, question: Question) -> Counted:
    language = question.language or None
    if language and language not in languages():
        raise _wrong("language", f"There are no stop-words for the language {language!r}.", ", ".join(languages()))
    return count_words(results, column, question.filters, language=language)


def _wrong(field: str, message: str, known: str | None = None) -> Invalid:
    return Invalid(message, hint=f"Known: {known}." if known else None, fields=[FieldError((field,), message)])


def _told(found: Counted, *, n_words: int, n_left_out: int) -> str:
    if not found.counts.n_texts:
        return "These rows have no text. Choose another class or label."
    if not n_words:
        only = "only stop-words" if n_left_out else "no words"
        return f"The texts hold {only}. Choose another language, or take words off your own list."
    return f"Counted in {found.told}."
