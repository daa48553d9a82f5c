"""FE005: the pages give up before a sleeping API has woken."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.deploy.code.suffixes import host_of
from modelyard.deploy.code.web.code import Source, WebCall
from modelyard.deploy.code.web.syntax import member, text_of, unwrapped
from modelyard.deploy.code.web.uses import is_request, number
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, FixKind, Severity, Span
from modelyard.deploy.project.front_ends import SLEEPING_HOSTS, platforms_of, sleeping_platforms, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

if TYPE_CHECKING:
    from tree_sitter import Node

CLIENTS = re.compile(
    r"(?:^|\.)(?:axios|ky|got|ofetch|\$fetch)(?:\.(?:create|extend|get|post|put|patch|delete|request))?$"
)
ABORTS = re.compile(r"\.abort\(|\babort\(|reject\(|Timeout", re.IGNORECASE)
RETRIES = re.compile(r"retr(?:y|ies)|attempts?|tries", re.IGNORECASE)
NOT_THE_API = re.compile(r"toast|debounce|animation|poll|health|ping|redirect|copied|typing", re.IGNORECASE)
SHORTEST_MS = 1_000
"""Shorter timers pace animations, they do not end requests."""


class FE005(Rule):
    """The pages give up before a sleeping API has woken.

    **What it does.** Adds up how long live pages wait for the API: `AbortSignal.timeout`, `setTimeout` that aborts,
    the `timeout` of an HTTP client, times the retries of the same file; and compares it with how long a Space or a
    free Render service takes to wake.

    **Why it matters.** The first visitor after a pause always gets an error, although the API is coming up.

    **How to fix.** Send a request that only wakes the API when the page opens, say that it is waking, and let the
    first real request wait longer. The fix raises the limit.

    **Limits.** Only where the API sleeps by the addresses and manifests of the code base.
    """

    kind: Literal["FE005"] = "FE005"
    title: ClassVar[str] = "Gives up before the API wakes"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_wake_seconds", "render_wake_seconds")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per limit that is too short."""
        asleep = sleeping_platforms(project)
        if not asleep:
            return
        limit = max(int(fact(f"{platform}_wake_seconds").value) for platform in asleep)
        for app in project.web.apps:
            for source in sources_of(project, app):
                if "client" not in project.web.sides(source.file):
                    continue
                for milliseconds, node, span in _limits(source):
                    budget = milliseconds / 1000 * (1 + _n_retries(source))
                    if budget >= limit:
                        yield self.passed(span, f"The pages wait {budget:g} s for the API to wake.")
                        continue
                    written = _number_node(source, node)
                    yield self.finding(
                        span,
                        f"The pages give up after {budget:g} s; a sleeping API takes up to {limit} s to wake.",
                        confidence=0.85,
                        platforms=platforms_of(project, app),
                        fix=Fix(
                            kind="suggested" if written is not None else "none",
                            text=f"Wait {limit} s at first, and wake the API when the page opens.",
                            edits=(source.edit(written, f"{limit}_000"),) if written is not None else (),
                        ),
                    )


def _limits(source: Source) -> Iterator[tuple[float, "Node", Span]]:
    """Yield milliseconds, expression and place of each limit that a source sets on requests."""
    for call in source.calls:
        node: Node | None = None
        if call.name == "AbortSignal.timeout":
            node = call.argument(0)
        elif call.name.rpartition(".")[2] == "setTimeout" and _aborts(source, call.argument(0)):
            node = call.argument(1)
        elif CLIENTS.search(call.name):
            options = next((one for one in map(unwrapped, reversed(call.arguments)) if one.type == "object"), None)
            node = member(options, "timeout")
        milliseconds = number(source, _given(source, node)) if node is not None else None
        if node is not None and milliseconds is not None and milliseconds >= SHORTEST_MS:
            name = next((name for name, _ in source.functions_around(call.node) if name), "")
            if not NOT_THE_API.search(name) and not _asks_others(source, call):
                yield milliseconds, node, call.span


def _asks_others(source: Source, call: WebCall) -> bool:
    """Say whether the function a limit stands in asks only other services, by their written addresses."""
    function = source.function_of(call.node)
    asked = [
        source.fold(one.argument(0)) or ""
        for one in source.calls
        if is_request(one) and function is not None and _stands_in(one.node, function)
    ]
    if is_request(call):
        asked = [source.fold(call.argument(0)) or source.fold(member(call.argument(0), "baseURL")) or ""]
    hosts = [host_of(address) for address in asked if address.startswith("https://") and "${}" not in address[:12]]
    return bool(asked) and len(hosts) == len(asked) and not any(host.endswith(tuple(SLEEPING_HOSTS)) for host in hosts)


def _stands_in(node: "Node", function: "Node") -> bool:
    return function.start_byte <= node.start_byte and node.end_byte <= function.end_byte


def _given(source: Source, node: "Node | None") -> "Node | None":
    """Return the default of a parameter, where a limit is one."""
    if node is None or node.type != "identifier" or text_of(node) in source.constants:
        return node
    for one in source.nodes("required_parameter", "optional_parameter", "assignment_pattern"):
        name = one.child_by_field_name("pattern") or one.child_by_field_name("left")
        value = one.child_by_field_name("value") or one.child_by_field_name("right")
        if value is not None and text_of(name) == text_of(node):
            return value
    return node


def _aborts(source: Source, callback: "Node | None") -> bool:
    """Say whether what a timer calls ends a request, in a source that makes requests."""
    if callback is None or not re.search(r"\bfetch\b|axios|AbortController", source.file.text):
        return False
    text = text_of(callback)
    return "abort" in text or ("reject(" in text and ABORTS.search(text) is not None)


def _n_retries(source: Source) -> int:
    """Return how often a source tries again, by the constants and parameters that say so."""
    found = [0]
    for name, value in source.constants.items():
        if RETRIES.search(name) and (n := number(source, value)) is not None and n < 20:
            found.append(int(n))
    for node in source.nodes("pair", "required_parameter", "optional_parameter", "assignment_pattern"):
        key = node.child_by_field_name("key") or node.child_by_field_name("pattern") or node.child_by_field_name("left")
        value_node = node.child_by_field_name("value") or node.child_by_field_name("right")
        if value_node is not None and RETRIES.search(text_of(key)) and (n := number(source, value_node)) is not None:
            found.append(int(n) if n < 20 else 0)
    return max(found)


def _number_node(source: Source, node: "Node") -> "Node | None":
    """Return where the number of a limit is written."""
    given = _given(source, node)
    for _ in range(4):
        if given is None or given.type == "number":
            return given
        given = source.constants.get(text_of(given)) if given.type == "identifier" else None
    return given if given is not None and given.type == "number" else None
