"""What a strategy fetches at its desk: only where the experiment allows it, only from the internet, only JSON."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from modelyard.experiments.configurations import Configuration
from modelyard.experiments.running.desk import AnswerDesk
from modelyard.experiments.running.finding import Finders
from modelyard.kernel import addresses
from modelyard.kernel.addresses import UnsafeAddress
from modelyard.kernel.errors import Forbidden, Unavailable
from tests.experiments.attempts import configuration
from tests.experiments.running.test_line import Told, line_to


class Site(HTTPServer):
    """Says back what it was asked for; `/prose` answers no JSON."""

    asked: list[str]


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            body = b"<p>hello</p>" if self.path == "/prose" else json.dumps({"path": self.path}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = Site(("127.0.0.1", 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def fetched(site: Site, path: str, *, is_network_allowed: bool = True, **parameters: str) -> Any:
    async def go() -> Any:
        line, _ = line_to(Told())
        desk = AnswerDesk(
            Configuration.model_validate(configuration("a")),
            line,
            repeat=0,
            finders=Finders(lambda: pytest.fail("nothing is searched"), ()),
            draw=lambda *_, **__: (),
            is_network_allowed=is_network_allowed,
        )
        return await desk.fetch(f"http://127.0.0.1:{site.server_port}{path}", parameters)

    return asyncio.run(go())


def test_nothing_is_fetched_where_the_network_is_not_allowed(site: Site) -> None:
    with pytest.raises(Forbidden, match="may not ask the network"):
        fetched(site, "/", is_network_allowed=False)
    assert site.asked == []


def test_an_agent_reaches_no_private_address_whatever_the_yard_allows(site: Site) -> None:
    with pytest.raises(UnsafeAddress, match="not a public address"):
        fetched(site, "/", q="secrets")
    assert site.asked == []


def test_what_is_public_is_asked_with_its_parameters_and_read_as_json(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")  # the only one there is here
    assert fetched(site, "/w", titles="A & B") == {"path": "/w?titles=A+%26+B"}
    assert fetched(site, "/w") == {"path": "/w"}
    with pytest.raises(Unavailable, match="answered no JSON"):
        fetched(site, "/prose")
