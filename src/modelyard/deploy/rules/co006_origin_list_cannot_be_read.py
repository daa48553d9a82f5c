"""CO006: the list of origins cannot be read from the environment as it is given."""

import ast
import json
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.settings import Setting
from modelyard.deploy.finding import Edit, Finding, Fix, FixKind, Severity
from modelyard.deploy.project.named import NameSet
from modelyard.deploy.project.origins import Policy, platforms_of, policies_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

LISTS = ("list[", "List[", "set[", "Set[", "tuple[", "Tuple[", "Sequence[", "frozenset[")
PARTS_THAT_READ_TEXT = ("NoDecode", "str |", "| str", "Union[str", ", str]", "Json", "CommaSeparated")
"""Annotations under which pydantic-settings hands a plain text on."""
OURS = ("ORIGIN", "CORS", "ALLOWED_HOSTS")
"""Words in the name of such a field."""
SHOWN = ("render", "dockerfile", "example", "compose")


class CO006(Rule):
    """The list of origins cannot be read as it is given.

    **What it does.** Compares settings fields that are lists (`CORS_ORIGINS: list[str]`) with the values that
    manifests and examples give them, and looks for `allow_origins` that is one text instead of a list.

    **Why it matters.** pydantic-settings reads a list as JSON, before any validator runs: `https://a,https://b`
    stops the program at start. A single text as `allow_origins` is searched, so `https://a` also lets in whatever
    is a part of it, and a comma list lets in nobody.

    **How to fix.** Give JSON (`["https://a","https://b"]`), or annotate the field with `Annotated[list[str],
    NoDecode]` and split it in a validator. Split a text before it is handed over.

    **Limits.** Settings that switch decoding off for the whole class (`enable_decoding=False`) are right.
    """

    kind: Literal["CO006"] = "CO006"
    title: ClassVar[str] = "Origin list cannot be read"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per field, and one per text that should be a list."""
        for setting in _fields(project):
            given = [one for one in project.names.sets if one.name.upper() in setting.names and one.where in SHOWN]
            wrong = [one for one in given if one.value and not _is_json(one.value)]
            if wrong:
                yield self._wrong(project, setting, wrong)
            elif given:
                yield self.passed(given[0].span, f"{given[0].name} is given as JSON.")
        for policy in policies_of(project):
            is_all = all(one.text == "*" for one in policy.origins)
            if policy.is_text and not is_all and policy.origins_node is not None and policy.framework == "starlette":
                yield self._text(project, policy)

    def _wrong(self, project: Project, setting: Setting, given: list[NameSet]) -> Finding:
        used = [one for one in given if one.where != "example"]
        return self.finding(
            [setting.module.span(setting.node), *(one.span for one in given)],
            f"{setting.names[0]} is read as JSON, and {given[0].span.file} gives it as plain text: the start fails.",
            confidence=0.95 if used else 0.85,
            fix=Fix(
                text='Give JSON (["https://…"]), or annotate the field with NoDecode and split it in a validator.',
                by_person=(f"Write {setting.names[0]} as JSON wherever it is set.",),
            ),
        )

    def _text(self, project: Project, policy: Policy) -> Finding:
        node, module = policy.origins_node, policy.call.module
        edits: tuple[Edit, ...] = ()
        if node is not None:
            start, end = module.extent(node)
            source = module.file.text[start:end]
            right = f"[{source}]" if isinstance(node, ast.Constant) else f'[one.strip() for one in {source}.split(",")]'
            edits = (Edit(file=module.file.path, start=start, end=end, text=right),)
        return self.finding(
            module.span(node) if node is not None else policy.call.span,
            "allow_origins is one text instead of a list: parts of it are let in, a list with commas lets in nobody.",
            chain=policy.chain,
            platforms=platforms_of(project, policy),
            fix=Fix(kind="suggested", text="Hand over a list.", edits=edits),
        )


def _fields(project: Project) -> Iterator[Setting]:
    """Yield the fields of live settings classes that hold lists of origins or hosts."""
    for module in project.python.reached:
        text = module.file.text
        if "enable_decoding" in text or not any(word in text.upper() for word in OURS):
            continue
        for node in module.scopes.of(ast.ClassDef):
            assert isinstance(node, ast.ClassDef)
            for setting in project.python.settings.fields(node, module).values():
                annotation = ast.unparse(setting.annotation)
                is_list = annotation in ("list", "List", "set") or any(part in annotation for part in LISTS)
                reads_text = any(part in annotation for part in PARTS_THAT_READ_TEXT)
                is_ours = any(word in setting.field.upper() for word in OURS)
                if is_list and is_ours and not reads_text and setting.module is module:
                    yield setting


def _is_json(value: str) -> bool:
    try:
        return isinstance(json.loads(value), list)
    except (ValueError, RecursionError):
        return False
