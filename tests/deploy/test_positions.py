"""YAML, TOML and JSON are read with the line of every part, and hostile documents are refused."""

import pytest

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.positions import Placed, read_json, read_toml, read_yaml

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 30))


def read(path: str, text: str | bytes) -> Placed | str:
    file = CodeBase.of({path: text}).files[path]
    return {"yaml": read_yaml, "toml": read_toml, "json": read_json}[path.split(".")[-1]](file)


def test_yaml_places_keys_items_and_what_an_alias_repeats() -> None:
    placed = read(
        "render.yaml",
        "base: &base\n  plan: free\nservices:\n  - <<: *base\n    name: api\n    port: 0x10\n    on: yes\n"
        '    text: "1"\n    at: 2026-07-21\n  - *base\n',
    )
    assert isinstance(placed, Placed)
    assert placed.data["services"] == [
        {"plan": "free", "name": "api", "port": 16, "on": "yes", "text": "1", "at": "2026-07-21"},
        {"plan": "free"},
    ]
    assert placed.span("services", 0, "name").line == 5
    assert placed.span("services", 1, "plan").line == 1
    assert placed.span("services", 0, "missing").line == 4


def test_yaml_counts_lines_from_where_the_text_begins() -> None:
    file = CodeBase.of({"README.md": "---\ntitle: x\nsdk: docker\n---\n# x\n"}).files["README.md"]
    placed = read_yaml(file, first_line=2, text="title: x\nsdk: docker\n")
    assert isinstance(placed, Placed)
    assert placed.span("sdk").text == "sdk: docker"


def test_toml_places_tables_arrays_of_tables_and_dotted_keys() -> None:
    placed = read(
        "pyproject.toml",
        '[project]\r\nname = "x"\r\ndependencies = [\r\n  "a",  # why\r\n  "b",\r\n]\r\n[[tool.uv.index]]\r\n'
        'url = "1"\r\n'
        '[[tool.uv.index]]\r\nurl = "2"\r\na.b = {c = 1}\r\n"q.r" = 3\r\n',
    )
    assert isinstance(placed, Placed)
    assert placed.data["tool"]["uv"]["index"][1]["a"] == {"b": {"c": 1}}
    assert placed.span("project", "dependencies", 1).line == 5
    assert placed.span("tool", "uv", "index", 1, "url").line == 10
    assert placed.span("tool", "uv", "index", 1, "a", "b", "c").line == 11
    assert placed.span("tool", "uv", "index", 1, "q.r").line == 12


def test_json_allows_comments_and_trailing_commas() -> None:
    placed = read("x.json", '{ // no\n  "a": [1, {"b": "//x"},],\n  /* 1\n 2 */ "c": -1.5e3,\n}\n')
    assert isinstance(placed, Placed)
    assert placed.data == {"a": [1, {"b": "//x"}], "c": -1500.0}
    assert placed.span("c").line == 4
    assert placed.span("a", 1, "b").line == 2


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("x.yaml", BOMB, "aliases"),
        ("x.yaml", "a: &a [*a]\n", "holds itself"),
        ("x.yaml", "a: [1\nb: 2\n", "line 2"),
        ("x.yaml", "[" * 1000, "deep"),
        ("x.yaml", "\tx: 1", "YAML"),
        ("x.yaml", b"a: \x00", "no text"),
        ("x.toml", "a = \n", "TOML"),
        ("x.toml", "a = " + "[" * 5000 + "]" * 5000, "deep"),
        ("x.json", "[" * 5000, "deep"),
        ("x.json", '{"a": nul}', "line 1"),
        ("x.json", "", "value was expected"),
    ],
)
def test_hostile_documents_are_refused_with_the_reason(path: str, text: str | bytes, why: str) -> None:
    found = read(path, text)
    assert isinstance(found, str)
    assert why in found


def test_an_empty_yaml_document_is_nothing() -> None:
    placed = read("x.yaml", "# only a comment\n")
    assert isinstance(placed, Placed)
    assert placed.data is None
