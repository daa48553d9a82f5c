"""JSON, JSON Lines, Parquet and XLSX; and what is refused at once."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.formats import detect
from modelyard.kernel.settings import Settings
from tests.data.conftest import Take

RECORDS = [{"name": "Anna", "age": 31}, {"name": "Bo", "age": None, "town": "Lyon"}]


def workbook(rows: list[list[str]], *, names: tuple[str, ...] = ("Sheet1",)) -> bytes:
    """A minimal XLSX file with texts and numbers in its last sheet; the sheets before it are empty."""

    def cell(value: str) -> str:
        if value == "":
            return "<c/>"
        is_number = value.lstrip("-").replace(".", "", 1).isdigit() and (value[0] != "0" or value == "0")
        return f"<c><v>{value}</v></c>" if is_number else f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(names) + 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{names[i - 1]}" sheetId="{i}" r:id="r{i}"/>' for i in numbers)
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>'
        )
        targets = "".join(
            f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>'
        )
        for i in numbers:
            filled = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows) if i == len(names) else ""
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{filled}</sheetData></worksheet>'
            )
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        "\n\n".join(map(json.dumps, RECORDS)) + "\n",
        json.dumps({"name": ["Anna", "Bo"], "age": [31, None], "town": [None, "Lyon"]}),
        json.dumps({"name": {"0": "Anna", "1": "Bo"}, "age": {"0": 31}, "town": {"1": "Lyon"}}),
        json.dumps({"status": "ok", "rows": RECORDS}),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_shapes_of_json(take: Take, content: str, encoding: str) -> None:
    taken = take(content.encode(encoding), "people.json")
    assert taken.frame.to_dicts() == [
        {"name": "Anna", "age": 31, "town": None},
        {"name": "Bo", "age": None, "town": "Lyon"},
    ]


def test_json_values_are_not_changed(take: Take) -> None:
    records: list[dict[str, Any]] = [
        {
            "id": "007",
            "big": 9007199254740993,
            "huge": 2**70,
            "word": "NA",
            "empty": "",
            "n": 1,
            "b": True,
            "d": "2024-02-29",
        },
        {"id": "008", "big": 2, "huge": 1, "word": "null", "empty": "x", "n": 2.5, "b": None, "d": "2024-03-01"},
    ]
    taken = take("\n".join(map(json.dumps, records)), "rows.jsonl")
    assert taken.frame.drop("huge", "d").to_dicts() == [
        {key: value for key, value in record.items() if key not in ("huge", "d")} for record in records
    ]
    assert taken.frame["huge"].to_list() == [str(2**70), "1"]
    assert taken.frame["d"].to_list() == [date(2024, 2, 29), date(2024, 3, 1)]


def test_mixed_and_nested_json(take: Take) -> None:
    lines = [{"a": 1, "b": [1, 2]}, {"a": "x", "b": {"c": "é"}}, {"a": True, "b": None}]
    taken = take("\n".join(map(json.dumps, lines)), "rows.jsonl")
    assert taken.frame["a"].to_list() == ["1", "x", "true"]
    assert taken.frame["b"].to_list() == ["[1, 2]", '{"c": "é"}', None]
    assert taken.note_kinds == ["mixed_types", "nested_values"]


def test_a_key_that_appears_late_and_a_type_that_changes_late(take: Take) -> None:
    lines = ['{"n": 1}'] * 30_000 + ['{"n": "abc", "late": 5}']
    taken = take("\n".join(lines), "rows.jsonl")
    assert taken.frame["n"][0] == "1"
    assert taken.frame["n"][-1] == "abc"
    assert taken.frame["late"].null_count() == 30_000
    assert taken.frame["late"][-1] == 5


def test_a_long_json_list_is_read_in_pieces(take: Take) -> None:
    records = [{"i": i, "text": "ü" * (i % 50)} for i in range(60_000)]
    frame = take(json.dumps(records, indent=1), "rows.json").frame
    assert frame["i"].to_list() == list(range(60_000))
    assert frame["text"][59_999] == "ü" * 49


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"a": 1}, {"a": 2}', "cut off"),
        ('[{"a": 1}, {"a"', "not valid JSON"),
        ('[{"a": 1} {"a": 2}]', "comma"),
        ('[{"a": 1}] x', "after the end"),
        ('{"a": 1}\n{"a": 2\n', "Line 2"),
        ('[{"a": 1}, 5]', "Record 2 is not an object"),
        ("[[1, 2], [3, 4]]", "Record 1 is not an object"),
        ('{"a": [1, 2], "b": [1]}', "different lengths"),
        ("[]", "no rows"),
        ("[{}, {}]", "no rows"),
        ('{"a": "\\ud800"}\n', "half a character"),
    ],
)
def test_broken_json(take: Take, content: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        take(content, "rows.json")


def parquet(columns: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_parquet_types(take: Take) -> None:
    moment = datetime(2024, 2, 29, 10, tzinfo=UTC)
    taken = take(
        parquet(
            {
                "small": pa.array([1, None], pa.int8()),
                "unsigned": pa.array([2**64 - 1, 1], pa.uint64()),
                "fits": pa.array([7, 1], pa.uint64()),
                "money": pa.array([Decimal("1.50"), None]),
                "single": pa.array([0.5, float("nan")], pa.float32()),
                "flag": [True, None],
                "text": ["007", ""],
                "category": pa.array(["x", "y"]).dictionary_encode(),
                "day": [date(2024, 2, 29), None],
                "at": [moment, None],
                "list": [[1, 2], None],
                "bytes": [b"\x00\xff", None],
                "nothing": pa.nulls(2),
                "a.b": [1, 2],
            }
        ),
        "rows.parquet",
    )
    assert taken.frame.row(0) == (
        1, str(2**64 - 1), 7, 1.5, 0.5, True, "007", "x", date(2024, 2, 29), moment.replace(tzinfo=None),
        "[1, 2]", "00ff", None, 1,
    )  # fmt: skip
    assert taken.frame.row(1) == (None, "1", 1, None, None, None, "", "y", None, None, None, None, None, 2)
    assert taken.note_kinds == ["nested_values", "nested_values"]


def test_a_truncated_parquet(take: Take) -> None:
    whole = parquet({"a": list(range(1000))})
    with pytest.raises(UnreadableFile, match="cut off"):
        take(whole[:-20], "rows.parquet")
    middle = bytearray(whole)
    middle[20:400] = b"\xff" * 380
    with pytest.raises(UnreadableFile, match="damaged"):
        take(bytes(middle), "rows.parquet")


def test_parquet_without_rows(take: Take) -> None:
    with pytest.raises(UnreadableFile, match="no rows"):
        take(parquet({"a": pa.array([], pa.int64())}), "rows.parquet")


def test_a_parquet_bomb(take: Take) -> None:
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, pa.schema([("a", pa.int8())])) as writer:
        constant = pa.table({"a": pa.array([1], pa.int8()).take(pa.array([0] * 10_000_000))})
        for _ in range(10):
            writer.write_table(constant, row_group_size=10_000_000)
    with pytest.raises(UnreadableFile, match="200-fold"):
        take(buffer.getvalue(), "rows.parquet")


def test_xlsx(take: Take) -> None:
    content = workbook(
        [["name", "age", "code", "share"], ["Anna", "31", "007", "0.5"], ["", "", "", ""], ["Bo", "", "010", "1"]],
        names=("Empty", "People"),
    )
    taken = take(content, "people.xlsx")
    assert taken.frame.to_dicts() == [
        {"name": "Anna", "age": 31, "code": "007", "share": 0.5},
        {"name": "Bo", "age": None, "code": "010", "share": 1.0},
    ]
    assert taken.note_kinds == ["ignored_sheets"]


def test_xlsx_without_rows(take: Take) -> None:
    with pytest.raises(UnreadableFile, match="no rows"):
        take(workbook([]), "people.xlsx")
    with pytest.raises(UnreadableFile, match="no row below"):
        take(workbook([["name", "age"]]), "people.xlsx")


def test_a_zip_bomb_called_xlsx(take: Take) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 200_000_000)
    with pytest.raises(UnreadableFile, match="fold when unpacked"):
        take(buffer.getvalue(), "people.xlsx")


def test_damaged_workbooks(take: Take) -> None:
    whole = workbook([["a"], ["1"]])
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        take(whole[:-30], "people.xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense")
    with pytest.raises(UnreadableFile, match="cannot be read"):
        take(buffer.getvalue(), "people.xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rows.csv", "a\n1\n")
    with pytest.raises(UnreadableFile, match="ZIP archive"):
        take(buffer.getvalue(), "people.xlsx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Excel"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x80\x04\x95\x10\x00", "a Python pickle"),
        (b"SQLite format 3\0" + b"\0" * 100, "a SQLite database"),
        (bytes(range(256)) * 20, "binary file"),
        (b"PAR1", "cut off"),
        (b"\x1f\x8b\x08garbage", "gzip file is damaged"),
    ],
)
def test_foreign_formats_are_refused_at_once(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=said) as caught:
        detect(path, Settings(data=tmp_path))
    assert caught.value.hint


def test_too_many_keys(take: Take) -> None:
    with pytest.raises(DatasetTooLarge, match="more than 10 keys"):
        take(json.dumps([{f"k{i}": i for i in range(11)}]), "rows.json", max_columns=10)


def test_polars_round_trip(take: Take) -> None:
    frame = pl.DataFrame({"a": [1, 2, None], "b": ["x", None, "z"], "c": [0.1, 0.2, None]})
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    assert take(buffer.getvalue(), "rows.parquet").frame.equals(frame)
