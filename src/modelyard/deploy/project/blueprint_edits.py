"""Edits of blueprints: keys added to a service."""

from modelyard.deploy.code.changes import indentation, inserted
from modelyard.deploy.finding import Edit
from modelyard.deploy.project.blueprints import Blueprint, Path


def with_key(blueprint: Blueprint, path: Path, text: str) -> Edit | None:
    """Return the edit that puts `key: value` below the first key of an entry; None in flow style (`{a: b}`)."""
    data = blueprint.placed.data
    for part in path:
        data = data[part]
    if not isinstance(data, dict) or not data:
        return None
    anchor = "name" if isinstance(data.get("name"), str) else next(iter(data))
    line = blueprint.span((*path, anchor)).line
    stated = blueprint.file.lines[line - 1]
    if not isinstance(data[anchor], str) or "{" in stated.split("#")[0]:
        return None
    spaces = indentation(blueprint.file, line) + ("  " if stated.lstrip().startswith("- ") else "")
    return inserted(blueprint.file, line + 1, "\n".join(f"{spaces}{one}" for one in text.splitlines()))
