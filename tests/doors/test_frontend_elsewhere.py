"""The yard's own pages on another host: they may use the API with the sign-in, strangers' pages may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from modelyard.access.http import CSRF_COOKIE, SESSION_COOKIE
from modelyard.access.verbs import owner_sign_in_path
from modelyard.doors.api.app import create_app
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

OURS = "https://yard.example.org"
PREVIEW = "https://yard-git-main-ada.vercel.app"
STRANGERS = (
    "https://other.vercel.app",
    "https://evilvercel.app",
    "https://yard-x.vercel.app",
    "https://yard.example.org.evil.com",
    "http://yard.example.org",
    "null",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A browser of a yard whose pages are served elsewhere."""
    folder: Path = tmp_path_factory.mktemp("yard")
    settings = Settings(data=folder, frontend_origins=f"{OURS}/, https://yard-*-ada.vercel.app")
    upgrade(settings)
    yard = Yard.open(settings)
    with TestClient(create_app(yard=yard), base_url="https://api.example.net") as client:
        yield client
    yard.close()


def preflight(client: TestClient, origin: str, method: str = "DELETE") -> dict[str, str]:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "x-csrf-token, content-type",
    }
    return dict(client.options("/api/v1/datasets/ds_x", headers=asked).headers)


@pytest.mark.parametrize("origin", [OURS, PREVIEW])
def test_our_pages_may_send_every_request_with_the_sign_in(client: TestClient, origin: str) -> None:
    told = preflight(client, origin)
    assert told["access-control-allow-origin"] == origin
    assert told["access-control-allow-credentials"] == "true"
    assert "DELETE" in told["access-control-allow-methods"]
    assert "X-CSRF-Token" in told["access-control-allow-headers"]
    answer = client.get("/api/v1/auth/me", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin, "errors too are readable"
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", STRANGERS)
def test_pages_of_strangers_hear_nothing(client: TestClient, origin: str) -> None:
    assert "access-control-allow-origin" not in preflight(client, origin)
    answer = client.get("/api/v1/auth/me", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_the_sign_in_travels_from_our_pages_only_with_the_token_of_me(client: TestClient) -> None:
    path = owner_sign_in_path(client.app.state.yard)  # type: ignore[attr-defined]  # the client's app is ours
    token = str(path).split("token=")[1]
    answer = client.post("/api/v1/auth/sign-in-link", json={"token": token}, headers={"Origin": OURS})
    assert answer.status_code == 200, answer.text
    (cookie,) = answer.headers.get_list("set-cookie")
    for attribute in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"):
        assert f"; {attribute}" in cookie
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert CSRF_COOKIE not in client.cookies, "a page of another host could not read it"

    csrf = client.get("/api/v1/auth/me", headers={"Origin": OURS}).json()["csrf_token"]
    change = {"json": {"name": "Ada"}}
    assert client.patch("/api/v1/auth/me", headers={"Origin": OURS}, **change).status_code == 403
    headers = {"Origin": OURS, "X-CSRF-Token": csrf}
    assert client.patch("/api/v1/auth/me", headers=headers, **change).status_code == 200
    left = client.post("/api/v1/auth/sign-out", headers=headers)
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert "Partitioned" in left.headers["set-cookie"], "browsers keep it apart by that"
    assert client.get("/api/v1/auth/me").status_code == 401


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "https://*.vercel.app",
        "https://yard-*.vercel.app",
        "https://*-ada.vercel.app",
        "yard.example.org",
        "https://yard.example.org/app",
        "http://yard-*-ada.vercel.app",
    ],
)
def test_origins_that_would_admit_strangers_are_refused(tmp_path: Path, origins: str) -> None:
    with pytest.raises((ModelyardError, ValidationError)):
        Settings(data=tmp_path, frontend_origins=origins)


def test_proxies_of_the_platform_are_believed_and_nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings(data=tmp_path).believed_proxies == "127.0.0.1,::1"
    monkeypatch.setenv("SPACE_ID", "ada/yard")
    assert "10.0.0.0/8" in Settings(data=tmp_path).believed_proxies
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "203.0.113.7")
    assert Settings(data=tmp_path).believed_proxies == "203.0.113.7"


@pytest.mark.anyio
async def test_a_visitor_cannot_write_the_address_that_is_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RENDER", "true")
    seen: list[tuple[str, int]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"])

    behind = ProxyHeadersMiddleware(app, trusted_hosts=Settings(data=tmp_path).believed_proxies)
    forwarded = [(b"x-forwarded-for", b"6.6.6.6, 198.51.100.9, 10.0.0.3")]
    for peer in ("10.1.1.1", "203.0.113.7"):
        scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": forwarded}
        await behind(scope, None, None)  # type: ignore[arg-type]  # the application reads and sends nothing
    assert [address for address, _ in seen] == ["198.51.100.9", "203.0.113.7"]


def test_a_space_is_shown_in_the_frame_of_its_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings(data=tmp_path).frames == ()
    monkeypatch.setenv("SPACE_ID", "ada/yard")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("<!doctype html><title>Modelyard</title>")
    settings = Settings(data=tmp_path, web=tmp_path / "pages")
    assert settings.frames == ("https://huggingface.co",)
    upgrade(settings)
    yard = Yard.open(settings)
    with TestClient(create_app(yard=yard), base_url="https://ada-yard.hf.space") as client:
        token = str(owner_sign_in_path(yard)).split("token=")[1]
        answer = client.post("/api/v1/auth/sign-in-link", json={"token": token})
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all("; Secure; SameSite=None; Partitioned" in cookie for cookie in cookies)
        page = client.get("/").headers["content-security-policy"]
        assert "frame-ancestors 'self' https://huggingface.co" in page
    yard.close()
