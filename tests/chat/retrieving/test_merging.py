"""Chunks into passages."""

from hypothesis import given
from hypothesis import strategies as st

from modelyard.chat.chunking import chunks_of
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.retrieving.fusing import Fused
from modelyard.chat.retrieving.merging import MAX_TOKENS, passages_of
from modelyard.chat.tables import Chunk, Document

SENTENCE = "The {n}th stone of the river lies below the {n}th lantern of the harbour."


def document(text: str, *, id_: str = "do_1", url: str | None = None) -> Document:
    return Document(id=id_, title="Stones", text_hash="f" * 64, url=url)


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


def rows_of(parsed: ParsedDocument) -> list[Chunk]:
    return [
        Chunk(
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
    passages, used = passages_of(ranked, [(row, document(parsed.text)) for row in rows], k=k)
    assert len(passages) <= k
    assert passages[0].words_rank == 1
    assert sorted(each.chunk_id for each in used) == sorted(each for one in passages for each in one.chunk_ids)
    tokens = {row.id: row.n_tokens for row in rows}
    for passage in passages:
        whole = parsed.text[passage.start : passage.end]
        assert len(passage.text) == len(whole)
        assert passage.text.split() == whole.split()
        assert list(passage.chunk_ids) == list(range(passage.chunk_ids[0], passage.chunk_ids[-1] + 1))
        assert len(passage.chunk_ids) == 1 or sum(tokens[each] for each in passage.chunk_ids) <= MAX_TOKENS


def chunk(id_: int, text: str, *, document_id: str = "do_1", place: int = 0, start: int = 0, **fields: object) -> Chunk:
    given = {"headings": [], "anchor": None, "page": None, "n_tokens": 10, **fields}
    return Chunk(id=id_, document_id=document_id, place=place, start=start, end=start + len(text), text=text, **given)


def ranked(*ids: int) -> list[Fused]:
    return [Fused(each, 1.0 / place, place, place) for place, each in enumerate(ids, 1)]


def test_neighbours_of_another_section_or_document_stay_apart() -> None:
    here, there = document(""), document("", id_="do_2")
    rows = [
        (chunk(1, "One.", headings=["A"]), here),
        (chunk(2, "Two.", place=1, start=6, headings=["A"]), here),
        (chunk(3, "Three.", place=2, start=12, headings=["B"]), here),
        (chunk(4, "Four.", document_id="do_2", place=1, start=6, headings=["A"]), there),
    ]
    passages, _ = passages_of(ranked(2, 3, 4, 1), rows, k=3)
    assert [passage.chunk_ids for passage in passages] == [(1, 2), (3,), (4,)]
    assert passages[0].text == "One.\n\nTwo."
    assert (passages[0].start, passages[0].end, passages[0].words_rank) == (0, 10, 1)


def test_the_same_text_is_read_once_and_what_is_gone_is_left_out() -> None:
    rows = [(chunk(1, "Same  text."), document("")), (chunk(2, "Same text.", place=5, start=90), document(""))]
    passages, used = passages_of(ranked(7, 2, 1), rows, k=5)
    assert [passage.chunk_ids for passage in passages] == [(2,)]
    assert [each.chunk_id for each in used] == [2]


def test_the_address_is_that_of_the_section_or_page() -> None:
    at = document("", url="https://example.org/stones#top")
    rows = [(chunk(1, "One.", anchor="river", page=3), at), (chunk(2, "Two.", place=4, start=50, page=7), at)]
    rows.append((chunk(3, "Three.", place=9, start=90), at))
    addresses = [passage.url for passage in passages_of(ranked(1, 2, 3), rows, k=5)[0]]
    assert addresses == [
        "https://example.org/stones#river",
        "https://example.org/stones#page=7",
        "https://example.org/stones#top",
    ]
