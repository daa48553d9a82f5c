"""Batches, labels and periods beside each other: shares, means, tests and charts."""

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from scipy import stats

from modelyard.models.charts.chart import Chart
from modelyard.models.charts.render import svg
from modelyard.models.tables import Model
from modelyard.predictions.batches.tallies import Tally
from modelyard.predictions.comparing.charts import batch_charts, group_charts
from modelyard.predictions.comparing.groups import MAX_GROUPS, Group, largest, pairs
from modelyard.predictions.comparing.periods import beginning, by_period, fitting_step, period_title
from modelyard.predictions.comparing.statistics import compared, mean, shares
from tests.predictions.batches.yard import Batches
from tests.predictions.results import HOSTILE, made


def tally(**classes: int) -> Tally:
    return Tally(classes=dict(classes), n=sum(classes.values()))


def numbers(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Tally:
    found = Tally()
    for value in values:
        found.add(None, float(value), None)
    return found


def p_value(a: Tally, b: Tally) -> float:
    (found,) = compared([("a", "A", a), ("b", "B", b)], [(0, 1)])
    assert found.p_value is not None
    return found.p_value


def test_shares_have_wilson_intervals() -> None:
    found = shares(tally(bad=3, good=7), ["bad", "good", "unseen"])
    assert found["bad"].share == 0.3
    assert (found["bad"].low, found["bad"].high) == pytest.approx((0.1078, 0.6032), abs=1e-4)
    assert (found["unseen"].share, found["unseen"].low) == (0, 0)
    assert shares(Tally(), ["bad"]) == {}


def test_means_have_students_intervals() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    found = mean(numbers(values))
    assert found is not None
    expected = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert (found.value, found.low, found.high) == pytest.approx((3.75, *expected))
    assert mean(numbers(values[:1])) is None
    assert mean(tally(bad=3)) is None


def test_many_rows_are_compared_by_chi_square() -> None:
    expected = stats.chi2_contingency([[30, 70], [50, 50]], correction=False)
    assert p_value(tally(bad=30, good=70), tally(bad=50, good=50)) == pytest.approx(expected.pvalue)


def test_few_rows_are_compared_by_drawing_tables() -> None:
    exact = stats.fisher_exact([[1, 7], [6, 2]]).pvalue
    assert p_value(tally(bad=1, good=7), tally(bad=6, good=2)) == pytest.approx(exact, abs=0.01)


def test_numbers_are_compared_by_welch() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.normal(0, 1, 50), generator.normal(0.5, 2, 80)
    assert p_value(numbers(a), numbers(b)) == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)


def test_no_difference_is_seldom_told() -> None:
    """Draws from one distribution in six groups: with Holm, any difference is told in at most 5 % of the cases."""
    generator = np.random.default_rng(1)
    n_told = 0
    for _ in range(200):
        drawn = generator.multinomial(80, [0.2, 0.5, 0.3], size=6)
        groups = [
            (str(i), str(i), tally(**dict(zip("abc", map(int, row), strict=True)))) for i, row in enumerate(drawn)
        ]
        found = compared(groups, [(i, j) for i in range(6) for j in range(i + 1, 6)])
        n_told += any(each.p_value is not None and each.p_value < 0.05 for each in found)
    assert n_told / 200 < 0.08


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        (tally(bad=3), tally(bad=4), "all rows of both are of one class"),
        (Tally(), tally(bad=4), "no predicted rows"),
        (numbers(np.array([1.0])), numbers(np.array([1.0, 2.0])), "one row has no spread"),
        (numbers(np.array([1.0, 1.0])), numbers(np.array([2.0, 2.0])), "all predictions in each are the same"),
    ],
)
def test_what_cannot_be_compared_says_why(a: Tally, b: Tally, told: str) -> None:
    (found,) = compared([("a", "A", a), ("b", "B", b)], [(0, 1)])
    assert found.p_value is None
    assert told in found.told


def test_which_groups_are_tested() -> None:
    groups = [Group(str(n), str(n), tally(bad=n)) for n in range(1, 13)]
    assert pairs(groups[:3], in_time=False) == [(0, 1), (0, 2), (1, 2)]
    assert pairs(groups[:3], in_time=True) == [(0, 1), (1, 2)]
    assert pairs(groups, in_time=False) == [(place, 11) for place in range(11)]
    assert [group.key for group in largest(Group(str(n), "", tally(bad=n + 1)) for n in range(50))] == [
        str(n) for n in range(50 - MAX_GROUPS, 50)
    ]


def test_periods() -> None:
    day = date(2026, 11, 21)
    assert [period_title(beginning(day, step), step) for step in ("day", "week", "month", "quarter", "year")] == [
        "2026-11-21",
        "Week of 2026-11-16",
        "2026-11",
        "2026 Q4",
        "2026",
    ]
    assert fitting_step(day, day) == "day"
    assert fitting_step(date(2026, 9, 1), day) == "week"
    assert fitting_step(date(2024, 1, 1), day) == "quarter"
    assert fitting_step(date(1990, 1, 1), day) == "year"


def test_sums_over_results_are_those_of_the_rows(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    values, labels = generator.normal(5, 2, 500).tolist(), [("a", "b", None)[at % 3] for at in range(500)]
    results = made(tmp_path / "n", [None] * 500, values, classes=None, labels=labels, dtype="float")
    found = results.tallies()
    assert set(found) == {"a", "b", ""}
    of_a = np.array([value for value, label in zip(values, labels, strict=True) if label == "a"])
    assert (found["a"].mean, found["a"].deviation) == pytest.approx((of_a.mean(), of_a.std(ddof=1)))
    dates = {row: date(2026, 1, 1 + row % 2) for row in range(1, 401)}
    periods = by_period(results, dates, "day")
    assert {first: part.n for first, part in periods.items()} == {
        date(2026, 1, 1): 200,
        date(2026, 1, 2): 200,
        None: 100,
    }
    assert math.fsum(part.sum for part in periods.values()) == pytest.approx(sum(values))


def test_confidences_are_counted_in_steps(tmp_path: Path) -> None:
    confidences = [0.5, 0.549, 0.55, 0.99, 1.0, 0.7]
    results = made(tmp_path / "c", ["x"] * 6, ["good"] * 6, confidences=confidences, failed=frozenset({5}))
    (found,) = results.tallies().values()
    assert (found.n, found.n_confident) == (5, 5)
    assert (found.confidences[10], found.confidences[11], found.confidences[19]) == (2, 1, 2)
    assert found.mean_confidence == pytest.approx(sum(confidences[:5]) / 5)


def drawn(charts: list[Chart]) -> list[str]:
    return [svg(chart.spec) for chart in charts if chart.spec]


def test_charts_are_drawn_with_hostile_names() -> None:
    names = [name or "empty" for name in HOSTILE[:9]]
    counts = Tally(classes=dict.fromkeys(names, 3), n=27)
    found = batch_charts(counts, names, None)
    groups = [Group(name, name, counts) for name in names]
    pictures = [
        *drawn(found),
        *drawn(group_charts(groups, names, in_time=False)),
        *drawn(group_charts(groups, names, in_time=True)),
    ]
    assert len(pictures) == 3
    assert not any("<img" in picture or "<script" in picture for picture in pictures)


def test_five_classes_have_a_colour_and_the_others_share_one() -> None:
    names = [f"class {at}" for at in range(300)]
    counts = Tally(classes={name: 300 - at for at, name in enumerate(names)}, n=sum(range(1, 301)))
    (chart,) = group_charts([Group("a", "A", counts), Group("b", "B", counts)], names, in_time=False)
    assert chart.spec is not None
    shown = {row["class"] for row in chart.spec["data"]["values"]}
    assert shown == {*names[:5], "all others"}
    assert sum(row["share"] for row in chart.spec["data"]["values"]) == pytest.approx(2, abs=1e-4)
    (bars,) = batch_charts(counts, names, None)
    assert bars.spec is not None
    assert len(bars.spec["data"]["values"]) == 40
    assert "the 40 most frequent of 300 classes" in bars.spec["title"]["subtitle"]


def test_a_legend_of_long_names_has_several_lines() -> None:
    def columns(names: list[str]) -> int:
        counts = Tally(classes=dict.fromkeys(names, 3), n=3 * len(names))
        (chart,) = group_charts([Group("a", "A", counts)], names, in_time=False)
        assert chart.spec is not None
        found: int = chart.spec["encoding"]["color"]["legend"]["columns"]
        return found

    assert columns(list("12345")) == 5
    assert columns([f"a class with a very long name {at}" for at in range(5)]) == 2


def test_means_are_drawn_and_nothing_is_no_chart() -> None:
    values = numbers(np.array([1.0, 2.0, 4.0]))
    charts = group_charts([Group("a", "A", values), Group("b", "B", numbers(np.array([3.0])))], None, in_time=False)
    assert [chart.id for chart in charts] == ["means"]
    assert len(drawn(charts)) == 1
    assert group_charts([Group("a", "A", Tally())], ["x"], in_time=False) == []
    assert batch_charts(Tally(), ["x"], None) == []


ROWS = "review,product,day\n" + "".join(
    f"{text},{product},{day}\n"
    for text, product, day in [
        ("great phone", "a", "2026-01-05"),
        ("terrible and bad", "b", "2026-01-06"),
        ("love it", "a", "2026-02-01"),
        ("awful bad", "b", ""),
    ]
    * 10
)


def test_over_http(client: TestClient, batches: Batches, reviews: Model, houses: Model) -> None:
    first = batches.predicted(reviews, ROWS, "first.csv")
    second = batches.predicted(reviews, "review\n" + "great phone\n" * 30, "second.csv")
    prices = batches.predicted(houses, "size,rooms,town,garden,built\n50,2,Hue,true,2001-12-31\n", "prices.csv")

    def ask(ids: str, status: int = 200, **params: str) -> dict[str, object]:
        answer = client.get("/api/v1/batches/compare", params={"ids": ids, **params})
        assert answer.status_code == status, answer.text
        found: dict[str, object] = answer.json()
        return found

    both = ask(f"{first.id},{second.id}")
    groups = both["groups"]
    assert isinstance(groups, list)
    assert [(group["title"], group["n"]) for group in groups] == [("first.csv", 40), ("second.csv", 30)]
    assert groups[0]["shares"]["good"]["share"] == 0.5
    assert "first.csv and second.csv differ (chi-square" in str(both["tests"])
    labels = ask(first.id, by="label")["groups"]
    assert isinstance(labels, list)
    assert [(group["title"], group["shares"]["good"]["share"]) for group in labels] == [("a", 1.0), ("b", 0.0)]
    periods = ask(first.id, by="period", column="day", step="month")
    assert isinstance(periods["groups"], list)
    assert [(group["title"], group["n"]) for group in periods["groups"]] == [
        ("2026-01", 20),
        ("2026-02", 10),
        ("No date", 10),
    ]
    assert "10 rows have no date" in str(periods["notes"])
    assert len(ask(f"{first.id},{second.id}", by="period")["groups"]) == 1  # type: ignore[arg-type]
    assert "Columns with dates: day" in str(ask(first.id, 422, by="period", column="product")["hint"])
    assert "cannot be compared" in str(ask(f"{first.id},{prices.id}", 422)["detail"])
    assert "no batch 'bt_x'" in str(ask("bt_x", 404)["detail"])
    assert "Name 1 to 20 batches" in str(ask(",", 422)["detail"])
    charts = client.get(f"/api/v1/batches/{first.id}/charts").json()
    assert [chart["id"] for chart in charts] == ["distribution", "confidence"]
    assert [chart["id"] for chart in client.get(f"/api/v1/batches/{prices.id}/charts").json()] == ["distribution"]
