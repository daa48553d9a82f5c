"""What of a front end runs on a server when it is asked for: route handlers, server components, data of pages."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.deploy.code.web.source import Source, WebCall
from modelyard.deploy.code.web.syntax import above, member, text_of
from modelyard.deploy.code.web.uses import is_request

if TYPE_CHECKING:
    from tree_sitter import Node

ROUTE = re.compile(r"(?:^|/)(?:app|src/app)/(?:.*/)?route\.[jt]sx?$|(?:^|/)pages/api/.+\.[jt]sx?$")
DATA = ("getServerSideProps", "getStaticProps", "getInitialProps", "generateStaticParams", "getStaticPaths")
GIVES_UP = re.compile(r"\bsignal\b|\btimeout\b")
METHODS = re.compile(r"^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$")


def is_route_handler(source: Source) -> bool:
    """Say whether a source is a route handler of Next, by its place."""
    return ROUTE.search(source.file.path) is not None


def server_requests(source: Source, *, is_of_both: bool) -> Iterator[WebCall]:
    """Yield the requests a source makes on the server; of what also runs in the browser, only for data."""
    if "use client" in source.directives:
        return
    for call in source.calls:
        if not is_request(call) or _is_for_browser(call.node):
            continue
        if is_of_both and not any(name in DATA for name, _ in source.functions_around(call.node)):
            continue
        yield call


def _is_for_browser(node: "Node") -> bool:
    """Say whether a call stands in what only a browser runs: an effect, or the handler of an event."""
    for one in above(node):
        if one.type == "call_expression" and text_of(one.child_by_field_name("function")).endswith("Effect"):
            return True
        if one.type == "jsx_attribute":
            return True
    return False


def has_limit(call: WebCall) -> bool:
    """Say whether a request gives up by itself, by a signal or a timeout among its options."""
    return any(GIVES_UP.search(text_of(one)) is not None for one in call.arguments[1:]) or (
        member(call.argument(0), "timeout") is not None
    )


def takes_uploads(source: Source) -> bool:
    """Say whether a route handler reads a body of several parts."""
    text = source.file.text
    called = {call.name.rpartition(".")[2] for call in source.calls}
    return (
        "formData" in called
        or bool({"formidable", "IncomingForm", "multer", "busboy", "Busboy"} & called)
        or ("bodyParser" in text and re.search(r"bodyParser\s*:\s*false", text) is not None)
    )
