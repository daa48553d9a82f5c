"""Chunks lose no word, slice exactly, and keep together what belongs together."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.chat.chunking import (
    MAX_TOKENS,
    OVERLAP_FRACTION,
    WHOLE_TOKENS,
    ChunkSpan,
    chunks_of,
    indexed_text,
    n_tokens,
    place_of,
    words_in,
)
from modelyard.chat.parsed import BlockKind, ParsedDocument
from modelyard.chat.reading.canonical import Canonical

SENTENCE = "The scheduler keeps every lease for fifteen seconds and then gives it to another worker. "


def document(*blocks: tuple[BlockKind, str] | tuple[BlockKind, str, int]) -> ParsedDocument:
    canonical = Canonical()
    for kind, text, *level in blocks:
        anchor = text.lower().replace(" ", "-") if kind == "heading" else None
        canonical.add(kind, text, level=level[0] if level else None, anchor=anchor)
    return canonical.finish("Manual", n_words_in_file=0)


def texts(parsed: ParsedDocument) -> list[str]:
    return [parsed.text[chunk.start : chunk.end] for chunk in chunks_of(parsed)]


WORDS = st.text(alphabet="abc .,!?\n-1é世界ไ_", max_size=400) | st.integers(1, 60).map(lambda n: SENTENCE * n)
LONG = st.integers(1, 3000).map(lambda n: "x" * n) | st.integers(1, 900).map(lambda n: "0 " * n)
KINDS = st.sampled_from(["paragraph", "list", "table", "code", "quote", "admonition", "caption"])
BLOCKS = st.lists(
    st.tuples(KINDS, WORDS | LONG)
    | st.tuples(st.just("heading"), st.text("abc d", min_size=1, max_size=30), st.integers(1, 6)),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
def test_every_word_is_in_a_chunk_and_no_chunk_is_too_long(blocks: list[tuple[BlockKind, str]]) -> None:
    parsed = document(*blocks)
    chunks = chunks_of(parsed)
    covered = bytearray(len(parsed.text))
    for chunk in chunks:
        assert 0 <= chunk.start < chunk.end <= len(parsed.text)
        assert parsed.text[chunk.start : chunk.end].strip() == parsed.text[chunk.start : chunk.end]
        assert chunk.n_tokens <= WHOLE_TOKENS + n_tokens(chunk.lead)
        covered[chunk.start : chunk.end] = b"\1" * (chunk.end - chunk.start)
    assert all(is_covered or letter.isspace() for is_covered, letter in zip(covered, parsed.text, strict=True))
    for first, second in pairwise(chunks):
        assert first.start < second.start
        assert first.end < second.end
        overlap = parsed.text[second.start : first.end]
        assert n_tokens(overlap) <= OVERLAP_FRACTION * second.n_tokens + 1


def test_a_section_is_cut_between_sentences_into_equal_parts_that_overlap() -> None:
    numbered = " ".join(f"Step {n} asks the worker for its lease once more." for n in range(120))
    parsed = document(("heading", "Leases", 2), ("paragraph", numbered))
    chunks = chunks_of(parsed)
    assert all(200 <= chunk.n_tokens <= MAX_TOKENS for chunk in chunks)
    assert [chunk.headings for chunk in chunks] == [("Leases",)] * len(chunks)
    for before, chunk, text in zip(chunks, chunks[1:], texts(parsed)[1:], strict=False):
        assert text.startswith("Step ")
        assert chunk.start < before.end


def test_a_new_heading_is_a_new_chunk_without_overlap() -> None:
    parsed = document(
        ("heading", "One", 2), ("paragraph", SENTENCE * 12), ("heading", "Two", 2), ("paragraph", SENTENCE * 12)
    )
    first, second = chunks_of(parsed)
    assert parsed.text[second.start :].startswith("Two\n\nThe scheduler")
    assert first.end < second.start
    assert (second.headings, second.anchor) == (("Two",), "two")


def test_code_and_tables_stay_whole_up_to_the_limit() -> None:
    code = "\n".join(f"lease.renew(worker={n}, seconds=15)" for n in range(28))
    assert MAX_TOKENS < n_tokens(code) <= WHOLE_TOKENS
    parsed = document(("paragraph", SENTENCE * 10), ("code", code), ("paragraph", SENTENCE * 10))
    assert code in texts(parsed)


def test_a_long_table_is_cut_between_rows_and_its_header_goes_with_each_part() -> None:
    rows = [f"setting_{n} | seconds | how long number {n} lasts" for n in range(200)]
    parsed = document(("heading", "Settings", 2), ("table", "\n".join(["Name | Unit | Meaning", *rows])))
    chunks = chunks_of(parsed)
    assert len(chunks) > 3
    for chunk in chunks[1:]:
        text = parsed.text[chunk.start : chunk.end]
        assert set(text.split("\n")) <= set(rows)
        assert chunk.lead == "Name | Unit | Meaning"
        whole = indexed_text("Manual", chunk.headings, text, chunk.lead)
        assert whole.startswith("Manual › Settings\nName | Unit | Meaning\nsetting_")
    assert [row for text in texts(parsed) for row in text.split("\n") if row.startswith("setting")] == rows


def test_list_items_are_not_torn() -> None:
    items = [f"- {SENTENCE.strip()} That was item {n}.\n  - and a part of {n}" for n in range(40)]
    for text in texts(document(("list", "\n".join(items)))):
        assert text.startswith("- The scheduler")
        assert "  - and a part of" in text.split("\n")[-1]


def test_tiny_sections_join_their_neighbours_under_the_same_heading_only() -> None:
    parsed = document(
        ("heading", "Commands", 1),
        ("heading", "start", 2),
        ("paragraph", "Starts the server."),
        ("heading", "stop", 2),
        ("paragraph", SENTENCE * 8),
        ("heading", "Errors", 1),
        ("paragraph", SENTENCE * 17),
        ("heading", "Deep", 2),
        ("heading", "Deeper", 3),
        ("paragraph", SENTENCE * 18),
    )
    chunks = chunks_of(parsed)
    assert [(chunk.headings, chunk.anchor) for chunk in chunks] == [
        (("Commands",), "start"),
        (("Errors",), "errors"),
        (("Errors", "Deep", "Deeper"), "deeper"),
    ]
    assert texts(parsed)[2].startswith("Deep\n\nDeeper\n\nThe scheduler")


def test_megabytes_on_one_line() -> None:
    parsed = document(("paragraph", "x" * 300_000 + " " + "word " * 200_000))
    chunks = chunks_of(parsed)
    assert max(chunk.n_tokens for chunk in chunks) <= MAX_TOKENS
    assert sum(words_in(parsed.text[chunk.start : chunk.end]) for chunk in chunks[-100:]) > 100 * 200


@pytest.mark.parametrize(
    ("headings", "text", "expected"),
    [
        (("Guide", "Install"), "Install\n\nRun it.", "Manual › Guide\nInstall\n\nRun it."),
        (("Guide", "Install"), "Run it.", "Manual › Guide › Install\nRun it."),
        (("Manual",), "Manual\n\nWords.", "Manual\nManual\n\nWords."),
        ((), "Words.", "Manual\nWords."),
    ],
)
def test_title_and_headings_stand_before_the_text_once(headings: tuple[str, ...], text: str, expected: str) -> None:
    assert indexed_text("Manual", headings, text) == expected


def test_what_stands_above_a_word_is_known_for_each_one() -> None:
    parsed = document(
        ("heading", "One", 1),
        ("paragraph", "first"),
        ("heading", "Two", 2),
        ("paragraph", "second"),
        ("heading", "Three", 1),
    )
    assert place_of(parsed, parsed.text.index("second")).headings == ("One", "Two")
    assert place_of(parsed, parsed.text.index("first")).anchor == "one"
    assert place_of(parsed, len(parsed.text)).headings == ("Three",)


def test_words_are_counted_in_every_script() -> None:
    assert words_in("It doesn't re-run v3.11, foo_bar: no.") == 10
    assert words_in("人工智能 works; 東京タワー") == 4 + 1 + 5
    assert words_in("Đào tạo 2026") == 3
    assert words_in("") == words_in(" \n…") == 0


def test_an_empty_document_has_no_chunks() -> None:
    assert chunks_of(document()) == []
    assert ChunkSpan(0, 1, (), None, None, 1).lead == ""
