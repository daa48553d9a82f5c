"""Delimited text: dialects, encodings, types decided after the last row, nothing changed and nothing lost."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.reading.types import MISSING_WORDS
from tests.data.conftest import Take
from tests.examples import examples

PEOPLE = "name,age,town\nAnna,31,Hanoi\nBo,45,Lyon\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(take: Take, delimiter: str) -> None:
    taken = take(PEOPLE.replace(",", delimiter))
    assert taken.frame.to_dicts() == [
        {"name": "Anna", "age": 31, "town": "Hanoi"},
        {"name": "Bo", "age": 45, "town": "Lyon"},
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(take: Take, line_end: str) -> None:
    assert take(PEOPLE.replace("\n", line_end)).frame.height == 2


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["encoding"]),
        ("utf-16-le", ["encoding"]),
        ("utf-16-be", ["encoding"]),
        ("cp1252", ["encoding"]),
    ],
)
def test_encodings_are_found(take: Take, encoding: str, noted: list[str]) -> None:
    text = "ville,prix\nOrléans,1\n" + "Besançon,2\n" * 50
    taken = take(text.encode(encoding))
    assert taken.frame.columns == ["ville", "prix"]
    assert taken.frame["ville"][0] == "Orléans"
    assert taken.note_kinds == noted


def test_vietnamese_survives(take: Take) -> None:
    assert take("thành phố,số\nHà Nội,1\nĐà Nẵng,2\n").frame["thành phố"].to_list() == ["Hà Nội", "Đà Nẵng"]


def test_quotes_hold_delimiters_newlines_and_quotes(take: Take) -> None:
    taken = take('a,b\n"x, y","line 1\nline 2"\n"say ""hi""",z\n')
    assert taken.frame.rows() == [("x, y", "line 1\nline 2"), ('say "hi"', "z")]


def test_single_quotes_and_backslashes(take: Take) -> None:
    assert take("a;b\n'x;y';'z'\n'p';'q'\n").frame.rows() == [("x;y", "z"), ("p", "q")]
    assert take('a,b\n"say \\"hi\\", then go",1\n"x",2\n').frame["a"][0] == 'say "hi", then go'


def test_values_are_not_changed(take: Take) -> None:
    frame = take(
        "zip,phone,big,huge,price,code\n"
        "007,+84912345678,9007199254740993,123456789012345678901,1.50,1e3\n"
        "010,+84912345679,9007199254740995,123456789012345678902,2.25,2e3\n"
    ).frame
    assert frame["zip"].to_list() == ["007", "010"]
    assert frame["phone"].to_list() == ["+84912345678", "+84912345679"]
    assert frame["big"].to_list() == [9007199254740993, 9007199254740995]
    assert frame["huge"].to_list() == ["123456789012345678901", "123456789012345678902"]
    assert frame["price"].to_list() == [1.5, 2.25]
    assert frame["code"].to_list() == [1000.0, 2000.0]


def test_whole_numbers_beyond_a_float_are_not_rounded_by_a_decimal_below_them(take: Take) -> None:
    taken = take("n\n9007199254740993\n0.5\n")
    assert taken.frame["n"].to_list() == ["9007199254740993", "0.5"]
    assert taken.note_kinds == ["inexact_numbers"]


def test_missing_words_are_listed(take: Take) -> None:
    words = [word for word in MISSING_WORDS if word]
    taken = take("n,kept\n" + "".join(f"{word},x\n" for word in words) + ",y\n5,z\n")
    assert taken.frame["n"].to_list() == [None] * len(words) + [None, 5]
    (note,) = [note for note in taken.notes if note.kind == "missing_words"]
    assert all(repr(word) in note.message for word in words)


def test_text_in_the_last_row_makes_a_number_column_text(take: Take) -> None:
    taken = take("n,m\n" + "".join(f"{i},1\n" for i in range(300_000)) + "abc,1\n")
    assert taken.frame["n"].dtype == pl.String
    assert taken.frame["n"].null_count() == 0
    assert taken.frame["n"][-1] == "abc"
    assert taken.frame["m"].dtype == pl.Int64
    (note,) = taken.notes
    assert note.kind == "mixed_types"
    assert "300,000 numbers and 1 other" in note.message
    assert "row 300,002: 'abc'" in note.message


@pytest.mark.parametrize(
    ("values", "dtype", "first"),
    [
        (["1", "2"], pl.Int64, 1),
        (["1", "2.5"], pl.Float64, 1.0),
        (["-.5", "2."], pl.Float64, -0.5),
        ([" 1", "2 "], pl.Int64, 1),
        (["1", "inf"], pl.Float64, 1.0),
        (["true", "false"], pl.Boolean, True),
        (["TRUE", "FALSE"], pl.Boolean, True),
        (["yes", "no"], pl.String, "yes"),
        (["1", "1,234.5"], pl.String, "1"),
    ],
)
def test_types(take: Take, values: Sequence[str], dtype: pl.DataType, first: object) -> None:
    series = take("\t".join(["v", "w"]) + "\n" + "".join(f"{value}\tx\n" for value in values)).frame["v"]
    assert series.dtype == dtype
    assert series[0] == first


@pytest.mark.parametrize(
    ("values", "iso"),
    [
        (["2024-02-29", "2024-03-01"], "2024-02-29"),
        (["2024/02/29", "2024/03/01"], "2024-02-29"),
        (["29.02.2024", "01.03.2024"], "2024-02-29"),
        (["29/02/2024", "01/03/2024"], "2024-02-29"),
        (["02/29/2024", "03/01/2024"], "2024-02-29"),
        (["2024-02-29 10:15", "2024-03-01 00:00"], "2024-02-29T10:15:00"),
        (["2024-02-29T10:15:30.25", "2024-03-01T00:00:00"], "2024-02-29T10:15:30.250000"),
        (["2024-02-29T10:15:30Z", "2024-03-01T00:00:00+07:00"], "2024-02-29T10:15:30"),
        (["02/29/2024 10:15", "03/01/2024 00:00"], "2024-02-29T10:15:00"),
    ],
)
def test_dates(take: Take, values: Sequence[str], iso: str) -> None:
    assert take("d,x\n" + "".join(f"{value},1\n" for value in values)).frame["d"][0].isoformat() == iso


def test_ambiguous_dates_stay_text(take: Take) -> None:
    taken = take("d,x\n01/02/2024,1\n03/04/2024,2\n")
    assert taken.frame["d"][0] == "01/02/2024"
    assert taken.note_kinds == ["ambiguous_dates"]


def test_impossible_dates_stay_text(take: Take) -> None:
    assert take("d,x\n2024-02-30,1\n2024-02-28,2\n").frame["d"].to_list() == ["2024-02-30", "2024-02-28"]


def test_decimal_commas(take: Take) -> None:
    assert take("a;b\n1,5;x\n2,25;y\n3;z\n").frame["a"].to_list() == [1.5, 2.25, 3.0]
    # 1,234 may be a thousand: it stays as it is.
    assert take("a;b\n1,234;x\n2,345;y\n").frame["a"].to_list() == ["1,234", "2,345"]


def test_a_file_without_a_header(take: Take) -> None:
    taken = take("1,2,x\n3,4,y\n5,6,z\n")
    assert taken.frame.columns == ["column_1", "column_2", "column_3"]
    assert taken.frame.height == 3
    assert taken.note_kinds == ["no_header"]


def test_years_as_names_of_text_columns_are_a_header(take: Take) -> None:
    assert take("country,2019,2020\nFrance,1,2\nPeru,3,4\n").frame.columns[0] == "country"


def test_duplicated_and_empty_names(take: Take) -> None:
    taken = take("a,a,,a_2, \nx,y,z,v,w\n")
    assert taken.frame.columns == ["a", "a_3", "column_3", "a_2", "column_5"]
    assert taken.note_kinds == ["renamed_columns"] * 3


def test_names_that_clash_with_the_reader_s_own(take: Take) -> None:
    taken = take("c1,c0,c1 values\n1,x,2\n2,y,3\n")
    assert taken.frame.columns == ["c1", "c0", "c1 values"]
    assert taken.frame["c1"].to_list() == [1, 2]


def test_one_column(take: Take) -> None:
    assert take("age\n31\n45\n").frame["age"].to_list() == [31, 45]
    with pytest.raises(UnreadableFile, match="row 2 has 2"):
        take("note\nhello, world\nbye\n")


def test_wide_tables(take: Take) -> None:
    names = [f"x{i}" for i in range(10_000)]
    text = ",".join(names) + "\n" + (",".join("1" for _ in names) + "\n") * 3
    with pytest.raises(DatasetTooLarge, match="10,000 columns; the limit is 5,000"):
        take(text)
    some = "\n".join(",".join(line.split(",")[:2_000]) for line in text.splitlines())
    frame = take(some).frame
    assert frame.shape == (3, 2_000)
    assert frame.dtypes == [pl.Int64] * 2_000


def test_ragged_rows_are_named(take: Take) -> None:
    with pytest.raises(UnreadableFile) as caught:
        take("a,b\n1,2\n3\n4,5\n6,7,8\n")
    assert "2 rows have" in caught.value.message
    assert "row 3 has 1, row 5 has 3" in caught.value.message
    assert caught.value.hint


def test_a_line_above_the_header(take: Take) -> None:
    with pytest.raises(UnreadableFile, match="another number of columns"):
        take("Report of May\na,b\n1,2\n3,4\n")


def test_an_unclosed_quote_does_not_swallow_the_rest(take: Take) -> None:
    with pytest.raises(UnreadableFile, match="never closed"):
        take('a,b\n1,x\n2,"y\n3,z\n4,w\n')
    assert take('a,b\n1,x\n"2,y\n3,z\n4,w\n').frame.rows() == [("1", "x"), ('"2', "y"), ("3", "z"), ("4", "w")]


@pytest.mark.parametrize("content", ["", "   \n\n", "\ufeff", "\r\n\r\n"])
def test_an_empty_file(take: Take, content: str) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        take(content)


@pytest.mark.parametrize("content", ["a,b\n", "a,b", '"a","b"\n\n\n'])
def test_a_header_only(take: Take, content: str) -> None:
    with pytest.raises(UnreadableFile, match="no row below"):
        take(content)


@pytest.mark.parametrize("content", ['""""""""\n', '"\n', '""\n""\n', '"""'])
def test_only_quotes(take: Take, content: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        take(content)
    assert caught.value.hint


def test_nul_bytes(take: Take) -> None:
    with pytest.raises(UnreadableFile, match="Line 3 holds a NUL byte"):
        take(b"a,b\n1,2\n3,\x004\n" + b"5,6\n" * 200)


def test_two_encodings_in_one_file(take: Take) -> None:
    good = "ville,prix\n" + "Orléans,1\n" * 1000
    with pytest.raises(UnreadableFile, match="Line 1,002 has bytes that are not UTF-8"):
        take(good.encode() + "Besançon,2\n".encode("cp1252") + good.encode())


def test_a_cell_over_the_limit(take: Take) -> None:
    rows = "1,2\n" * 3
    with pytest.raises(UnreadableFile, match="Row 5 has a cell of more than"):
        take("a,b\n" + rows + "1," + "x" * 5_000_000 + "\n" + rows)
    with pytest.raises(UnreadableFile, match="longer than 8 MB"):
        take("a,b\n" + rows + "1," + "x" * 20_000_000 + "\n" + rows)


def test_a_large_cell_below_the_limit(take: Take) -> None:
    text = "x" * 3_000_000
    rows = "".join(f"{i},y\n" for i in range(200_000))
    frame = take("a,b\n" + rows + f"7,{text}\n" + rows).frame
    assert frame.height == 400_001
    assert frame["b"][200_000] == text
    assert frame["a"][200_001] == 0


def test_infinite_values_are_kept(take: Take) -> None:
    assert take("a,b\n1.5,x\ninf,y\n-Infinity,z\n").frame["a"].to_list() == [1.5, float("inf"), float("-inf")]


def test_a_name_that_promises_another_format(take: Take) -> None:
    assert take(PEOPLE, "people.parquet").note_kinds == ["wrong_extension"]


def test_gzip(take: Take, tmp_path: Path) -> None:
    import gzip

    assert take(gzip.compress(PEOPLE.encode()), "people.csv.gz").frame.height == 2
    two = gzip.compress(PEOPLE.encode()) + gzip.compress(b"Cy,20,Quito\n")
    assert take(two, "people.csv.gz").frame.height == 3
    with pytest.raises(UnreadableFile, match="cut off"):
        take(gzip.compress(PEOPLE.encode())[:-9], "people.csv.gz")
    with pytest.raises(UnreadableFile, match="200-fold"):
        take(gzip.compress(b"a,b\n" + b"1,2\n" * 25_000_000), "people.csv.gz")


_CELL = st.text(st.sampled_from("abc XYZé€\"'\n\\-_0123456789.") | st.sampled_from("việt☃"), max_size=12)


@st.composite
def _written(draw: st.DrawFn) -> tuple[list[list[str]], bytes]:
    delimiter = draw(st.sampled_from(",;\t|"))
    cell = st.builds(lambda text, extra: text + extra, _CELL, st.sampled_from(["", "", "", delimiter]))
    width = draw(st.integers(2, 5))
    header = [f"name {i}" for i in range(width)]
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12))
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer,
        delimiter=delimiter,
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
    )
    writer.writerows([header, *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return [header, *rows], buffer.getvalue().encode(encoding)


@given(written=_written())
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_what_csv_writer_wrote_comes_back(take: Take, written: tuple[list[list[str]], bytes]) -> None:
    """Cell by cell: the same text, or the number or date that it writes, or nothing for a missing word."""
    (header, *rows), content = written
    # What is in single quotes from top to bottom is quoted, to any reader.
    assume(not any(all(cell[:1] == cell[-1:] == "'" for cell in column if cell) for column in zip(*rows, strict=True)))
    if all(cell.strip() in MISSING_WORDS for row in rows for cell in row):
        with pytest.raises(UnreadableFile, match="no values"):
            take(content)
        return
    frame = take(content).frame
    assert frame.columns == header
    assert frame.height == len(rows)
    for given_row, read_row in zip(rows, frame.iter_rows(), strict=True):
        for text, value in zip(given_row, read_row, strict=True):
            if text.strip() in MISSING_WORDS:
                assert value is None
            elif isinstance(value, str):
                assert value == text
            elif isinstance(value, int | float):
                assert value == float(text)
            else:
                assert str(value.year) in text
