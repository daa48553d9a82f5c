"""What a report says, and that texts of users are never anything but text."""

import re
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from modelyard.data.reporting.shown import breakable, shown
from modelyard.predictions.batches.results import Results
from modelyard.predictions.percents import percent, percent_range
from modelyard.predictions.reports.collecting import MAX_ROWS, collect
from modelyard.predictions.reports.columns import WIDE_SHARE, row_table
from modelyard.predictions.reports.content import Example, Facts, Report
from modelyard.predictions.reports.html import write_html
from modelyard.predictions.reports.pdf import document, write_pdf
from tests.predictions.results import HOSTILE, made

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
GOOD = [f"great phone number {at} works well" for at in range(30)]
BAD = [f"terrible screen number {at} broke" for at in range(20)]


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "batch": "Reviews",
        "filename": "=reviews <b>.csv",
        "endpoint": "Stars",
        "model": "Đánh giá sao",
        "version": 3,
        "predicted_at": AT,
        "made_at": AT,
        "n_rows": 50,
        "n_failed": 0,
        "n_unsure": None,
        "not_sure_below": None,
        "target": "verdict",
        "label": None,
    }
    return Facts(**(known | changes))


def collected(results: Results, *, title: str = "Tháng 11", with_rows: bool = True, **changes: Any) -> Report:
    numbers = changes.pop("numbers", None)
    with results:
        return collect(
            results, facts(**changes), title=title, numbers=numbers, with_rows=with_rows, say=lambda *_: None
        )


@pytest.fixture
def report(tmp_path: Path) -> Report:
    predicted = ["good"] * len(GOOD) + ["bad"] * len(BAD)
    confidences = [0.5 + at / 100 for at in range(50)]
    return collected(made(tmp_path / "r.sqlite", [*GOOD, *BAD], predicted, confidences=confidences))


def html_of(report: Report, folder: Path) -> str:
    write_html(report, folder / "report.html")
    return (folder / "report.html").read_text()


def pdf_of(report: Report, folder: Path) -> bytes:
    folder.mkdir(exist_ok=True)
    write_pdf(report, folder / "report.pdf", scratch=folder)
    return (folder / "report.pdf").read_bytes()


class Seen(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    return parser


def test_shares_have_wilson_intervals(report: Report) -> None:
    by_name = {each.name: each for each in report.shares}
    assert (by_name["good"].n, by_name["good"].share) == (30, 0.6)
    assert (by_name["good"].low, by_name["good"].high) == pytest.approx((0.4618, 0.7239), abs=1e-4)
    assert [each.color for each in report.shares] == ["#0072b2", "#e69f00"]


def test_fractions_are_never_rounded_to_none_or_all() -> None:
    assert [percent(each) for each in (0, 0.0004, 0.042, 0.9996, 1)] == [
        "0 %",
        "< 0.1 %",
        "4.2 %",
        "> 99.9 %",
        "100 %",
    ]
    assert [percent(each, 0) for each in (0.001, 0.5, 0.996)] == ["< 1 %", "50 %", "> 99 %"]
    assert percent_range(0.031, 0.046) == "3.1 – 4.6 %"


def test_columns_without_anything_in_them_are_left_out() -> None:
    rows = [Example(1, "fine", "", "good", 0.7), Example(2, "bad", "", "poor", None)]
    assert row_table("Most sure", rows, with_prediction=False).head == ("Row", "Most sure", "Confidence")
    table = row_table("Text", [Example(1, "x", "A label of some length", "5.2", None)], with_prediction=True)
    assert (table.head, table.shares) == (("Row", "Text", "Label", "Predicted"), (None, 1.0, WIDE_SHARE, None))
    assert list(table.cells()) == [("1", "x", "A label of some length", "5.2")]


def test_figures_and_words(report: Report) -> None:
    assert ("50", "rows predicted") in report.figures
    assert ("75 %", "mean confidence") in report.figures
    told = {each.name: [word.word for word in each.words] for each in report.telling}
    assert {"great", "phone", "works", "well"} <= set(told["good"])
    assert {"terrible", "screen", "broke"} <= set(told["bad"])
    assert report.cloud is not None
    assert "great" in report.cloud.told
    assert "Stop-words (en) are left out" in report.cloud_note


def test_examples_are_the_most_and_least_sure(report: Report) -> None:
    bad, good = report.examples
    assert [each.row for each in good.first] == [30, 29, 28]
    assert [each.row for each in good.second] == [1, 2, 3]
    assert [each.row for each in bad.first] == [50, 49, 48]


def test_texts_that_say_the_same_are_shown_once(tmp_path: Path) -> None:
    texts = ["great"] * 40 + ["GREAT", "good"]
    (good,) = collected(made(tmp_path / "r.sqlite", texts, ["good"] * 42)).examples
    assert [each.text for each in good.first] == ["good", "GREAT"]
    assert good.second == ()


def test_the_same_report_gives_the_same_bytes(report: Report, tmp_path: Path) -> None:
    assert html_of(report, tmp_path) == html_of(report, tmp_path)
    assert pdf_of(report, tmp_path / "a") == pdf_of(report, tmp_path / "b")


@pytest.fixture
def hostile(tmp_path: Path) -> Report:
    texts = [*HOSTILE, *(f"text number {at}" for at in range(20))]
    labels = ["<b>=1+1</b>\nnewline"] * len(texts)
    predicted = ["<script>alert(2)</script>" if at % 2 else "#panic()" for at in range(len(texts))]
    results = made(
        tmp_path / "h.sqlite", texts, predicted, classes=("<script>alert(2)</script>", "#panic()"), labels=labels
    )
    return collected(results, title='#import "evil" <script>', filename="</title><img src=x>.csv")


def test_html_has_no_element_attribute_or_address_of_a_user(hostile: Report, tmp_path: Path) -> None:
    page = html_of(hostile, tmp_path)
    found = seen(page)
    assert not found.tags & {"script", "img", "iframe", "object", "embed", "link", "a", "b", "form", "input"} - {"b"}
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert not re.findall(r"url\(\s*['\"]?(?!#)", page)
    addresses = set(re.findall(r"https?://[^\s\"<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    text = "".join(found.text)
    for each in ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", '#import "x"', "{{7*7}}", "中文", "منتج رائع"):
        assert each in text
    assert "</bdi></td><script>alert(1)</script>" in text
    assert "\u202e" not in page
    assert "\x00" not in page


def test_pdf_takes_texts_literally(hostile: Report, tmp_path: Path) -> None:
    content = pdf_of(hostile, tmp_path / "pdf")
    assert content.startswith(b"%PDF-")
    assert b"/JavaScript" not in content
    assert b"/URI" not in content
    if which("pdftotext") is None:
        return  # what typst was given is tested below
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "pdf" / "report.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    for each in ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", '#import "x"', "*bold* _it_ $x$ @ref #let"):
        assert each in text, each
    assert "#panic()" in text


def test_the_layout_is_given_texts_and_never_markup(hostile: Report) -> None:
    found = document(hostile)
    assert [row[1] for row in found["rows"]["rows"]][:6] == list(HOSTILE[:6])
    assert found["title"] == '#import "evil" <script>'
    layout = Path(document.__code__.co_filename).with_name("report.typ").read_text()
    assert "eval" not in layout


def test_characters_without_a_font_are_told(hostile: Report, report: Report, tmp_path: Path) -> None:
    from modelyard.data.fonts.face import without_font

    assert without_font("Đánh giá 👍 مرحبا नमस्ते สวัสดี שלום Ωραία Красота") == []
    assert without_font("中文 ok") == ["中", "文"]


def test_vietnamese_is_in_the_pdf(tmp_path: Path) -> None:
    if which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    text = "Sản phẩm rất tốt, đóng gói cẩn thận"
    report = collected(made(tmp_path / "r.sqlite", [text] * 3, ["good"] * 3), title="Đánh giá của khách hàng")
    pdf_of(report, tmp_path / "pdf")
    found = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "pdf" / "report.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert text in found
    assert "Đánh giá của khách hàng" in found
    assert "Page 1 of" in found


def test_numbers_instead_of_classes(tmp_path: Path) -> None:
    numbers = {"mean": 2.5, "min": 1, "max": 4, "histogram": {"edges": [1, 2, 3, 4], "counts": [1, 1, 2]}}
    results = made(tmp_path / "r.sqlite", [None] * 4, [1.0, 2.0, 3.0, 4.0], classes=None, dtype="float")
    report = collected(results, numbers=numbers, label="Spring")
    assert report.figures[2] == ("2.5", "mean, 95 % interval 0.4457 to 4.554")
    assert not report.shares
    assert report.cloud is None
    assert [each.row for each in report.examples[0].first] == [4, 3, 2]
    assert pdf_of(report, tmp_path / "pdf").startswith(b"%PDF-")
    assert "Highest" in html_of(report, tmp_path)


def test_one_class_three_hundred_classes_and_no_prediction(tmp_path: Path) -> None:
    one = collected(made(tmp_path / "1.sqlite", ["fine"] * 3, ["only"] * 3, classes=("only",)))
    assert [each.share for each in one.shares] == [1.0]
    many = tuple(f"class {at}" for at in range(300))
    several = collected(made(tmp_path / "300.sqlite", ["fine text"] * 600, list(many) * 2, classes=many))
    assert len(several.shares) == 40
    assert several.shares_note == "The 40 most frequent of 300 classes."
    none = collected(made(tmp_path / "0.sqlite", ["x"] * 3, ["good"] * 3, failed=frozenset({0, 1, 2})), n_failed=3)
    for place, report in enumerate((one, several, none)):
        assert pdf_of(report, tmp_path / f"{place}").startswith(b"%PDF-")
        assert "<h1>" in html_of(report, tmp_path)
    assert ("0", "rows predicted") in none.figures
    assert all(each.prediction == "not predicted" for each in none.rows)


def test_rows_end_at_ten_thousand_and_it_is_said(tmp_path: Path) -> None:
    n = MAX_ROWS + 5
    report = collected(made(tmp_path / "r.sqlite", ["great"] * n, ["good"] * n))
    assert len(report.rows) == MAX_ROWS
    assert report.rows_note.startswith("The first 10,000 of 10,005 rows; the export has all of them.")


def test_only_stop_words_are_told(tmp_path: Path) -> None:
    report = collected(made(tmp_path / "r.sqlite", ["the and of"] * 5, ["good"] * 5))
    assert (report.cloud, report.cloud_note) == (None, "The texts hold only stop-words.")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (1234.5678, "1,234.57"),
        ("a\nb\t c", "a b c"),
        ("x" * 20, "x" * 9 + "…"),
        ("\u202eabc\x00", "\ufffdabc\ufffd"),
    ],
)
def test_shown(value: object, said: str) -> None:
    assert shown(value, 10) == said


def test_long_words_can_be_broken_and_lose_nothing() -> None:
    assert breakable("x" * 100).replace("\u200b", "") == "x" * 100
    assert max(map(len, breakable("x" * 100).split("\u200b"))) == 20
    assert breakable("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0"
