"""The node that turns text into numbers by the words in it."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.data.words.segment import PACKAGES, is_installed, segmented
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, RequiresFor
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._arrays import MAX_LEARNED_NUMBERS, packed, unpacked
from modelyard.workflows.nodes._columns import rebuilt, taken_names
from modelyard.workflows.nodes._counting import count_words
from modelyard.workflows.nodes._new_columns import number_column, series_of, too_many
from modelyard.workflows.nodes._terms import Place, piece_places, word_places
from modelyard.workflows.nodes._texts import composed_code, text_columns, text_problems, texts_code, texts_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

Texts = list[str]
FEW_TEXTS = 200
"""Below it scikit-learn's own way is as quick."""


class Tfidf(Node):
    """Turn text into numbers by the words, or pieces of words, that are in it (TF-IDF).

    Each term of a text weighs the more the oftener it stands there and the fewer training rows have it; a text's
    weights have length 1. The numbers are those of scikit-learn's TfidfVectorizer. Terms are learned from the training
    rows only; words that first appear later count for nothing. Missing and empty text is 0 everywhere.

    `word` takes words of two letters or more, and with `longest` 2 also pairs of neighbours. `character` takes pieces
    of words, from 3 to 5 letters if nothing else is said: sturdier against endings and typing errors, in any language.

    Letters that are written as a letter and its marks are composed first (Unicode NFC); diacritics are kept. In
    Vietnamese a space stands after every syllable; with `segment`, the syllables of a word are put together first, as
    in `sản_phẩm`, by the segmenter that underthesea brings along: nothing is downloaded.

    With `reduce_to`, the terms are condensed into that many columns `<column>_tfidf_1`, `_2` and so on (truncated SVD,
    also called latent semantic analysis), which keeps the table small; a column that the training rows cannot fill is
    0. Without it, every term becomes a column `<column>: <term>`; which they are is known after a run, and before it
    as many nameless ones stand in the form as there can be.
    """

    title: ClassVar[str] = "Words (TF-IDF)"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "type"
    learns: ClassVar[bool] = True
    version: ClassVar[int] = 2
    telling: ClassVar[tuple[str, ...]] = ("terms", "reduce_to", "columns")
    requires_for: ClassVar[RequiresFor] = {("segment", "vietnamese"): PACKAGES}

    kind: Literal["tfidf"] = "tfidf"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to read; empty means every text.", widget="columns"
    )
    terms: Literal["word", "character"] = Parameter("word", description="Count words, or pieces of words.")
    shortest: int | None = Parameter(
        None, description="Fewest words, or letters, in a term; empty means 1 word, 3 letters.", ge=1, le=10
    )
    longest: int | None = Parameter(
        None, description="Most words, or letters, in a term; empty means 1 word, 5 letters.", ge=1, le=10
    )
    max_terms: int = Parameter(2000, description="Most terms per column; the most frequent are taken.", ge=1, le=20_000)
    reduce_to: int | None = Parameter(
        64, description="Columns that the terms are condensed into; empty means a column per term.", ge=1, le=300
    )
    min_rows: int = Parameter(2, description="Training rows that a term must be in.", ge=1, le=1_000_000, advanced=True)
    stop_words: Literal["none", "english"] = Parameter(
        "none",
        description="Leave out the words that every English text has.",
        advanced=True,
        when={"terms": ("word",)},
    )
    segment: Literal["none", "vietnamese"] = Parameter(
        "none",
        description="Tell the words of a language apart that has no spaces between them.",
        advanced=True,
        when={"terms": ("word",)},
    )
    lower_case: bool = Parameter(True, description="Take capital letters as small ones.", advanced=True)
    sublinear: bool = Parameter(
        False, description="Let the tenth time a term stands in a text count less than the first.", advanced=True
    )
    seed: int = Parameter(
        0, description="Start of the random numbers of condensing.", ge=0, le=2**32 - 1, advanced=True
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be text; there must not be too much to learn, and new names must be free."""
        found = text_problems(schema, self.columns)
        shortest, longest = self._lengths
        if shortest > longest:
            found.append(NodeProblem("The longest term must not be shorter than the shortest.", "longest"))
        if self._is_segmented and not is_installed():
            message = "Vietnamese words cannot be told apart here: pip install modelyard[vietnamese], or choose none."
            found.append(NodeProblem(message, "segment"))
        sources = text_columns(schema, self.columns)
        n_learned = len(sources) * self.max_terms * (self.reduce_to or 1)
        if n_learned > MAX_LEARNED_NUMBERS:
            message = (
                f"{len(sources)} texts of {self.max_terms:,} terms condensed into {self.reduce_to} columns are "
                f"{n_learned:,} numbers to learn; at most {MAX_LEARNED_NUMBERS:,} are. Take fewer terms or columns."
            )
            found.append(NodeProblem(message, "max_terms"))
        if not any(problem.severity == "error" for problem in found):
            found += too_many(len(sources) * (self.reduce_to or self.max_terms), "max_terms")
            found += taken_names(schema, [name for source in sources for name in self._reduced_names(source.name)])
        return found

    def _reduced_names(self, name: str) -> list[str]:
        return [f"{name}_tfidf_{place}" for place in range(1, (self.reduce_to or 0) + 1)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the texts replaced by numbers; a column per term has no name before a run."""
        names = {c.name: self._reduced_names(c.name) or self._nameless(c) for c in text_columns(schema, self.columns)}
        return _after(schema, names)

    def _nameless(self, column: Column) -> list[str]:
        return [f"{column.name}: term {place}" for place in range(1, self.max_terms + 1)]

    def learn(self, table: Table) -> dict[str, Any]:
        """Return each column's terms with their weights, and what they are condensed by."""
        names = [column.name for column in text_columns(table.schema, self.columns)]
        return {"columns": [{"name": name, **self._learned(self._read(table.frame, name))} for name in names]}

    def _learned(self, texts: Texts) -> dict[str, Any]:
        import numpy as np

        vectorizer = self._vectorizer(max_features=self.max_terms, min_df=self.min_rows)
        try:
            weights = vectorizer.fit_transform(texts)
        except ValueError:  # no term is in enough rows: what scikit-learn says instead of giving none
            return {"terms": [], "idf": packed(np.zeros(0)), "components": packed(np.zeros((0, 0)))}
        terms = vectorizer.get_feature_names_out().tolist()
        components = _components(weights, self.reduce_to, self.seed) if self.reduce_to else np.zeros((0, 0))
        return {"terms": terms, "idf": packed(vectorizer.idf_), "components": packed(components)}

    @property
    def _is_segmented(self) -> bool:
        return self.segment == "vietnamese" and self.terms == "word"

    def _read(self, frame: "pl.DataFrame", name: str) -> Texts:
        texts = texts_of(frame, name)
        return list(segmented(texts)) if self._is_segmented else texts

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Each column is made of one text."""
        named = ((item["name"], new) for item in learned["columns"] for new in self._made(item))
        return {new: (name,) for name, new in named}

    def _made(self, item: dict[str, Any]) -> list[str]:
        name = item["name"]
        return self._reduced_names(name) or [f"{name}: {term}" for term in item["terms"]]

    def term_columns(self, learned: dict[str, Any]) -> dict[str, list[str]]:
        """Every term is a column of its own, unless they are condensed."""
        return {} if self.reduce_to else {item["name"]: self._made(item) for item in learned["columns"]}

    def term_places(self, text: str, learned: dict[str, Any], column: str) -> dict[str, list[Place]]:
        """Return where each term stands in the text; a piece of a word stands where the word does."""
        if self.terms == "character":
            found = piece_places(text, self._lengths, lower_case=self.lower_case)
        else:
            found = word_places(
                text,
                self._lengths,
                is_segmented=self._is_segmented,
                lower_case=self.lower_case,
                stop_words=self._vectorizer().get_stop_words() or (),
            )
        return {f"{column}: {term}": places for term, places in found.items()}

    def _vectorizer(self, **more: Any) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(**self._options(), **more)

    @property
    def _lengths(self) -> tuple[int, int]:
        shortest, longest = (1, 1) if self.terms == "word" else (3, 5)
        return self.shortest or shortest, self.longest or longest

    def _options(self) -> dict[str, Any]:
        return {
            "analyzer": "word" if self.terms == "word" else "char_wb",
            "ngram_range": self._lengths,
            "lowercase": self.lower_case,
            "stop_words": "english" if self.stop_words == "english" and self.terms == "word" else None,
            "sublinear_tf": self.sublinear,
        }

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with each text replaced, in its place, by its numbers."""
        made = {item["name"]: self._series(table.frame, item) for item in learned["columns"]}
        after = _after(table.schema, {name: [s.name for s in series] for name, series in made.items()})
        _require_distinct(after)
        frame = table.frame.select(s for name in table.frame.columns for s in made.get(name, [table.frame[name]]))
        return Table(frame, after, table.split)

    def _series(self, frame: "pl.DataFrame", item: dict[str, Any]) -> "list[pl.Series]":
        return series_of(self._numbers(self._read(frame, item["name"]), item), self._made(item))

    def _numbers(self, texts: Texts, item: dict[str, Any]) -> "Matrix":
        import numpy as np

        width = self.reduce_to or len(item["terms"])
        numbers = np.zeros((len(texts), width))
        if item["terms"] and texts:
            weights = self._weights(texts, item)
            components = unpacked(item["components"])
            numbers[:, : len(components) or width] = weights @ components.T if len(components) else weights.toarray()
        return numbers

    def _weights(self, texts: Texts, item: dict[str, Any]) -> Any:
        """Return the weight of each term in each text, sparse, shape (n_texts, n_terms)."""
        from sklearn.feature_extraction.text import TfidfTransformer

        vectorizer = self._vectorizer(vocabulary=item["terms"])
        if self.terms == "character" or len(texts) < FEW_TEXTS:
            vectorizer.idf_ = unpacked(item["idf"])
            return vectorizer.transform(texts)
        stop_words = vectorizer.get_stop_words() or ()
        counts = count_words(texts, item["terms"], self._lengths, lower_case=self.lower_case, stop_words=stop_words)
        weighing = TfidfTransformer(sublinear_tf=self.sublinear)
        weighing.idf_ = unpacked(item["idf"])
        return weighing.transform(counts, copy=False)

    def sparse(self, table: Table, learned: dict[str, Any]) -> Any:
        """Return the columns of terms as one sparse matrix: of a single text, when terms are not condensed."""
        if self.reduce_to or len(learned["columns"]) != 1 or not learned["columns"][0]["terms"]:
            return None
        item = learned["columns"][0]
        return self._weights(self._read(table.frame, item["name"]), item)

    def code(self) -> str:
        """Use TfidfVectorizer and TruncatedSVD."""
        options = ", ".join(f"{name}={value!r}" for name, value in self._options().items())
        limits = f"max_features={self.max_terms}, min_df={self.min_rows}"
        learned, read = (
            f"segmented({texts})" if self._is_segmented else texts
            for texts in (composed_code("train"), composed_code("frame"))
        )
        lines = [
            f"for name in {texts_code(self.columns)}:",
            f"    vectorizer = TfidfVectorizer({options}, {limits})",
            f"    learned = vectorizer.fit_transform({learned})",
            f"    weights = vectorizer.transform({read})",
        ]
        if self.reduce_to:
            lines += [
                f"    n_terms = min({self.reduce_to}, weights.shape[1])",
                f"    svd = TruncatedSVD(n_terms, random_state={self.seed}).fit(learned)",
                f"    values = np.zeros((frame.height, {self.reduce_to}))",
                "    values[:, : len(svd.components_)] = svd.transform(weights)",
                f"    names = [f'{{name}}_tfidf_{{place}}' for place in range(1, {self.reduce_to + 1})]",
            ]
        else:
            lines += [
                "    values = weights.toarray()",
                "    names = [f'{name}: {term}' for term in vectorizer.get_feature_names_out()]",
            ]
        return "\n".join(
            [
                *lines,
                "    frame = in_place(frame, {name: pl.DataFrame(values, schema=names)})",
                "    kinds |= dict.fromkeys(names, 'number')",
            ]
        )


def _after(schema: Schema, names: dict[str, list[str]]) -> Schema:
    return rebuilt(schema, {name: [number_column(new) for new in made] for name, made in names.items()})


def _components(weights: Any, n_wanted: int, seed: int) -> "Matrix":
    """Return the directions of a truncated SVD, shape (at most n_wanted, n_terms)."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    n_terms = weights.shape[1]
    if n_terms == 1:
        return np.ones((1, 1))
    with np.errstate(all="ignore"):  # of texts that are all alike, no part of the variance is explained
        components: Matrix = TruncatedSVD(min(n_wanted, n_terms), random_state=seed).fit(weights).components_
    return components


def _require_distinct(schema: Schema) -> None:
    seen: set[str] = set()
    for name in schema.names:
        if name in seen:
            raise Invalid(f"A term would make a second column {name!r}.", hint="Rename the column of that name first.")
        seen.add(name)
