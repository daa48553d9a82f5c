"""Profiles: kinds, counts, associations with known answers, and every warning."""

import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from modelyard.data.columns import Column
from modelyard.data.profiling import scan as scanning
from modelyard.data.profiling.association import correlation_ratio, cramers_v, pearson
from modelyard.data.profiling.profile import Profile, profile_file
from modelyard.data.profiling.sketch import DistinctSketch, DuplicateCounter
from modelyard.data.suggestions import suggest_targets, task_for

MakeProfile = Callable[..., Profile]


def column(profile: Profile, name: str) -> dict:
    return next(each for each in profile.document["columns"] if each["name"] == name)


def warned(profile: Profile) -> set[tuple[str, str | None]]:
    return {(each["kind"], each["column"]) for each in profile.document["warnings"]}


def rows(n: int, *cells: Callable[[int], object]) -> str:
    return "".join(",".join(str(cell(i)) for cell in cells) + "\n" for i in range(n))


def test_kinds(profile: MakeProfile) -> None:
    chance = random.Random(1)
    content = "customer_id,row,weight,town,note,day,flag,same,void,key,postcode\n" + rows(
        200,
        lambda i: 7919 * i,
        lambda i: i,
        lambda i: round(chance.gauss(70, 9), 3),
        lambda i: chance.choice(["Hanoi", "Lyon", "Quito"]),
        lambda i: f"This is sentence number {chance.randint(0, 150)} of many",
        lambda i: f"2024-01-{i % 28 + 1:02}",
        lambda i: chance.choice(["true", "false"]),
        lambda i: "x",
        lambda i: "",
        lambda i: f"K-{i:05}",
        lambda i: f"{chance.randint(0, 99):05}",
    )
    kinds = {each["name"]: each["kind"] for each in profile(content).document["columns"]}
    assert kinds == {
        "customer_id": "id",
        "row": "id",
        "weight": "number",
        "town": "category",
        "note": "text",
        "day": "date",
        "flag": "category",
        "same": "constant",
        "void": "constant",
        "key": "id",
        "postcode": "category",
    }


def test_counts_and_quantiles(profile: MakeProfile) -> None:
    made = profile("n,c\n" + rows(101, lambda i: i, lambda i: "ab"[i % 2]) + ",a\n")
    number = column(made, "n")
    assert (number["n_missing"], number["n_unique"], number["minimum"], number["maximum"]) == (1, 101, 0.0, 100.0)
    assert number["mean"] == pytest.approx(50)
    assert number["std"] == pytest.approx(np.std(np.arange(101), ddof=1))
    assert number["quantiles"] == {"min": 0, "p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95, "max": 100}
    assert sum(number["histogram"]["counts"]) == 101
    assert len(number["histogram"]["edges"]) == len(number["histogram"]["counts"]) + 1
    assert column(made, "c")["top_values"] == [{"value": "a", "count": 52}, {"value": "b", "count": 50}]
    assert column(made, "c")["categories"] == ["a", "b"]


def test_whole_numbers_get_a_bar_each(profile: MakeProfile) -> None:
    histogram = column(profile("n,x\n1,a\n1,b\n2,c\n3,d\n"), "n")["histogram"]
    assert histogram == {"edges": [0.5, 1.5, 2.5, 3.5], "counts": [2, 1, 1]}


def test_dates_are_measured_in_milliseconds(profile: MakeProfile) -> None:
    day = column(profile("d,x\n1970-01-02,1\n1970-01-03,2\n"), "d")
    assert (day["minimum"], day["maximum"]) == (86_400_000.0, 172_800_000.0)


def test_extreme_numbers_make_valid_json(profile: MakeProfile) -> None:
    made = profile("a,b\n1.7e308,1\n-1.7e308,2\ninf,3\n1e-320,4\n")
    json.dumps(made.document, allow_nan=False)
    assert ("infinite_values", "a") in warned(made)
    assert column(made, "a")["maximum"] == 1.7e308


def test_measures_against_known_values() -> None:
    x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 5])
    assert pearson(x, y) == pytest.approx(abs(np.corrcoef(x, y)[0, 1]))
    assert pearson(x, np.ones(4)) is None
    codes, values = np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 3, 5, 6, 7])
    # Between 24, within 4, total 28: epsilon squared is 1 − (4 / 28)(5 / 4).
    assert correlation_ratio(codes, values) == pytest.approx(math.sqrt(1 - 4 / 28 * 5 / 4))
    assert correlation_ratio(np.arange(6), values) is None
    same = np.array([0, 1, 2] * 20)
    assert cramers_v(same, same) == pytest.approx(1.0)
    a, b = np.repeat([0, 1], 50), np.tile([0, 1], 50)
    assert cramers_v(a, b) == 0.0
    # Bergsma 2013 by hand: a 2 × 2 of 30, 20, 20, 30 has φ² = 0.04.
    a, b = np.repeat([0, 0, 1, 1], [30, 20, 20, 30]), np.repeat([0, 1, 0, 1], [30, 20, 20, 30])
    assert cramers_v(a, b) == pytest.approx(math.sqrt((0.04 - 1 / 99) / (2 - 1 / 99 - 1)))


def test_associations_name_their_measure(profile: MakeProfile) -> None:
    chance = random.Random(2)
    content = "n,c,noise,text,y\n" + rows(
        400,
        lambda i: i % 40,
        lambda i: "ab"[i % 40 > 20],
        lambda i: chance.random(),
        lambda i: f"a long sentence with many words {chance.random()}",
        lambda i: i % 40 + chance.gauss(0, 3),
    )
    made = profile(content, "y")
    found = {each["name"]: each["target_association"] for each in made.document["columns"]}
    assert found["n"]["measure"] == "pearson"
    assert found["n"]["value"] > 0.9
    assert found["c"]["measure"] == "correlation_ratio"
    assert found["noise"]["value"] < 0.2
    assert found["text"] is None
    assert found["y"] is None
    assert made.summary["task"] == "regression"
    by_class = profile(content, "c")
    assert column(by_class, "n")["target_association"]["measure"] == "correlation_ratio"


def test_many_small_categories_do_not_look_predictive(profile: MakeProfile) -> None:
    chance = random.Random(3)
    content = "c,y\n" + rows(300, lambda i: f"k{i % 100}", lambda i: chance.gauss(0, 1))
    assert column(profile(content, "y"), "c")["target_association"]["value"] < 0.35


def test_warnings(profile: MakeProfile) -> None:
    chance = random.Random(4)
    content = "order_id,same,leak,many,gaps,mixed,y\n" + rows(
        300,
        lambda i: 100 + 3 * i,
        lambda i: 1,
        lambda i: "won" if i % 3 else "lost",
        lambda i: f"c{i % 75}",
        lambda i: chance.random() if i % 10 == 0 else "",
        lambda i: i % 40 if i != 250 else "abc",
        lambda i: "yes" if i % 3 else "no",
    )
    made = profile(content, "y")
    assert warned(made) == {
        ("id_like", "order_id"),
        ("constant", "same"),
        ("near_perfect_predictor", "leak"),
        ("high_cardinality", "many"),
        ("many_missing", "gaps"),
        ("mixed_types", "mixed"),
    }
    assert [each["severity"] for each in made.document["warnings"]] == ["warning"] * made.summary["n_warnings"]


def test_repeated_rows_are_counted(profile: MakeProfile) -> None:
    made = profile("a,b\n1,x\n2,y\n1,x\n1,x\n,\n,\n")
    assert made.document["n_duplicate_rows"] == 3
    assert ("duplicate_rows", None) in warned(made)


def test_a_number_that_separates_the_classes_is_near_perfect(profile: MakeProfile) -> None:
    chance = random.Random(5)
    content = "n,other,y\n" + rows(
        1000, lambda i: (i % 2) * 10 + chance.random(), lambda i: chance.random(), lambda i: "ab"[i % 2]
    )
    assert warned(profile(content, "y")) == {("near_perfect_predictor", "n")}


def test_an_uneven_target_alone_makes_nothing_near_perfect(profile: MakeProfile) -> None:
    chance = random.Random(6)
    content = "n,y\n" + rows(2000, lambda i: chance.random(), lambda i: "rare" if i % 200 == 0 else "usual")
    assert warned(profile(content, "y")) == set()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("few", {("few_rows_per_class", "few")}),
        ("half", {("target_missing", "half")}),
        ("same", {("constant", "same")}),
        ("unique_id", {("unusable_target", "unique_id"), ("id_like", "unique_id")}),
        ("nowhere", {("unusable_target", None)}),
    ],
)
def test_targets_that_will_not_do(profile: MakeProfile, target: str, expected: set[tuple[str, str | None]]) -> None:
    content = f"x,{target if target != 'nowhere' else 'y'}\n"
    cells: dict[str, Callable[[int], object]] = {
        "few": lambda i: "rare" if i < 3 else "usual",
        "half": lambda i: "" if i % 2 else "ab"[i % 4 // 2],
        "same": lambda i: "x",
        "unique_id": lambda i: f"k{i:04}",
        "nowhere": lambda i: i % 7,
    }
    made = profile(content + rows(100, lambda i: (i * 37) % 101 + 0.25, cells[target]), target)
    assert warned(made) == expected
    assert made.summary["target"] == (None if target == "nowhere" else target)


def test_suggested_targets() -> None:
    def named(name: str, kind: str = "number", dtype: str = "float", n: int = 500) -> Column:
        return Column.model_validate({"name": name, "kind": kind, "dtype": dtype, "n_unique": n})

    columns = [named("age"), named("Status", "category", "string", 2), named("id", "id", "integer"), named("amount")]
    suggested = suggest_targets(columns)
    assert [each["column"] for each in suggested] == ["Status", "amount", "age"]
    assert suggested[0] == {
        "column": "Status",
        "task": "classification",
        "why": "Its name is usual for what is predicted and it has 2 classes.",
    }
    assert task_for(named("n", "number", "integer", 3)) == "classification"
    assert task_for(named("n", "number", "integer", 30)) == "regression"
    assert task_for(named("d", "date", "date")) is None


def test_a_sample_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SAMPLE_ROWS", 2_000)
    n = 50_000
    values = np.random.default_rng(0).normal(10, 2, n)
    pl.DataFrame({"v": values, "g": ["a", "b"] * (n // 2)}).write_parquet(tmp_path / "rows", row_group_size=7_000)
    made = profile_file(tmp_path / "rows", target="v", notes=[])
    assert made.document["sampled"]
    assert made.document["n_sampled_rows"] == 2_000
    number = column(made, "v")
    assert number["mean"] == pytest.approx(values.mean())
    assert number["std"] == pytest.approx(values.std(ddof=1))
    assert number["maximum"] == values.max()
    assert number["n_unique"] == n
    assert number["quantiles"]["p50"] == pytest.approx(10, abs=0.3)


def test_the_same_rows_give_the_same_profile(tmp_path: Path) -> None:
    pl.DataFrame({"v": range(1000), "g": ["a", "b"] * 500}).write_parquet(tmp_path / "rows")
    first, second = (profile_file(tmp_path / "rows", target="g", notes=[]).document for _ in range(2))
    assert first == second


def test_distinct_values_beyond_the_sketch_are_estimated() -> None:
    sketch = DistinctSketch(size=4096)
    for start in range(0, 200_000, 10_000):
        sketch.add(pl.Series(range(start, start + 20_000)).hash(seed=1).to_numpy())
    assert sketch.is_full
    assert sketch.count() == pytest.approx(210_000, rel=0.06)
    small = DistinctSketch(size=4096)
    small.add(pl.Series([1, 2, 2, 3]).hash(seed=1).to_numpy())
    assert small.count() == 3
    assert DistinctSketch().count() == 0


def test_duplicates_beyond_what_is_kept_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DuplicateCounter, "KEPT_ROWS", 10_000)
    counter = DuplicateCounter(100_000)
    counter.add(pl.Series([i // 2 for i in range(100_000)]).hash(seed=1).to_numpy())
    assert counter.is_estimate
    assert counter.count() == pytest.approx(50_000, rel=0.1)
