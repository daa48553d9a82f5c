"""Tables as files to take away: what was written reads back, nothing is computed, and memory stays flat."""

import csv
import io
import json
import math
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from modelyard.data.table_writing.write import TableFormat, table_pieces, write_table
from modelyard.data.table_writing.xlsx import MAX_CELL_CHARACTERS, MAX_COLUMNS, XlsxWriter
from modelyard.kernel.errors import TooLarge

FORMATS: tuple[TableFormat, ...] = ("csv", "jsonl", "parquet", "xlsx")
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    '#import "x"',
    "*bold* {{7*7}}",
    "\u202eevil",
    'a,b\n"c"\r\nd',
    "👩‍👩‍👧‍👦 e\u0301 مرحبا",
    "",
]
ROWS = pl.DataFrame(
    {
        "row": list(range(len(HOSTILE))),
        "text": HOSTILE,
        "share": [0.1 + 0.2, None, float("nan"), float("inf"), -1.5, 0.0, 1e300, 2.0],
        "is_sure": [True, False, None, True, True, True, True, True],
        "at": [datetime(2026, 11, 21, 9, 30, 15)] * 7 + [None],  # noqa: DTZ001 — datasets have local times
        "day": [date(2026, 11, 21)] * 7 + [None],
        "large": [2**60, None, 1, 2, 3, 4, 5, 6],
    }
)


def written(frames: list[pl.DataFrame], kind: TableFormat, **options: bool) -> bytes:
    out = io.BytesIO()
    write_table(frames, kind, out, **options)
    return out.getvalue()


def sheet(content: bytes, name: str | int = 0) -> pl.DataFrame:
    return fastexcel.read_excel(content).load_sheet(name).to_polars()


def test_csv_reads_back_and_is_harmless() -> None:
    rows = list(csv.DictReader(io.StringIO(written([ROWS[:3], ROWS[3:]], "csv").decode(), newline="")))
    assert [row["text"] for row in rows] == [f"'{text}" if text.startswith("=") else text for text in HOSTILE]
    assert rows[0]["share"] == "0.30000000000000004"
    assert rows[1]["share"] == ""
    assert rows[0]["large"] == str(2**60)
    assert rows[0]["at"] == "2026-11-21T09:30:15"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(start: str) -> None:
    frame = pl.DataFrame({f"{start}name": [f"{start}1+1", "1=1", None]})
    header, first, second, _ = csv.reader(io.StringIO(written([frame], "csv").decode(), newline=""))
    assert (header, first, second) == ([f"'{start}name"], [f"'{start}1+1"], ["1=1"])
    assert not written([frame], "csv", neutralise=False).startswith(b"'")


def test_signed_numbers_as_text_are_no_formulas() -> None:
    frame = pl.DataFrame({"class": ["-1", "+1", "-2.5", "-1+cmd()", "-1-"], "number": [-1, -2, -3, -4, -5]})
    lines = written([frame], "csv").decode().splitlines()[1:]
    assert lines == ["-1,-1", "+1,-2", "-2.5,-3", "'-1+cmd(),-4", "'-1-,-5"]


def test_names_stay_different_when_they_are_made_harmless() -> None:
    frame = pl.DataFrame({"=a": [1], "'=a": [2]})
    assert written([frame], "csv").decode() == "''=a,'=a\n1,2\n"


def test_csv_for_excel_begins_with_a_mark() -> None:
    content = written([ROWS[:1], ROWS[1:2]], "csv", bom=True)
    assert content.startswith(b"\xef\xbb\xbfrow,")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_a_missing_cell_alone_in_its_row_is_still_a_row() -> None:
    content = written([pl.DataFrame({"a": ["x", None, "y"]})], "csv")
    assert len(list(csv.reader(io.StringIO(content.decode())))) == 4
    assert pl.read_csv(content).height == 3


def test_json_lines_read_back() -> None:
    rows = [json.loads(line) for line in written([ROWS[:4], ROWS[4:]], "jsonl").decode().splitlines()]
    assert [row["text"] for row in rows] == HOSTILE
    assert rows[2]["share"] is None
    assert rows[0]["at"] == "2026-11-21T09:30:15"


def test_parquet_keeps_every_type() -> None:
    nested = ROWS.with_columns(chances=pl.Series([[0.1, 0.9]] * ROWS.height), name=pl.lit("a").cast(pl.Categorical))
    back = pl.read_parquet(io.BytesIO(written([nested[:5], nested[5:]], "parquet")))
    assert back.with_columns(pl.col("name").cast(pl.Categorical)).equals(nested)


def test_xlsx_has_texts_as_texts() -> None:
    content = written([ROWS[:3], ROWS[3:]], "xlsx")
    back = sheet(content)
    texts = [text.replace("\r\n", "\n") for text in HOSTILE[:-1]]
    assert [text.replace("_x000D_", "").replace("\r\n", "\n") for text in back["text"].to_list()[:-1]] == texts
    shares = [float(cell) for cell in back["share"].to_list() if cell]
    assert shares == pytest.approx([0.3, math.nan, math.inf, -1.5, 0, 1e300, 2], nan_ok=True)
    assert back["large"].to_list()[0] == str(2**60)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet" in name for name in archive.namelist())


def test_xlsx_keeps_times_and_numbers() -> None:
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 11, 21, 9, 30, tzinfo=UTC)],
            "day": [date(2026, 11, 21)],
            "clock": [time(9, 30)],
            "took": [timedelta(seconds=90)],
            "n": [3.25],
            "old": [date(1850, 1, 1)],
        }
    )
    back = sheet(written([frame], "xlsx"))
    assert back["at"][0] == datetime(2026, 11, 21, 9, 30)  # noqa: DTZ001 — a sheet has no zones
    assert back["day"][0].date() == date(2026, 11, 21)
    assert (back["took"][0], back["n"][0], back["old"][0]) == (90.0, 3.25, "1850-01-01")


def test_texts_too_long_for_a_cell_are_cut_and_it_is_said() -> None:
    texts = ["x" * MAX_CELL_CHARACTERS, "y" * (MAX_CELL_CHARACTERS + 1), "😀" * 20_000]
    out = io.BytesIO()
    done = write_table([pl.DataFrame({"text": texts})], "xlsx", out)
    back = sheet(out.getvalue())["text"].to_list()
    assert back[0] == texts[0]
    assert back[1] == "y" * (MAX_CELL_CHARACTERS - 1) + "…"
    assert back[2] == "😀" * 16_383 + "…"
    assert done.notes[0].startswith("2 texts are cut: a cell of XLSX holds 32,767 characters.")
    assert "2 texts are cut" in str(sheet(out.getvalue(), "About this file").columns)


def test_rows_beyond_a_sheet_go_on_the_next() -> None:
    out = io.BytesIO()
    writer = XlsxWriter(out, sheet_rows=4)
    for part in range(2):
        writer.write(pl.DataFrame({"row": [part * 4 + at for at in range(4)]}))
    assert writer.close() == ["The rows are on 3 sheets: a sheet of XLSX holds 4 rows with its header."]
    assert sheet(out.getvalue(), "Rows 3")["row"].to_list() == [6, 7]
    assert fastexcel.read_excel(out.getvalue()).sheet_names == ["Rows", "Rows 2", "Rows 3", "About this file"]


def test_more_columns_than_a_sheet_has_are_refused() -> None:
    frame = pl.DataFrame({f"c{at}": [1] for at in range(MAX_COLUMNS + 1)})
    with pytest.raises(TooLarge, match="at most 16,384 columns"):
        written([frame], "xlsx")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_rows_still_have_a_header(kind: TableFormat) -> None:
    content = written([ROWS.clear()], kind)
    if kind == "csv":
        assert content == b"row,text,share,is_sure,at,day,large\n"
    elif kind == "parquet":
        assert pl.read_parquet(io.BytesIO(content)).schema == ROWS.schema
    elif kind == "xlsx":
        assert sheet(content).columns == ROWS.columns
    else:
        assert content == b""


@pytest.mark.parametrize("kind", FORMATS)
def test_pieces_are_the_same_file(kind: TableFormat) -> None:
    frames = [ROWS.with_columns(pl.col("row") + 8 * at) for at in range(50)]
    assert b"".join(table_pieces(frames, kind)) == written(frames, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_rows_give_the_same_bytes(kind: TableFormat) -> None:
    assert written([ROWS], kind) == written([ROWS], kind)


def test_pieces_come_before_the_last_frame() -> None:
    taken: list[int] = []

    def frames() -> Iterator[pl.DataFrame]:
        for at in range(100):
            taken.append(at)
            yield pl.DataFrame({"text": ["x" * 1000] * 1000})

    next(iter(table_pieces(frames(), "csv")))
    assert len(taken) == 1


MEASURE = """
import resource, sys
import polars as pl, pyarrow.parquet, xlsxwriter
from modelyard.data.table_writing.write import write_table
from pathlib import Path
def frames(n):
    for at in range(n):
        yield pl.DataFrame({"row": range(at * 5000, at * 5000 + 5000), "text": [f"text {i} " * 10 for i in range(5000)],
                            "share": [i / 7 for i in range(5000)]})
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[2], "wb") as out:
    write_table(frames(1), sys.argv[1], out)
    before = peak()
    write_table(frames(int(sys.argv[3])), sys.argv[1], out)
print(peak() - before)
"""


MANY = [*((kind, 100) for kind in FORMATS if kind != "xlsx"), ("xlsx", 20)]


@pytest.mark.parametrize(("kind", "n_pieces"), [*MANY, pytest.param("xlsx", 100, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_the_rows(kind: TableFormat, n_pieces: int, tmp_path: Path) -> None:
    """500 000 rows stay within 150 MB of what 5 000 took, in a process of their own; XLSX takes 0.1 s a piece."""
    command = [sys.executable, "-c", MEASURE, kind, str(tmp_path / "out"), str(n_pieces)]
    grown_kilobytes = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert grown_kilobytes < 1.5 * n_pieces * 1024
