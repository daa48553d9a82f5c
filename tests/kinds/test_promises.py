"""What every kind of every family promises by existing."""

import inspect
import json
import subprocess
import sys
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from modelyard.kernel.kinds import Kind, families

ALL = [(name, kind) for name, family in families().items() for kind in family.kinds.values()]
every_kind = pytest.mark.parametrize(("family_name", "kind"), ALL, ids=[f"{n}-{k.kind_name()}" for n, k in ALL])
KNOWN_HINTS = {"x-unit", "x-widget", "x-advanced", "x-when", "x-search", "x-names"}
SERVER = {"fastapi", "starlette", "uvicorn", "typer"}


def example(kind: type[Kind]) -> Kind | None:
    """Return the kind with its defaults, or None when fields without one are required."""
    if any(field.is_required() for field in kind.model_fields.values()):
        return None
    return kind()


@every_kind
def test_it_has_a_name_and_a_page(family_name: str, kind: type[Kind]) -> None:
    field = kind.model_fields["kind"]
    assert get_origin(field.annotation) is Literal
    assert get_args(field.annotation) == (kind.kind_name(),)
    assert kind.kind_name().replace("-", "_").isidentifier()
    assert kind.__doc__
    summary = kind.card()["summary"]
    assert summary.endswith("."), summary
    assert len(summary) < 200
    assert "__doc__" in vars(kind), "its own page, not its family's"


@every_kind
def test_every_field_is_described(family_name: str, kind: type[Kind]) -> None:
    silent = [name for name, field in kind.model_fields.items() if name != "kind" and not field.description]
    assert silent == []


@every_kind
def test_it_is_made_from_defaults_or_says_what_it_needs(family_name: str, kind: type[Kind]) -> None:
    if example(kind) is None:
        with pytest.raises(ValidationError) as refused:
            kind()
        assert {item["type"] for item in refused.value.errors()} == {"missing"}


@every_kind
def test_it_survives_json(family_name: str, kind: type[Kind]) -> None:
    made = example(kind)
    if made is not None:
        assert families()[family_name].parse(json.loads(made.model_dump_json())) == made
        assert json.loads(json.dumps(made.model_dump(mode="json"), allow_nan=False))["kind"] == kind.kind_name()


@every_kind
def test_its_card_is_json_and_its_schema_has_no_leftovers(family_name: str, kind: type[Kind]) -> None:
    card = json.loads(json.dumps(kind.card(), allow_nan=False))
    assert card["kind"] == kind.kind_name()
    assert card["title"]
    assert card["available"] == (card["unavailable_reason"] is None)
    for name, stated in properties(card["schema"]):
        strange = {key for key in stated if key.startswith("x-")} - KNOWN_HINTS
        assert not strange, f"{name}: {strange}"
        assert None not in (stated.get(hint, "") for hint in KNOWN_HINTS), name


def properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return [item for part in parts for item in part.get("properties", {}).items()]


@pytest.mark.parametrize("kind", list(families()["node"].kinds.values()), ids=lambda kind: kind.kind_name())
def test_a_node_has_its_place_in_the_palette(kind: type[Kind]) -> None:
    assert kind.group in ("data", "clean", "encode", "features", "prepare", "train", "evaluate")
    assert kind.icon != Kind.icon
    assert kind.title


def test_kinds_import_no_server() -> None:
    """In a process of its own: a notebook, a Space and a child of a run import kinds too."""
    modules = sorted({inspect.getmodule(kind).__name__ for _, kind in ALL if kind.__module__.startswith("modelyard.")})  # type: ignore[union-attr]  # a class has a module
    code = f"import importlib, sys\nfor m in {modules}: importlib.import_module(m)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not SERVER & {name.split(".")[0] for name in loaded}
