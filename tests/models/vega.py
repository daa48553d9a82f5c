"""What a chart may be: the schema of Vega-Lite, compiled once; altair's own look takes seconds a chart."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import altair
import jsonschema_rs


@cache
def _schema() -> jsonschema_rs.Validator:
    def escaped(node: dict[str, Any]) -> dict[str, Any]:
        """A definition's name may hold < and |, the reference to it may not."""
        return {**node, "$ref": quote(node["$ref"], safe="#/")} if isinstance(node.get("$ref"), str) else node

    (source,) = Path(altair.__file__).parent.glob("vegalite/*/schema/vega-lite-schema.json")
    return jsonschema_rs.validator_for(json.loads(source.read_text(), object_hook=escaped), mask="the chart")


def require_valid(spec: dict[str, Any]) -> None:
    """Raise a ValidationError unless the spec is valid Vega-Lite, every row of its data included."""
    _schema().validate(spec)
