"""Words of a batch: of all texts or of a group, which class they tell, and what tells two groups apart."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modelyard.data.words.stop_words import stop_words
from modelyard.kernel.errors import Invalid
from modelyard.models.tables import Model
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.words import counting, reading
from modelyard.predictions.words.counting import cloud_words, count_words, counted
from modelyard.predictions.words.reading import chosen_column, read_texts, text_columns
from tests.predictions.batches.yard import Batches
from tests.predictions.results import HOSTILE, made

GOOD = ["great phone, great price", "great sound"] * 20
BAD = ["terrible phone", "broke at once"] * 15


def test_words_have_the_class_that_they_tell(tmp_path: Path) -> None:
    results = made(tmp_path / "r.sqlite", [*GOOD, *BAD], ["good"] * 40 + ["bad"] * 30)
    found = count_words(results, "text", RowFilters(), language=None)
    words = {each.word: (each.n, each.group) for each in cloud_words(found, left_out=stop_words("en"), limit=10)}
    assert words["great"] == (40, "good")
    assert words["terrible"] == (15, "bad")
    assert words["phone"] == (35, None)
    assert (found.n_texts, found.counts.n_texts, found.counts.times["great"]) == (70, 70, 60)


def test_texts_without_words_and_failed_rows_count_for_nothing(tmp_path: Path) -> None:
    texts = [*HOSTILE, None, "tốt"]
    results = made(tmp_path / "r.sqlite", texts, ["good"] * len(texts), failed=frozenset({0}))
    found = count_words(results, "text", RowFilters(), language="vi")
    assert found.counts.texts["tốt"] == 1
    assert found.n_texts == len(texts)
    assert found.counts.n_texts == len(texts) - 3  # none, empty, white space


def test_many_rows_are_read_from_all_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE_ROWS", 20)
    n = 5000
    results = made(tmp_path / "r.sqlite", [f"text{at}" for at in range(n)], ["good"] * n)
    total, rows = read_texts(results, "text", RowFilters(), at_most=400)
    places = [int(row.text[4:]) for row in rows]
    assert (total, len(places), len(set(places))) == (n, 400, 400)
    assert places[0] == 0
    assert places[-1] == n - 1
    assert max(b - a for a, b in pairwise(places)) < 300
    assert len(read_texts(results, "text", RowFilters(), at_most=n)[1]) == n


@pytest.mark.parametrize("n", [1, 19, 20, 21, 399, 400, 401, 419, 420])
def test_no_row_is_read_twice(n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE_ROWS", 20)
    results = made(tmp_path / "r.sqlite", [f"text{at}" for at in range(n)], ["good"] * n)
    _, rows = read_texts(results, "text", RowFilters(), at_most=400)
    assert len(rows) == len({row.text for row in rows}) == min(n, 400)


def test_a_batch_of_numbers_has_no_words(tmp_path: Path) -> None:
    results = made(tmp_path / "r.sqlite", [None], [1.0], classes=None, dtype="float")
    with pytest.raises(Invalid, match="reads no text"):
        chosen_column(results, None)


def test_names_of_categories_are_no_text(tmp_path: Path) -> None:
    results = made(tmp_path / "r.sqlite", ["Ideal", "Premium"], [1.0, 2.0], classes=None, kind="category")
    assert text_columns(results) == []


def test_how_many_texts_were_read_is_told(tmp_path: Path) -> None:
    results = made(tmp_path / "told.sqlite", [*GOOD, None, " "], ["good"] * 42)
    found = count_words(results, "text", RowFilters(), language="en")
    assert found.told == "all 40 texts; 2 rows have none"
    assert replace(found, n_texts=9000, is_sample=True).told == "40 of 9,000 texts, spread evenly over the file"


def test_a_class_is_counted_with_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = made(tmp_path / "classes.sqlite", [*GOOD, *BAD], ["good"] * 40 + ["bad"] * 30)
    count_words(results, "text", RowFilters(), language="en")
    monkeypatch.setattr(counting, "read_texts", None)
    found = count_words(results, "text", RowFilters(class_="bad"), language="en")
    assert found.counts.texts == {"terrible": 15, "phone": 15, "broke": 15, "at": 15, "once": 15}
    assert (found.n_texts, found.told) == (30, "all 30 texts")


def test_one_class_tells_no_word(tmp_path: Path) -> None:
    found = counted([reading.TextRow("great phone", "good")] * 20, language="en", n_texts=20)
    assert {each.group for each in cloud_words(found, left_out=frozenset(), limit=10)} == {None}


REVIEWS = "review,product\n" + "".join(
    f"{text},{product}\n" for text, product in [("great phone", "a"), ("terrible and bad", "b"), ("love it", "a")] * 20
)


def test_over_http(client: TestClient, batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, REVIEWS)
    at = f"/api/v1/batches/{batch.id}"
    found = client.get(f"{at}/words").json()
    assert (found["n_texts"], found["column"], found["language"]) == (60, "review", "en")
    assert {"great", "phone", "terrible", "love"} >= {word["word"] for word in found["words"]} - {"bad"}
    assert found["words"][0]["share"] == pytest.approx(1 / 3)
    one = client.get(f"{at}/words", params={"class": "bad", "stop": "terrible, x"}).json()
    assert (one["n_texts"], [word["word"] for word in one["words"]]) == (20, ["bad"])
    of_label = client.get(f"{at}/words", params={"label": "b", "stop": "terrible, bad"}).json()
    assert of_label["words"] == []
    assert of_label["told"].startswith("The texts hold only stop-words.")
    picture = client.get(f"{at}/words.svg", params={"theme": "dark"})
    assert picture.headers["content-type"] == "image/svg+xml"
    assert 'fill="#1e1c1a"' in picture.text
    assert client.get(f"{at}/words.png").content.startswith(b"\x89PNG")
    told = client.get(f"{at}/telling-words", params={"a": "bad"}).json()
    assert {word["word"] for word in told["a"]} == {"terrible", "bad"}
    labels = client.get(f"{at}/telling-words", params={"by": "label", "a": "a", "b": "b"}).json()
    assert (labels["n_a"], labels["n_b"]) == (40, 20)
    assert {word["word"] for word in labels["b"]} == {"terrible", "bad"}
    same = client.get(f"{at}/telling-words", params={"by": "batch", "other": batch.id}).json()
    assert (same["a"], same["b"]) == ([], [])
    assert same["told"]


BAD_QUESTIONS: list[tuple[str, dict[str, str], int, str]] = [
    ("words", {"column": "nothing"}, 422, "is no text of this batch"),
    ("words", {"language": "xx"}, 422, "no stop-words for the language"),
    ("words.svg", {"class": "unknown"}, 422, "These rows have no text"),
    ("telling-words", {"a": "unknown"}, 422, "No row has the class 'unknown'"),
    ("telling-words", {"by": "label", "a": "a"}, 422, "No row has the label ''"),
    ("telling-words", {"by": "batch"}, 422, "Say which batch"),
    ("telling-words", {"by": "batch", "other": "bt_unknown"}, 404, "no batch 'bt_unknown'"),
]


def test_bad_questions(client: TestClient, batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, "review,product\ngreat phone,a\nbad,b\n")
    for path, params, status, told in BAD_QUESTIONS:
        answer = client.get(f"/api/v1/batches/{batch.id}/{path}", params=params)
        assert answer.status_code == status, answer.text
        assert told in answer.json()["detail"]


def test_a_batch_without_results_says_so(client: TestClient, batches: Batches, reviews: Model) -> None:
    batch = batches.checked(reviews, "review\ngreat\n")
    for path in ("words", "words.svg", "telling-words?a=good", "charts", "export"):
        answer = client.get(f"/api/v1/batches/{batch.id}/{path}")
        assert answer.status_code == 409, path
        assert "has no results yet" in answer.json()["detail"]
    assert client.post(f"/api/v1/batches/{batch.id}/reports", json={}).status_code == 409
