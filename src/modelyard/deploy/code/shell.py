"""Shell scripts and command lines: which programs they run, in order, with what is known of their words."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 60
"""Deeper nesting is no script a person wrote."""
MAX_COMMANDS = 2_000
BRANCHES = {"if_statement", "elif_clause", "else_clause", "case_statement", "case_item", "while_statement"}
SPECIAL = "@*#?!$-"


@dataclass(frozen=True)
class ShellCommand:
    """One program that a script runs."""

    words: tuple[str, ...]
    """Quotes taken off, variables expanded as far as they are known; `$NAME` stays where they are not."""
    raw: tuple[str, ...]
    """The same words as they are written."""
    line: int
    """From 1, in the text that was read."""
    end_line: int
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables the script has set when it runs this."""
    is_exec: bool = False
    """It takes the place of the shell."""
    is_conditional: bool = False
    """It stands in a branch or a loop, or after `||`."""
    function: str | None = None
    """The function it stands in."""
    outputs: tuple[str, ...] = ()
    """Files its output goes to."""
    typed: str | None = None
    """What a here-document gives it."""

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""


def read_shell(
    text: str, *, environment: Mapping[str, str] | None = None, arguments: Sequence[str] = ()
) -> tuple[ShellCommand, ...]:
    """Return what a script runs, in the order it is written; functions where they are defined.

    `environment` is what is set before, `arguments` are the script's own (`$1`, `$@`). Text that is no shell script
    gives what the parser makes of it; nothing is raised.
    """
    import tree_sitter
    import tree_sitter_bash

    source = text.replace("\r\n", "\n").encode("utf-8", "replace")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    reader = _Reader(source, dict(environment or {}), tuple(arguments))
    found: list[ShellCommand] = []
    for command in reader.read(parser.parse(source).root_node, _Around()):
        found.append(command)
        if len(found) == MAX_COMMANDS:
            break
    return tuple(found)


@dataclass(frozen=True)
class _Around:
    """What encloses a node."""

    depth: int = 0
    is_conditional: bool = False
    function: str | None = None
    outputs: tuple[str, ...] = ()
    typed: str | None = None

    def within(self, **changes: Any) -> "_Around":
        """Return what encloses a child."""
        return replace(self, depth=self.depth + 1, **changes)


class _Reader:
    def __init__(self, source: bytes, environment: dict[str, str], arguments: tuple[str, ...]) -> None:
        self.source = source
        self.environment = environment
        self.arguments = arguments

    def read(self, node: "Node", around: _Around) -> Iterator[ShellCommand]:
        if around.depth > MAX_DEPTH:
            return
        if node.type in ("command", "declaration_command", "variable_assignment"):
            yield from self._command(node, around)
        elif node.type == "redirected_statement":
            yield from self._redirected(node, around)
        elif node.type == "function_definition":
            name = node.child_by_field_name("name")
            inside = around.within(function=self._text(name) if name else "")
            for child in node.named_children:
                yield from self.read(child, inside)
        elif node.type not in ("comment", "word", "test_command", "heredoc_body"):
            yield from self._children(node, around)

    def _children(self, node: "Node", around: _Around) -> Iterator[ShellCommand]:
        is_branch = node.type in BRANCHES
        after_or = False
        for child in node.children:
            after_or = after_or or (node.type == "list" and child.type == "||")
            if child.is_named:
                yield from self.read(
                    child, around.within(is_conditional=around.is_conditional or is_branch or after_or)
                )

    def _redirected(self, node: "Node", around: _Around) -> Iterator[ShellCommand]:
        outputs: list[str] = []
        typed = None
        bodies: list[Node] = []
        for child in node.named_children:
            if child.type == "file_redirect":
                target = child.child_by_field_name("destination")
                sign = self._text(child).lstrip("0123456789&")
                if target is not None and sign.startswith(">") and not sign.startswith(">&"):
                    outputs.append(self._value(self._text(target)))
            elif child.type == "heredoc_redirect":
                typed = self._here_document(child)
                outputs += self._outputs_of_here_document(child)
            elif child.type == "herestring_redirect":
                typed = self._value(self._text(child).removeprefix("<<<").strip())
            else:
                bodies.append(child)
        for body in bodies:
            yield from self.read(body, around.within(outputs=(*around.outputs, *outputs), typed=typed or around.typed))

    def _outputs_of_here_document(self, node: "Node") -> Iterator[str]:
        for child in node.named_children:
            target = child.child_by_field_name("destination") if child.type == "file_redirect" else None
            if target is not None and self._text(child).lstrip().startswith(">"):
                yield self._value(self._text(target))

    def _here_document(self, node: "Node") -> str | None:
        body = next((child for child in node.named_children if child.type == "heredoc_body"), None)
        start = next((child for child in node.named_children if child.type == "heredoc_start"), None)
        if body is None or start is None:
            return None
        text = self._text(body)
        if self._text(node).startswith("<<-"):
            text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
        is_literal = any(sign in self._text(start) for sign in "'\"\\")
        return text if is_literal else expanded(text, self.environment)

    def _command(self, node: "Node", around: _Around) -> Iterator[ShellCommand]:
        if node.type == "variable_assignment":
            self._assign(self._text(node))
            return
        own = dict(self.environment)
        raw: list[str] = []
        for child in node.named_children:
            text = self._text(child)
            if child.type == "variable_assignment":
                name, _, value = text.partition("=")
                own[name] = self._value(value)
                if node.type == "declaration_command":
                    self._assign(text)
            elif child.type not in ("file_redirect", "herestring_redirect", "comment"):
                raw.append(text)
        if node.type == "declaration_command" or not raw:
            return
        is_exec = raw[0] == "exec"
        written = raw[1:] if is_exec else raw
        words = [word for text in written for word in self._words(text)]
        if words:
            yield ShellCommand(
                words=tuple(words),
                raw=tuple(written),
                line=node.start_point[0] + 1,
                end_line=node.end_point[0] + 1,
                environment=own,
                is_exec=is_exec,
                is_conditional=around.is_conditional,
                function=around.function,
                outputs=around.outputs,
                typed=around.typed,
            )

    def _assign(self, text: str) -> None:
        name, _, value = text.partition("=")
        if value and "$(" not in value and "`" not in value:
            self.environment[name.rstrip("+")] = self._value(value)

    def _words(self, text: str) -> list[str]:
        """Return the words that one written word becomes."""
        if text.strip('"') in ("$@", "$*", "${@}", "${*}"):
            return list(self.arguments)
        value = self._value(text)
        if text.startswith("$") and not text.startswith("$(") and " " in value:
            return split_words(value)
        return [value]

    def _value(self, text: str) -> str:
        numbered = {str(n): value for n, value in enumerate(self.arguments, 1)}
        return unquoted(text, {**self.environment, **numbered})

    def _text(self, node: "Node") -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def split_words(text: str) -> list[str]:
    """Return the words of a command line, split at blanks where its quotes do not close."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def unquoted(text: str, environment: Mapping[str, str]) -> str:
    """Return what a written word is worth: quotes off, known variables expanded."""
    parts: list[str] = []
    at = 0
    in_double = False
    while at < len(text):
        sign = text[at]
        if sign == "'" and not in_double:
            end = text.find("'", at + 1)
            end = len(text) if end < 0 else end
            parts.append(text[at + 1 : end])
            at = end + 1
        elif sign == '"':
            in_double = not in_double
            at += 1
        elif sign == "\\" and at + 1 < len(text):
            parts.append("" if text[at + 1] == "\n" else text[at + 1])
            at += 2
        elif sign == "$":
            value, at = _variable(text, at, environment)
            parts.append(value)
        else:
            parts.append(sign)
            at += 1
    return "".join(parts)


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """Return the text with known variables expanded, its quotes left as they are."""
    parts: list[str] = []
    at = 0
    while (found := text.find("$", at)) >= 0:
        parts.append(text[at:found])
        if found and text[found - 1] == "\\":
            parts.append("$")
            at = found + 1
        else:
            value, at = _variable(text, found, environment)
            parts.append(value)
    return "".join([*parts, text[at:]])


def _variable(text: str, at: int, environment: Mapping[str, str]) -> tuple[str, int]:
    """Return the value of the variable that begins at `at`, and where the text goes on."""
    if text.startswith("$(", at):
        end = _closing(text, at + 1, "(", ")")
        return text[at:end], end
    if not text.startswith("${", at):
        end = at + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        if end == at + 1:
            end += 1 if text[end : end + 1] and text[end] in SPECIAL else 0
            return text[at:end], end
        return environment.get(text[at + 1 : end], text[at:end]), end
    end = _closing(text, at + 1, "{", "}")
    inside = text[at + 2 : end - 1]
    if inside.count("${") > MAX_DEPTH:
        return text[at:end], end
    length = next((n for n, sign in enumerate(inside) if not (sign.isalnum() or sign == "_")), len(inside))
    name, rest = inside[:length], inside[length:]
    value = environment.get(name)
    sign, default = (rest[1:2], rest[2:]) if rest.startswith(":") else (rest[:1], rest[1:])
    is_set = bool(value) if rest.startswith(":") else value is not None
    if sign in ("-", "="):
        return (value or "") if is_set else unquoted(default, environment), end
    if sign == "+":
        return unquoted(default, environment) if is_set else "", end
    return value if value is not None else f"${name}" if name else text[at:end], end


def _closing(text: str, at: int, opening: str, closing: str) -> int:
    """Return where the bracket that opens at `at` has been closed, or the end of the text."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place + 1
    return len(text)
