"""Make the files of the samples that ship with the product: `python tools/make_samples.py [FOLDER_WITH_THE_ORIGINALS]`.

Deterministic: the same originals give the same bytes. The bakery's numbers are made up by this script, the Vietnamese
reviews by `vietnamese_reviews.py`; these two need no folder.
"""

import csv
import gzip
import io
import math
import random
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from vietnamese_reviews import reviews

SAMPLES = Path(__file__).parent.parent / "src" / "modelyard" / "data" / "samples"
WHOLE = ("ames", "credit_data", "penguins", "reviews")
DIAMONDS_ROWS, DIAMONDS_SEED = 10_000, 20_240_101
BAKERY_SEED = 7
SHOPS = (("Harbour", 210), ("Station", 260), ("Market", 170))


def pack(name: str, text: str) -> None:
    """Write a text as `name`.csv.gz without a time stamp."""
    (SAMPLES / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def diamonds(original: Path) -> str:
    """Return the header and a sample of the rows, in their original order."""
    header, *rows = original.read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = sorted(random.Random(DIAMONDS_SEED).sample(range(len(rows)), DIAMONDS_ROWS))
    return header + "".join(rows[i] for i in chosen)


def bakery() -> Iterable[Sequence[object]]:
    """Yield two years of orders of three made-up bakeries: weekday, season, weather, holidays, promotions, growth."""
    chance = random.Random(BAKERY_SEED)
    yield "day", "shop", "temperature_c", "rain_mm", "is_holiday", "promotion", "orders"
    for offset in range(731):
        day = date(2023, 1, 1) + timedelta(days=offset)
        season = math.sin((day.timetuple().tm_yday - 105) / 365.25 * 2 * math.pi)
        temperature = round(11 + 9.5 * season + chance.gauss(0, 3), 1)
        rain = round(max(0.0, chance.gauss(-1.5, 4)), 1)
        is_holiday = (day.month, day.day) in {(1, 1), (5, 1), (7, 14), (11, 1), (12, 25), (12, 26)}
        for shop, usual in SHOPS:
            promotion = chance.choices(["none", "coffee", "bread"], [0.8, 0.12, 0.08])[0]
            orders = usual * (1 + offset / 3000) * (1.35 if day.weekday() == 5 else 0.8 if day.weekday() == 6 else 1.0)
            orders *= 1 - 0.012 * rain + 0.004 * (temperature - 11) * (1 if shop == "Harbour" else 0.2)
            orders *= {"none": 1.0, "coffee": 1.12, "bread": 1.2}[promotion] * (0.45 if is_holiday else 1.0)
            measured = temperature if chance.random() > 0.03 else ""
            total = max(0, round(orders + chance.gauss(0, usual * 0.05)))
            yield day.isoformat(), shop, measured, rain, str(is_holiday).lower(), promotion, total


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV text."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def main() -> None:
    """Write every sample's file; without a folder of originals those that are made up."""
    pack("bakery", as_csv(bakery()))
    pack("vietnamese_reviews", as_csv(reviews()))
    if len(sys.argv) == 1:
        return
    originals = Path(sys.argv[1])
    for name in WHOLE:
        pack(name, (originals / f"{name}.csv").read_text(encoding="utf-8"))
    pack("diamonds", diamonds(originals / "diamonds.csv"))


if __name__ == "__main__":
    main()
