"""Chunks of now beside those that are indexed: which stay, which are new, which go."""

from hypothesis import given
from hypothesis import strategies as st

from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.syncing.matching import NewChunk, chunk_hash, match, n_indexed


def chunk(place: int, text: str, start: int = 0, end: int = 0) -> NewChunk:
    return NewChunk(place, start, end, text, (), None, None, "en", 1, chunk_hash(text, "en"), text)


texts = st.lists(st.sampled_from("abcde"), max_size=12)


@given(before=texts, now=texts)
def test_every_chunk_is_kept_added_or_removed_once(before: list[str], now: list[str]) -> None:
    known = [(10 + place, chunk_hash(text, "en")) for place, text in enumerate(before)]
    matched = match(known, [chunk(place, text) for place, text in enumerate(now)])
    kept_ids = [chunk_id for chunk_id, _ in matched.kept]
    assert sorted([*kept_ids, *matched.removed]) == [chunk_id for chunk_id, _ in known]
    assert sorted([*(new.place for _, new in matched.kept), *(new.place for new in matched.added)]) == list(
        range(len(now))
    )
    hashes = dict(known)
    assert all(hashes[chunk_id] == new.hash for chunk_id, new in matched.kept)
    for text in set(before) & set(now):
        n_kept = sum(new.text == text for _, new in matched.kept)
        assert n_kept == min(before.count(text), now.count(text)), "nothing is embedded that is there"


def test_equal_chunks_keep_their_order() -> None:
    known = [(1, chunk_hash("a", "en")), (2, chunk_hash("b", "en")), (3, chunk_hash("a", "en"))]
    matched = match(known, [chunk(0, "new"), chunk(1, "a"), chunk(2, "a")])
    assert [(chunk_id, new.place) for chunk_id, new in matched.kept] == [(1, 1), (3, 2)]
    assert ([new.text for new in matched.added], matched.removed) == (["new"], (2,))


def test_another_language_is_another_chunk() -> None:
    assert chunk_hash("pain", "en") != chunk_hash("pain", "fr")


def test_words_in_two_chunks_count_once_and_torn_words_too() -> None:
    text = "one two three four five six"
    parsed = ParsedDocument(
        title="T", text=text, blocks=(Block(kind="paragraph", start=0, end=len(text)),), n_words_in_file=6
    )
    overlapping = [chunk(0, text[0:13], 0, 13), chunk(1, text[4:18], 4, 18)]
    assert n_indexed(parsed, overlapping) == 4
    torn = [chunk(0, text[0:10], 0, 10), chunk(1, text[10:27], 10, 27)]
    assert n_indexed(parsed, torn) == 6
    assert n_indexed(parsed, [chunk(0, text[4:7], 4, 7)]) == 1
    assert n_indexed(parsed, []) == 0
