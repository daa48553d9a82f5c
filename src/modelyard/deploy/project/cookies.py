"""The cookies that an API sets, with the flags they have where it is deployed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.finding import Edit
from modelyard.deploy.project.front_ends import sources_of

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

UNKNOWN = "?"
DEFAULT_SAME_SITE = {"starlette": "lax", "flask": ""}
SENT = ("credentials: 'include'", 'credentials: "include"', "withCredentials: true", "withCredentials = true")


@dataclass(frozen=True)
class Cookie:
    """One call that sets a cookie."""

    call: Call
    name: str
    """As far as it is known; `""` otherwise."""
    secure: bool | None
    """None when it is decided by what is not known here."""
    http_only: bool | None
    same_site: str
    """Lower case; `""` for none stated, `?` when it is not known."""

    def with_flags(self, flags: dict[str, str]) -> tuple[Edit, ...]:
        """Return the edits that give the call these keyword arguments, each as source text."""
        module, node = self.call.module, self.call.node
        stated = {one.arg: one.value for one in node.keywords if one.arg}
        edits = []
        for name, text in flags.items():
            if (value := stated.get(name)) is not None:
                start, end = module.extent(value)
                edits.append(Edit(file=module.file.path, start=start, end=end, text=text))
        missing = "".join(f", {name}={text}" for name, text in flags.items() if name not in stated)
        last = max((one for one in [*node.args, *(one.value for one in node.keywords)]), key=_end, default=None)
        if missing and last is not None:
            end = module.extent(last)[1]
            edits.append(Edit(file=module.file.path, start=end, end=end, text=missing))
        return tuple(edits)


def _end(node: ast.expr) -> tuple[int, int]:
    return (node.end_lineno or 0, node.end_col_offset or 0)


def cookies_of(project: "Project") -> Iterator[Cookie]:
    """Yield the cookies that live code sets; calls that pass their flags on from elsewhere are left out."""
    framework = "flask" if any(True for _ in project.python.calls("flask.Flask")) else "starlette"
    for call in project.python.calls(".set_cookie"):
        if call.is_open:
            continue
        key = call.argument(0, "key")
        folded = project.python.fold(key, call.module) if key is not None else None
        same_site = _text(project, call, "samesite", DEFAULT_SAME_SITE[framework])
        yield Cookie(
            call,
            folded.text if folded is not None else "",
            _flag(project, call, "secure"),
            _flag(project, call, "httponly"),
            same_site,
        )


def _flag(project: "Project", call: Call, name: str) -> bool | None:
    """Return a flag; None where the code leaves a choice, or the environment decides."""
    node = call.argument(None, name)
    if node is None:
        return False
    found = project.python.possible(node, call.module)
    values = {one.value for one in found if isinstance(one.value, bool) and one.is_whole and not one.names}
    return values.pop() if len(values) == 1 and len(found) == 1 else None


def _text(project: "Project", call: Call, name: str, default: str) -> str:
    node = call.argument(None, name)
    if node is None:
        return default
    found = project.python.possible(node, call.module)
    if len(found) != 1 or not found[0].is_whole or found[0].names:
        return UNKNOWN
    return "" if found[0].value is None else found[0].text.lower()


def pages_send_cookies(project: "Project") -> bool:
    """Say whether a front end asks with cookies."""
    return any(
        any(sent in source.file.text for sent in SENT)
        for app in project.web.apps
        for source in sources_of(project, app)
    )
