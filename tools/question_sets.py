"""Make the question sets that ship with the product: `python tools/question_sets.py [FOLDER_WITH_THE_ORIGINALS]`.

Deterministic: the same originals give the same bytes. Sums and dates are made up by this script, questions about the
product are written here; the folder has `experiments/` (BIG-Bench Hard, GSM8K).
"""

import csv
import gzip
import io
import json
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "src" / "modelyard" / "data" / "samples"
SEED = 20_261_122
N_REVIEWS = 150
"""Of each class."""
N_MADE = 200
GOOD, BAD = 4, 2
"""Stars from which, and up to which, a review says something clear."""

Row = tuple[object, ...]


def big_bench(folder: Path) -> Iterator[Row]:
    """Yield the questions of five tasks of BIG-Bench Hard; the task is the group."""
    yield "id", "task", "question", "answer"
    for line in (folder / "bbh-recorded.jsonl").read_text(encoding="utf-8").splitlines()[1:]:
        row = json.loads(line)
        yield row["id"], row["task"], row["question"], row["target"]


def word_problems(folder: Path) -> Iterator[Row]:
    """Yield word problems of GSM8K with their worked answers."""
    yield "id", "question", "answer"
    for place, line in enumerate((folder / "gsm8k-train-200.jsonl").read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        yield f"gsm8k-{place:03d}", row["question"], row["answer"]


def review_sentences() -> Iterator[Row]:
    """Yield as many good as bad sentences of the sample of reviews; the site is the group."""
    rows = list(csv.DictReader(io.StringIO(gzip.decompress((SAMPLES / "reviews.csv.gz").read_bytes()).decode())))
    chance = random.Random(SEED)
    yield "id", "group", "question", "answer", "choices"
    for answer in ("positive", "negative"):
        mine = [(place, row) for place, row in enumerate(rows) if row["sentiment"] == answer]
        for place, row in sorted(chance.sample(mine, N_REVIEWS), key=lambda each: each[0]):
            choices = json.dumps(["positive", "negative"])
            question = f"Is this sentence of a review positive or negative? “{row['review'].strip()}”"
            yield f"review-{place:04d}", row["site"], question, answer, choices


def vietnamese_reviews() -> Iterator[Row]:
    """Yield as many good as bad made-up Vietnamese reviews; the product is the group."""
    packed = gzip.decompress((SAMPLES / "vietnamese_reviews.csv.gz").read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(packed)))
    chance = random.Random(SEED)
    yield "id", "group", "question", "answer", "choices"
    for answer, is_mine in (("tốt", lambda stars: stars >= GOOD), ("tệ", lambda stars: stars <= BAD)):
        mine = [(place, row) for place, row in enumerate(rows) if is_mine(int(row["stars"]))]
        for place, row in sorted(chance.sample(mine, N_REVIEWS), key=lambda each: each[0]):
            question = f"Người mua thấy sản phẩm này tốt hay tệ? “{row['review'].strip()}”"
            yield (
                f"danh-gia-{place:04d}",
                row["product"],
                question,
                answer,
                json.dumps(["tốt", "tệ"], ensure_ascii=False),
            )


def sums() -> Iterator[Row]:
    """Yield sums that a calculator is needed for, of four kinds."""
    chance = random.Random(SEED)
    yield "id", "group", "question", "answer"
    for place in range(N_MADE):
        kind = ("product", "chain", "share", "power")[place % 4]
        a, b, c = (chance.randint(12, 989) for _ in range(3))
        if kind == "product":
            question, answer = f"What is {a} × {b}?", a * b
        elif kind == "chain":
            question, answer = f"What is ({a} + {b}) × {c} − {a}?", (a + b) * c - a
        elif kind == "share":
            part, whole = chance.randint(3, 97), 100 * chance.randint(7, 900)
            question, answer = f"What is {part} % of {whole}?", part * whole // 100
        else:
            base, exponent = chance.randint(3, 19), chance.randint(3, 5)
            question, answer = f"What is {base} to the power of {exponent}, plus {a}?", base**exponent + a
        yield f"sum-{place:03d}", kind, question, answer


def calendar() -> Iterator[Row]:
    """Yield questions about days, of three kinds."""
    chance = random.Random(SEED)
    yield "id", "group", "question", "answer", "aliases"
    for place in range(N_MADE):
        day = date(2000, 1, 1) + timedelta(days=chance.randrange(10_000))
        n = chance.randint(5, 400)
        kind = ("weekday", "later", "between")[place % 3]
        said, aliases = _day(day), ""
        if kind == "weekday":
            question, answer = f"Which day of the week was {said}?", day.strftime("%A")
        elif kind == "later":
            then = day + timedelta(days=n)
            question, answer = f"Which day is {n} days after {said}? Answer as YYYY-MM-DD.", then.isoformat()
            aliases = json.dumps([_day(then), then.strftime("%B %d, %Y").replace(" 0", " ")])
        else:
            question = f"How many days lie between {said} and {_day(day + timedelta(days=n))}?"
            answer = str(n)
        yield f"day-{place:03d}", kind, question, answer, aliases


def _day(day: date) -> str:
    return f"{day.day} {day.strftime('%B %Y')}"


def product() -> Iterator[Row]:
    """Yield questions about the product's own guides, and questions that they do not answer."""
    rows = csv.DictReader(io.StringIO((Path(__file__).parent / "product_questions.csv").read_text(encoding="utf-8")))
    yield "id", "group", "question", "answer", "truth", "answerable"
    for place, row in enumerate(rows):
        yield f"guide-{place:02d}", *(row[name] for name in ("group", "question", "answer", "truth", "answerable"))


def pack(name: str, rows: Iterable[Row]) -> None:
    """Write rows as `name`.csv.gz without a time stamp."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    (SAMPLES / f"{name}.csv.gz").write_bytes(gzip.compress(buffer.getvalue().encode(), 9, mtime=0))


def main() -> None:
    """Write every set; without a folder of originals those that are made here."""
    pack("questions_reviews", review_sentences())
    pack("questions_vietnamese", vietnamese_reviews())
    pack("questions_sums", sums())
    pack("questions_calendar", calendar())
    pack("questions_product", product())
    if len(sys.argv) > 1:
        originals = Path(sys.argv[1]) / "experiments"
        pack("questions_bbh", big_bench(originals))
        pack("questions_gsm8k", word_problems(originals))


if __name__ == "__main__":
    main()
