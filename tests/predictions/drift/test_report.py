"""What a report says of new rows beside a training profile, and how seldom it says it of rows that did not drift."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.words.segment import is_installed
from modelyard.models.distributions import counted_texts
from modelyard.models.engine import Prediction
from modelyard.models.profile import training_profile
from modelyard.predictions.drift.report import NOT_KEPT, Recent, drift_report
from tests.models.rows import table_of

WORDS = [
    f"{a}{b}" for a in ("ka", "lo", "mi", "nu", "phở", "sé") for b in ("ra", "ti", "vo", "x", "zè", "bun", "đi", "q")
]
HOSTILE = "<img src=x onerror=alert(1)>"


def drawn(generator: np.random.Generator, n_rows: int) -> dict[str, list[Any]]:
    """Rows with holes: a bell, mostly one value, small counts, categories even and rare, a flag that is seldom set."""
    columns: dict[str, Sequence[Any]] = {
        "bell": generator.normal(size=n_rows).tolist(),
        "mostly": (generator.lognormal(0, 2, n_rows) * (generator.random(n_rows) < 0.03)).tolist(),
        "count": generator.poisson(0.7, n_rows).astype(float).tolist(),
        "town": generator.choice(list("abcdefgh"), n_rows).tolist(),
        "rare": [f"v{value}" for value in generator.zipf(1.6, n_rows)],
        "flag": ["yes" if value < 0.02 else "no" for value in generator.random(n_rows)],
    }
    is_hole = generator.random((len(columns), n_rows)) < 0.1
    return {
        name: [None if hole else value for value, hole in zip(values, holes, strict=True)]
        for (name, values), holes in zip(columns.items(), is_hole, strict=True)
    }


def texts(generator: np.random.Generator, n_rows: int) -> list[str]:
    shares = 1 / np.arange(1, len(WORDS) + 1)
    lengths = generator.integers(1, 12, n_rows)
    return [" ".join(generator.choice(WORDS, n, p=shares / shares.sum())) for n in lengths]


def profile_of(columns: Mapping[str, Sequence[Any]], predicted: Sequence[Any] = ("a", "b"), **kinds: Any) -> Any:
    values = np.asarray(predicted, dtype=object if isinstance(predicted[0], str) else float)
    table = table_of(pl.DataFrame(columns, strict=False), **kinds)
    return training_profile(table, inputs=tuple(columns), predicted=Prediction(values), split="test")


def report(profile: Any, columns: Mapping[str, Sequence[Any]], predictions: Sequence[Any] = ()) -> dict[str, Any]:
    """Return the report, which must be JSON."""
    n_rows = len(next(iter(columns.values())))
    found = drift_report(profile, Recent(columns, predictions, n_rows), list(columns))
    return dict(json.loads(json.dumps(found, allow_nan=False)))


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    [one] = [each for each in found["columns"] if each["name"] == name]
    return dict(one)


@pytest.mark.parametrize("n_recent", [25, 150, 600])
def test_rows_that_did_not_drift_are_seldom_alarmed_about(n_recent: int) -> None:
    generator = np.random.default_rng(n_recent)
    classes = {"p": [0.7, 0.25, 0.05]}
    n_alarms, n_draws = 0, 40
    for _ in range(n_draws):
        profile = profile_of(drawn(generator, 500), generator.choice(list("xyz"), 100, **classes).tolist())
        found = report(profile, drawn(generator, n_recent), generator.choice(list("xyz"), n_recent, **classes).tolist())
        n_alarms += bool(found["alerts"])
    assert n_alarms / n_draws <= 0.05 + 2 * (0.05 * 0.95 / n_draws) ** 0.5


def test_texts_that_did_not_drift_are_seldom_alarmed_about() -> None:
    generator = np.random.default_rng(4)
    n_alarms = sum(
        bool(report(profile_of({"text": texts(generator, 250)}, text="text"), {"text": texts(generator, 60)})["alerts"])
        for _ in range(25)
    )
    assert n_alarms <= 3


def test_what_drifted_is_told() -> None:
    generator = np.random.default_rng(5)
    profile = profile_of(drawn(generator, 2000), ["x"] * 90 + ["y"] * 10)
    recent = drawn(generator, 400)
    recent["bell"] = [None if value is None else value + 0.8 for value in recent["bell"]]
    recent["town"] = [HOSTILE if place % 5 == 0 else value for place, value in enumerate(recent["town"])]
    recent["count"] = [None if place % 2 else value for place, value in enumerate(recent["count"])]
    found = report(profile, recent, ["x"] * 200 + ["y"] * 200)
    bell = column(found, "bell")
    assert bell["is_drifted"]
    assert bell["psi"] > 0.25 > bell["psi_by_chance"]
    assert bell["ks"] == pytest.approx(0.31, abs=0.06)  # 2 Φ(0.4) - 1
    assert bell["p_value"] < 1e-9
    assert sum(bell["recent"]["shares"]) == pytest.approx(1)
    told = [f"Column '{name}'" for name in ("bell", "count", "town", "town")]
    assert [alert.partition(": ")[0] for alert in found["alerts"]] == [*told, "Predictions"]
    assert any(f"were not seen in training: '{HOSTILE}'." in alert for alert in found["alerts"])
    assert column(found, "count")["missing"] == pytest.approx({"training": 0.1, "recent": 0.55}, abs=0.05)
    assert any(alert.startswith("Column 'count': missing values went from") for alert in found["alerts"])
    assert found["prediction"]["training"] == {"x": 0.9, "y": 0.1}
    assert found["prediction"]["recent"] == {"x": 0.5, "y": 0.5}
    assert (found["prediction"]["split"], found["prediction"]["is_drifted"]) == ("test", True)
    assert not any(column(found, name)["is_drifted"] for name in ("mostly", "rare", "flag"))


def test_few_rows_are_no_alarm_whatever_the_convention_says() -> None:
    found = report(profile_of({"a": [float(n) for n in range(500)]}), {"a": [400.0, 420.0, 440.0, 300.0]})
    one = column(found, "a")
    assert (one["psi"] > 0.25, found["alerts"]) == (True, [])
    assert one["told"].startswith("Too few rows to tell: with 4, chance alone reaches a PSI of")


def test_numbers_out_of_range_are_told_though_bins_do_not_show_them() -> None:
    training = {"a": [0.0] * 970 + [float(n) for n in range(30)]}
    found = report(profile_of(training), {"a": [0.0] * 150 + [-999.0] * 50})
    assert column(found, "a")["unseen_share"] == 0.25
    assert column(found, "a")["psi"] < 0.1
    assert found["alerts"] == ["Column 'a': 25 % of the values are outside those of training, 0 to 29."]


@pytest.mark.parametrize("value", [20_260_311.0, 1 / 3, 1e300, -5e-324, 0.0])
def test_long_numbers_are_those_of_training(value: float) -> None:
    found = report(profile_of({"a": [value] * 50}, [value] * 50), {"a": [value] * 50}, [value] * 50)
    assert found["alerts"] == []
    assert column(found, "a")["unseen_share"] == 0


def test_words_that_came_and_went_are_told() -> None:
    training = [f"giao hàng nhanh, sản phẩm tốt {n % 7}" for n in range(300)]
    recent = ["giao hàng chậm, sản phẩm tốt" if n % 2 else "giao hàng nhanh, sản phẩm tốt" for n in range(120)]
    found = report(profile_of({"text": training}, text="text"), {"text": recent})
    words = {word["word"]: word for word in found["words"]}
    assert set(words) == {"chậm", "nhanh"}
    assert (words["chậm"]["is_new"], words["chậm"]["training"], words["chậm"]["recent"]) == (True, 0, 0.5)
    assert (words["nhanh"]["is_new"], words["nhanh"]["training"], words["nhanh"]["recent"]) == (False, 1, 0.5)
    assert words["nhanh"]["z"] < -3 < 3 < words["chậm"]["z"]
    assert "'chậm' (0 % → 50 %)" in found["alerts"][-1]


@pytest.mark.skipif(not is_installed(), reason="underthesea is not installed")
def test_words_of_drift_are_cut_as_those_of_training_were() -> None:
    training = [f"giao hàng nhanh, sản phẩm tốt {n % 7}" for n in range(300)]
    recent = {"text": ["rất thất vọng, sản phẩm tệ" if n % 2 else "sản phẩm tốt" for n in range(120)]}
    profile = profile_of({"text": training}, text="text")
    assert profile["columns"][0]["distribution"]["segmented"] == "vi"
    words = {word["word"] for word in report(profile, recent)["words"]}
    assert "thất vọng" in words
    assert not {"thất", "vọng", "sản", "phẩm", "sản phẩm"} & words
    # A profile of before says nothing of it, and has syllables: new rows are not cut into words that it cannot have.
    distribution = profile["columns"][0]["distribution"]
    del distribution["segmented"]
    distribution["words"] = [[word, 300] for word in ["giao", "hàng", "nhanh", "sản", "phẩm", "tốt"]]
    assert {"thất", "vọng"} <= {word["word"] for word in report(profile, recent)["words"]}


def test_texts_that_are_segmented_are_fewer_and_from_everywhere() -> None:
    many = [f"{n:06d}" + "x" * 494 for n in range(4000)]
    chosen = counted_texts(many, "vi")
    assert (len(chosen), chosen[-1][:6]) == (1000, "003996")
    assert len(counted_texts(many, None)) == 4000


def test_texts_of_another_length_are_told() -> None:
    generator = np.random.default_rng(6)
    profile = profile_of({"text": texts(generator, 400)}, text="text")
    found = report(profile, {"text": [f"{text} " * 4 for text in texts(generator, 200)]})
    assert any("lengths of texts have changed much" in alert for alert in found["alerts"])


def test_predicted_numbers_are_compared() -> None:
    generator = np.random.default_rng(7)
    training = generator.normal(100, 5, 500)
    profile = profile_of({"a": [1.0, 2.0]}, training.tolist())
    found = report(profile, {"a": [1.0, 2.0] * 100}, generator.normal(106, 5, 200).tolist())["prediction"]
    assert found["is_drifted"]
    assert found["ks"] == pytest.approx(0.45, abs=0.1)
    assert report(profile, {"a": [1.0]}, [float("nan")] * 50)["prediction"]["told"] == "No values to compare."


def test_a_profile_made_before_distributions_says_what_to_do() -> None:
    profile = profile_of({"a": [1.0, 2.0], "b": ["x", "y"]})
    old = {
        "n_rows": 2,
        "columns": [{k: v for k, v in each.items() if k != "distribution"} for each in profile["columns"]],
    }
    found = report(old, {"a": [900.0] * 50, "b": ["z"] * 50}, ["q"] * 50)
    assert found["alerts"] == []
    assert {each["told"] for each in found["columns"]} == {found["prediction"]["told"]} == {NOT_KEPT}
    assert report({}, {"a": [1.0]})["columns"] == []


def test_columns_that_cannot_drift_or_are_empty_say_so() -> None:
    profile = profile_of({"id": ["a1", "b2"], "day": ["x", "y"], "n": [1.0, 2.0]}, id="id", day="date")
    found = report(profile, {"id": ["c3"], "day": ["z"], "n": [None], "unknown": [1]})
    assert [each["name"] for each in found["columns"]] == ["id", "day", "n"]
    assert column(found, "id")["told"] == "Not measured: ids are all different."
    assert column(found, "day")["told"] == "Not measured: dates move on by nature."
    assert column(found, "n")["told"] == "No values to compare."
    none = report(profile, {"n": []})
    assert column(none, "n")["told"] == "No new rows."
    assert none["prediction"]["told"] == "This version has answered no rows in this time."


def test_values_of_other_types_are_left_out_and_not_believed() -> None:
    found = report(profile_of({"a": [1.0, 2.0] * 50}), {"a": ["1", True, "no number", 10**400, [1], {"x": 1}, "nan"]})
    assert column(found, "a")["n"] == 2


def test_a_profile_stays_small() -> None:
    generator = np.random.default_rng(8)
    wide = {f"n{at}": generator.normal(size=40).tolist() for at in range(160)}
    long = {
        "text": [" ".join(f"{word}{n}" for word in WORDS) * 20 for n in range(60)],
        "c": [f"{'é' * 90}{n}" for n in range(60)],
    }
    for columns, kinds in ((wide, {}), (long, {"text": "text"})):
        kept = [each["distribution"] for each in profile_of(columns, **kinds)["columns"] if "distribution" in each]
        assert kept
        assert len(json.dumps(kept, ensure_ascii=False).encode()) <= 50_000
