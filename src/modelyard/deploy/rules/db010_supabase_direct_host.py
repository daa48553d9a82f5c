"""DB010: Supabase's direct host, which has no IPv4 address."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

DIRECT = re.compile(r"\bdb\.[\w\-<>\[\]{}$]+\.supabase\.(co|com)\b", re.IGNORECASE)


class DB010(Rule):
    """The address names Supabase's direct host, which has no IPv4 address.

    **What it does.** Looks for `db.<reference>.supabase.co` in live code, in examples of the environment, in manifests
    and in the tables of the README.

    **Why it matters.** Without the paid add-on that host has an IPv6 address only, and neither Spaces nor Render reach
    IPv6 hosts: `Network is unreachable`, at the first connection.

    **How to fix.** Use the pooler's host from the project's Connect page, in session mode (port 5432).

    **Limits.** An address that only lives in the platform's settings cannot be seen.
    """

    kind: Literal["DB010"] = "DB010"
    title: ClassVar[str] = "Supabase direct host on an IPv4 platform"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render", "vercel")
    facts: ClassVar[tuple[str, ...]] = ("supabase_direct_host_is_ipv6",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding with every place that names the host."""
        spans = list(dict.fromkeys([*_in_code(project), *_in_names(project)]))
        if spans and fact("supabase_direct_host_is_ipv6").value:
            used = tuple(dict.fromkeys(one.platform for one in project.deployables))
            yield self.finding(
                spans,
                "The address names Supabase's direct host, which has IPv6 only; these platforms reach IPv4.",
                confidence=0.9,
                platforms=used or self.platforms,
                fix=Fix(
                    text="Use the pooler's host in session mode, port 5432.",
                    by_person=("Copy the session pooler's address from Supabase's Connect page into the secret.",),
                ),
            )


def _in_code(project: Project) -> Iterator[Span]:
    for module in project.python.reached:
        if "supabase" in module.file.text:
            for node in module.scopes.nodes():
                is_named = isinstance(node, ast.Constant) and isinstance(node.value, str) and DIRECT.search(node.value)
                if is_named and not _is_docstring(node, module.scopes.parent(node)):
                    yield module.span(node)


def _in_names(project: Project) -> Iterator[Span]:
    return (one.span for one in project.names.sets if DIRECT.search(one.value or ""))


def _is_docstring(node: ast.AST, parent: ast.AST | None) -> bool:
    return isinstance(parent, ast.Expr)
