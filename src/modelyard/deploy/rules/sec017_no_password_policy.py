"""SEC017: a password may be as short as its owner likes."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present
from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SIGN_UP = re.compile(
    r"sign-?_?up|register|registration|create_?user|new_?user|users/?$|reset|change-?_?password", re.IGNORECASE
)
SCHEMAS = re.compile(r"register|sign_?up|create|reset|change|registration|new", re.IGNORECASE)
FIELDS = ("password", "new_password", "password1")
MIN_LENGTH = 12


class SEC017(Rule):
    """A password may be as short as its owner likes.

    **What it does.** Looks at the schemas with which accounts are made and passwords changed for a minimal length of
    the password: `Field(min_length=…)`, `constr`, a validator.

    **Why it matters.** Without one, people choose what is guessed first, and "a" is accepted.

    **How to fix.** `password: str = Field(min_length=12)`; length is worth more than rules about characters.

    **Limits.** A length that only the front end asks for does not count: anyone may call the API. A check in the
    handler is seen when it compares `len(…)`.
    """

    kind: Literal["SEC017"] = "SEC017"
    title: ClassVar[str] = "No password policy"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "info"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each schema without a length."""
        seen: set[ast.AST] = set()
        for route in project.handlers.routes:
            if route.method not in ("POST", "PUT", "PATCH") or not SIGN_UP.search(route.path):
                continue
            if any("len(" in ast.unparse(place.function) for place in project.handlers.behind(route)[:6]):
                continue
            for argument in (*route.handler.args.args, *route.handler.args.kwonlyargs):
                found = (
                    project.python.naming.definition(argument.annotation, route.module) if argument.annotation else None
                )
                if found and isinstance(found[1], ast.ClassDef) and found[1] not in seen:
                    seen.add(found[1])
                    yield from self._schema(project, found[0], found[1])

    def _schema(self, project: Project, module: Module, schema: ast.ClassDef) -> Iterator[Said]:
        for node in schema.body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)) if name in FIELDS:
                    if _is_bounded(node) or _is_validated(schema, name):
                        yield self.passed(module.span(node), f"{schema.name}.{name} has a minimal length")
                    else:
                        yield self._finding(project, module, schema, node, name)

    def _finding(self, project: Project, module: Module, schema: ast.ClassDef, node: ast.AnnAssign, name: str) -> Said:
        edits = present(_edit(module, node))
        return self.finding(
            module.span(node),
            f"{schema.name}.{name} may have any length.",
            confidence=0.8,
            platforms=project.platforms_of(module.file.path),
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Give it a minimal length: `{name}: str = Field(min_length={MIN_LENGTH})`.",
                edits=edits,
            ),
        )


def _is_bounded(node: ast.AnnAssign) -> bool:
    return re.search(r"min_length|constr|regex|pattern|MinLen", ast.unparse(node)) is not None


def _is_validated(schema: ast.ClassDef, name: str) -> bool:
    for one in schema.body:
        if isinstance(one, ast.FunctionDef):
            marks = " ".join(ast.unparse(mark) for mark in one.decorator_list)
            if "validator" in marks and (f"'{name}'" in marks or "model_validator" in marks):
                return True
    return False


def _edit(module: Module, node: ast.AnnAssign) -> Edit | None:
    """Return the edit of a plain `password: str`, where `Field` is imported."""
    has_field = any(one.how == "import" for one in module.scopes.bindings[module.tree].get("Field", []))
    if not has_field or node.value is not None or module.source(node.annotation) not in ("str", "SecretStr"):
        return None
    _, end = module.extent(node)
    return Edit(file=module.file.path, start=end, end=end, text=f" = Field(min_length={MIN_LENGTH})")
