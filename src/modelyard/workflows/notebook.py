"""A workflow as a Jupyter notebook (nbformat 4.5): the exported script, one cell per node."""

import re
from collections.abc import Mapping
from typing import Any

from modelyard.data.columns import Schema
from modelyard.workflows.export import BEGIN, exported
from modelyard.workflows.graph import Graph


def notebook(
    name: str,
    graph: Graph,
    schemas: Mapping[str, Mapping[str, Schema]],
    names: Mapping[str, str] | None = None,
    drafts: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the notebook's document; its second cell says where the rows are."""
    pieces = exported(graph, schemas, names, drafts)
    paths = f"paths = {dict(pieces.files)!r}"
    cells = [
        ("markdown", f"# {_plain(name)}\n\nExported from Modelyard.\n\n{pieces.how_to}"),
        ("code", f"{paths}\n{BEGIN}"),
        ("code", f"{pieces.imports}\n{pieces.helpers}"),
    ]
    for title, code in pieces.blocks:
        cells.append(("markdown", f"## {_plain(title)}"))
        if code:
            cells.append(("code", code))
    return {
        "cells": [_cell(number, kind, source) for number, (kind, source) in enumerate(cells, 1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, kind: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source.strip("\n").splitlines(True)}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
