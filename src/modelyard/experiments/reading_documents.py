"""Experiments as YAML: what people write, keep beside their code and send to each other."""

import io
from typing import Any

from modelyard.experiments.document import ExperimentDocument
from modelyard.kernel.errors import Invalid


def read_document(text: str) -> dict[str, Any]:
    """Return what a text in YAML or JSON states; raise Invalid with the line of what cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        stated = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or "this is neither YAML nor JSON"
        raise Invalid(f"{where}{problem}.") from None
    if not isinstance(stated, dict):
        raise Invalid("The document is no object with name, samples, strategies, llms …")
    return stated


def as_yaml(document: ExperimentDocument) -> str:
    """Return the document as YAML, in the order of its fields; texts of several lines stand as blocks."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString

    def readable(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: readable(each) for key, each in value.items()}
        if isinstance(value, list):
            return [readable(each) for each in value]
        return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value

    yaml, written = YAML(), io.StringIO()
    yaml.width, yaml.default_flow_style = 10_000, False
    yaml.dump(readable(document.model_dump(mode="json", exclude_none=True)), written)
    return written.getvalue()
