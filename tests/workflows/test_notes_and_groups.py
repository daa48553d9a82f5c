"""Notes and groups are saved with the graph, are checked, and change no result."""

from typing import Any

import pytest

from modelyard.kernel.errors import Invalid
from modelyard.workflows.graph import Graph
from modelyard.workflows.plan import plan, step_key
from tests.workflows.graphs import full_chain

NOTE = {"id": "t_1", "text": "Why **robust**: outliers.", "position": {"x": 16, "y": 32}, "width": 208, "height": 112}
GROUP = {"id": "g_1", "title": "Prepare", "members": ["split", "t_1"], "is_collapsed": True}


def test_they_are_kept_as_they_are() -> None:
    document = {**full_chain().document(), "notes": [NOTE], "groups": [GROUP]}
    assert Graph.read(document).document() == document


def test_an_older_document_has_none() -> None:
    assert Graph.read({"schema": 1, "nodes": [], "connections": []}).document()["notes"] == []


def test_no_result_depends_on_them() -> None:
    plain = full_chain()
    written = Graph.read({**plain.document(), "notes": [NOTE], "groups": [GROUP]})
    keys = [[step_key(step, {}, {}) for step in plan(graph)] for graph in (plain, written)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"notes": [NOTE, NOTE]}, ("graph", "notes")),
        ({"notes": [{**NOTE, "text": "x" * 5001}]}, ("graph", "notes", 0, "text")),
        ({"notes": [{**NOTE, "width": 3}]}, ("graph", "notes", 0, "width")),
        ({"notes": [{**NOTE, "position": {"x": float("nan")}}]}, ("graph", "notes", 0, "position", "x")),
        ({"notes": [{**NOTE, "id": f"t_{n}"} for n in range(201)]}, ("graph", "notes")),
        ({"groups": [GROUP, {**GROUP, "id": "g_2"}]}, ("graph", "groups")),
        ({"groups": [{**GROUP, "members": ["split", "split"]}]}, ("graph", "groups")),
        ({"groups": [{"title": "no id"}]}, ("graph", "groups", 0, "id")),
        ({"groups": "none"}, ("graph", "groups")),
    ],
)
def test_what_is_wrong_with_them_is_told_by_path(changes: dict[str, Any], path: tuple[str | int, ...]) -> None:
    with pytest.raises(Invalid) as caught:
        Graph.read({**full_chain().document(), **changes})
    assert [field.path for field in caught.value.fields] == [path]
