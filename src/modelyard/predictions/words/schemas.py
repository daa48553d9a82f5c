"""Shapes of words in answers."""

from pydantic import BaseModel, ConfigDict

from modelyard.predictions.words.verbs import Telling, Words


class WordOut(BaseModel):
    """A word, how many of the texts read have it, and the class that it is clearly oftener in than in the others."""

    word: str
    n: int
    share: float
    class_name: str | None


class WordsOut(BaseModel):
    """The most frequent words of some texts; `told` says how they were counted, or why there are none."""

    n_texts: int
    n_counted: int
    column: str
    columns: list[str]
    language: str | None
    words: list[WordOut]
    stop_words: list[str]
    not_drawn: list[str]
    told: str

    @classmethod
    def of(cls, found: Words) -> "WordsOut":
        """Return the answer for counted words."""
        words = [
            WordOut(word=each.word, n=each.n, share=each.n / found.n_counted, class_name=each.group)
            for each in found.words
        ]
        kept = {name: getattr(found, name) for name in set(cls.model_fields) - {"words"}}
        return cls(words=words, **kept)


class TellingWordOut(BaseModel):
    """A word, how clearly it tells the two groups apart (in standard errors), and how many texts of each have it."""

    model_config = ConfigDict(from_attributes=True)

    word: str
    z: float
    n_a: int
    n_b: int


class TellingOut(BaseModel):
    """Words oftener in the first group, and oftener in the second; `n_a` and `n_b` texts were read."""

    model_config = ConfigDict(from_attributes=True)

    a: list[TellingWordOut]
    b: list[TellingWordOut]
    n_a: int
    n_b: int
    language: str | None
    told: str

    @classmethod
    def of(cls, found: Telling) -> "TellingOut":
        """Return the answer for two groups."""
        return cls.model_validate(found)
