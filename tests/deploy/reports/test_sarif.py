"""SARIF: what we write holds by the published schema.

The schema is SARIF 2.1.0 (rtm.5) of the OASIS SARIF TC, unchanged, as the npm package @microsoft/jest-sarif
1.0.0-beta.0 (MIT licence, © Microsoft Corporation) carries it: `sarif-2.1.0-rtm.5.schema.json` beside this file.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.project.project import Project
from modelyard.deploy.reports.sarif import as_sarif
from tests.deploy.cases import cases_in
from tests.deploy.stand_in import Word

SCHEMA = Path(__file__).with_name("sarif-2.1.0-rtm.5.schema.json")
PROJECTS = Path(__file__).parents[1] / "projects"
STRANGE = {
    "Dockerfile": b"\x00\x01\x02",
    "ä ö/[slug].py": "bad\ufeff </pre>\n",
    "empty.py": "",
    "windows.txt": "one\r\nbad \x07\r\n",
    "py2.py": "print 'bad'\n",
}


@cache
def schema() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker())


def bases() -> Iterator[tuple[str, CodeBase]]:
    yield "strange names and bytes", CodeBase.of(STRANGE)
    yield "nothing at all", CodeBase.of({})
    for page in sorted(PROJECTS.glob("*.md")):
        yield page.stem, next(cases_in(page)).code


@pytest.mark.parametrize(("name", "code"), list(bases()))
def test_every_document_holds_by_the_schema(name: str, code: CodeBase) -> None:
    rules = [Word(), *all_rules()]
    document = json.loads(as_sarif(audit(Project(code), rules), rules, code))
    assert [f"{one.json_path}: {one.message[:200]}" for one in schema().iter_errors(document)] == []
    assert document["runs"][0]["results"] or name == "nothing at all"


@pytest.mark.parametrize(
    ("path", "value"),
    [(("message",), {}), (("level",), "critical"), (("locations", 0, "physicalLocation", "region", "startLine"), 0)],
)
def test_the_schema_sees_what_is_wrong(path: tuple[str | int, ...], value: object) -> None:
    code = CodeBase.of({"a.py": "bad\n"})
    document = json.loads(as_sarif(audit(Project(code), [Word()]), [Word()], code))
    here: Any = document["runs"][0]["results"][0]
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    assert not schema().is_valid(document)
