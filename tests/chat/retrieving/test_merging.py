"""Chunks into passages."""

from hypothesis import given
from hypothesis import strategies as st

from modelyard.chat.chunking import chunks_of
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.retrieving.fusing import Fused
from modelyard.chat.retrieving.merging import MAX_TOKENS, ReadChunk, passages_of

SENTENCE = "The {n}th stone of the river lies below the {n}th lantern of the harbour."


def parsed_of(paragraphs: list[int], *, heading_every: int) -> ParsedDocument:
    """A document of paragraphs with so many sentences each, under a heading now and then."""
    text, blocks = "", []

    def add(words: str, **fields: object) -> None:
        nonlocal text
        text += "\n\n" if text else ""
        blocks.append(Block.model_validate({"start": len(text), "end": len(text) + len(words), **fields}))
        text += words

    n = 0
    for number, n_sentences in enumerate(paragraphs):
        if number % heading_every == 0:
            add(f"Section {number}", kind="heading", level=2, anchor=f"section-{number}")
        add(" ".join(SENTENCE.format(n=n + each) for each in range(n_sentences)), kind="paragraph")
        n += n_sentences
    return ParsedDocument(title="Stones", text=text, blocks=tuple(blocks), n_words_in_file=0)


def rows_of(parsed: ParsedDocument) -> list[ReadChunk]:
    return [
        ReadChunk(
            id=place + 1,
            document_id="do_1",
            place=place,
            start=span.start,
            end=span.end,
            text=parsed.text[span.start : span.end],
            headings=list(span.headings),
            anchor=span.anchor,
            page=span.page,
            n_tokens=span.n_tokens,
            title="Stones",
            url=None,
            text_hash="f" * 64,
        )
        for place, span in enumerate(chunks_of(parsed))
    ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 4), st.integers(1, 6), st.randoms())
def test_a_passage_is_its_stretch_of_the_document(paragraphs: list[int], every: int, k: int, chance: object) -> None:
    parsed = parsed_of(paragraphs, heading_every=every)
    rows = rows_of(parsed)
    ids = [row.id for row in rows]
    chance.shuffle(ids)  # type: ignore[attr-defined]
    ranked = [Fused(each, 1.0 / place, place, None) for place, each in enumerate(ids, 1)]
    passages = passages_of(ranked, rows, k=k)
    assert len(passages) <= k
    assert passages[0].words_rank == 1
    tokens = {row.id: row.n_tokens for row in rows}
    for passage in passages:
        whole = parsed.text[passage.start : passage.end]
        assert len(passage.text) == len(whole)
        assert passage.text.split() == whole.split()
        assert list(passage.chunk_ids) == list(range(passage.chunk_ids[0], passage.chunk_ids[-1] + 1))
        assert len(passage.chunk_ids) == 1 or sum(tokens[each] for each in passage.chunk_ids) <= MAX_TOKENS


def chunk(id_: int, text: str, *, place: int = 0, start: int = 0, **fields: object) -> ReadChunk:
    of_document = {"document_id": "do_1", "title": "Stones", "url": None, "text_hash": "f" * 64}
    others = {"headings": [], "anchor": None, "page": None, "n_tokens": 10, **of_document, **fields}
    return ReadChunk(id=id_, place=place, start=start, end=start + len(text), text=text, **others)  # type: ignore[arg-type]


def ranked(*ids: int) -> list[Fused]:
    return [Fused(each, 1.0 / place, place, place) for place, each in enumerate(ids, 1)]


def test_neighbours_of_another_section_or_document_stay_apart() -> None:
    rows = [
        chunk(1, "One.", headings=["A"]),
        chunk(2, "Two.", place=1, start=6, headings=["A"]),
        chunk(3, "Three.", place=2, start=12, headings=["B"]),
        chunk(4, "Four.", document_id="do_2", place=1, start=6, headings=["A"]),
    ]
    passages = passages_of(ranked(2, 3, 4, 1), rows, k=3)
    assert [passage.chunk_ids for passage in passages] == [(1, 2), (3,), (4,)]
    assert passages[0].text == "One.\n\nTwo."
    assert (passages[0].start, passages[0].end, passages[0].words_rank) == (0, 10, 1)


def test_the_same_text_is_read_once_and_what_is_gone_is_left_out() -> None:
    rows = [chunk(1, "Same  text."), chunk(2, "Same text.", place=5, start=90)]
    assert [passage.chunk_ids for passage in passages_of(ranked(7, 2, 1), rows, k=5)] == [(2,)]


def test_the_address_is_that_of_the_section_or_page() -> None:
    url = "https://example.org/stones#top"
    rows = [
        chunk(1, "One.", anchor="river", page=3, url=url),
        chunk(2, "Two.", place=4, start=50, page=7, url=url),
        chunk(3, "Three.", place=9, start=90, url=url),
        chunk(4, "Four.", place=11, start=190, anchor="river"),
    ]
    assert [passage.url for passage in passages_of(ranked(1, 2, 3, 4), rows, k=5)] == [
        "https://example.org/stones#river",
        "https://example.org/stones#page=7",
        "https://example.org/stones#top",
        None,
    ]
