"""What a value of a source is for: the name it gets, the call it is handed to, the attribute it fills."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.web.source import Source, WebCall, function_name
from modelyard.deploy.code.web.syntax import WRAPPERS, above, dotted, string_value, text_of, unwrapped

if TYPE_CHECKING:
    from tree_sitter import Node

REQUESTS = re.compile(
    r"(?:^|\.)(?:fetch|\$fetch|ofetch|useFetch|useSWR|EventSource|WebSocket|ky|got|io|createClient|GraphQLClient|HttpLink)$"
    r"|(?:^|\.)(?:axios|ky|got|http|client|api|instance|superagent|\$http|apiClient)"
    r"\.(?:get|post|put|patch|delete|request|create|extend)$|(?:^|\.)axios$|Client\.connect$|^superagent\.\w+$"
)
"""Calls whose first argument (or `baseURL`) is an address that is asked over the network."""
ADDRESS = re.compile(r"url|uri|api|base|backend|server|endpoint|host|origin|socket|ws|address|domain", re.IGNORECASE)
"""Names of things that hold an address."""
SHOWN = re.compile(
    r"placeholder|example|hint|label|help|title|description|message|docs|metadataBase|site|canonical", re.IGNORECASE
)
"""Names of texts that people read."""
BEGINS = re.compile(r"""["'`](?:https?|wss?)://|["'`](?:localhost|127\.0\.0\.1):""")
PASSED_THROUGH = WRAPPERS | {"binary_expression", "ternary_expression", "template_substitution", "template_string"}
LITERALS = re.compile(r"^[\d_]+(?:\.\d+)?(?:e\d+)?$")
MAX_STEPS = 12


@dataclass(frozen=True)
class Use:
    """What a value is for."""

    kind: Literal["argument", "name", "attribute", "return", "compared", "other"]
    name: str
    """The call, the name, the attribute or the function."""
    node: "Node"
    position: int = 0
    """Of an argument."""


def use_of(node: "Node") -> Use:
    """Return what becomes of a value, through `||`, ternaries, templates and sums."""
    child = node
    for parent in above(node):
        if parent.type == "binary_expression":
            if text_of(parent.child_by_field_name("operator"))[:2] in ("==", "!="):
                return Use("compared", "", parent)
        elif parent.type not in PASSED_THROUGH and not _is_url(parent):
            return _landed(parent, child)
        child = parent
    return Use("other", "", node)


def _is_url(node: "Node") -> bool:
    """Say whether a node is `new URL(…)` or `String(…)`, or the arguments: still the same address."""
    made = node.parent if node.type == "arguments" else node
    if made is not None and made.type == "call_expression":
        return text_of(made.child_by_field_name("function")) == "String"
    if made is None or made.type != "new_expression":
        return False
    return text_of(made.child_by_field_name("constructor")) == "URL"


def _landed(parent: "Node", child: "Node") -> Use:
    if parent.type == "arguments" and parent.parent is not None:
        called = parent.parent.child_by_field_name("function") or parent.parent.child_by_field_name("constructor")
        given = [one for one in parent.named_children if one.type != "comment"]
        position = next((index for index, one in enumerate(given) if one.id == child.id), 0)
        return Use("argument", dotted(called), parent.parent, position)
    if parent.type in ("variable_declarator", "assignment_expression", "augmented_assignment_expression"):
        return Use("name", dotted(parent.child_by_field_name("name") or parent.child_by_field_name("left")), parent)
    if parent.type in ("pair", "public_field_definition", "field_definition", "enum_assignment"):
        key = parent.child_by_field_name("key") or parent.child_by_field_name("name") or parent.named_children[0]
        return Use("name", string_value(key) or text_of(key), parent)
    if parent.type in ("assignment_pattern", "object_assignment_pattern", "required_parameter", "optional_parameter"):
        return Use("name", text_of(parent.named_children[0]), parent)
    if parent.type in ("jsx_attribute", "jsx_expression"):
        attribute = parent if parent.type == "jsx_attribute" else parent.parent
        name = attribute.named_children[0] if attribute is not None and attribute.type == "jsx_attribute" else None
        return Use("attribute", text_of(name), parent)
    if parent.type in ("return_statement", "arrow_function"):
        function = parent
        if parent.type == "return_statement":
            function = next(
                (one for one in above(parent) if "function" in one.type or one.type == "method_definition"), parent
            )
        return Use("return", function_name(function), parent)
    if parent.type == "member_expression" and parent.parent is not None and parent.parent.type == "call_expression":
        return Use("compared", "", parent)
    return Use("other", "", parent)


def is_asked(use: Use) -> bool:
    """Say whether an address with this use is asked over the network, as far as its name tells."""
    if use.kind == "argument":
        return use.position == 0 and REQUESTS.search(use.name) is not None
    is_shown = SHOWN.search(use.name) is not None
    return use.kind in ("name", "return") and ADDRESS.search(use.name) is not None and not is_shown


def is_address(node: "Node") -> bool:
    """Say whether a string or template itself begins like an address, rather than with a name that holds one."""
    return BEGINS.match(text_of(node)) is not None


def is_request(call: WebCall) -> bool:
    """Say whether a call asks something over the network."""
    return REQUESTS.search(call.name) is not None


def number(source: Source, node: "Node | None", depth: int = 0) -> float | None:
    """Return the number an expression is worth: literals, constants, products, sums; None when it is not known."""
    if node is None or depth > MAX_STEPS:
        return None
    node = unwrapped(node)
    if node.type == "number":
        text = text_of(node).replace("_", "")
        return float(text) if LITERALS.match(text) else None
    if node.type == "identifier" and (value := source.constants.get(text_of(node))) is not None:
        return number(source, value, depth + 1)
    if node.type == "binary_expression":
        left = number(source, node.child_by_field_name("left"), depth + 1)
        right = number(source, node.child_by_field_name("right"), depth + 1)
        operator = text_of(node.child_by_field_name("operator"))
        if left is not None and right is not None and operator in ("*", "+"):
            return left * right if operator == "*" else left + right
    return None
