"""Who asks, over HTTP: from a cookie or a key to a Context that commits before the answer is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from modelyard.access.actors import actor_of, actor_of_key
from modelyard.access.credentials import csrf_token, is_same, token_hash
from modelyard.access.sessions import find_key, find_sign_in, touch_key, touch_sign_in
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.errors import Forbidden, Unauthenticated
from modelyard.kernel.yard import Yard

SESSION_COOKIE = "modelyard_session"
CSRF_COOKIE = "modelyard_csrf"
CSRF_HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def the_yard(request: Request) -> Yard:
    """Return the yard that this server holds; no thread is taken for that."""
    yard: Yard = request.app.state.yard
    return yard


def client_address(request: Request) -> str:
    """Return the address a request comes from; a proxy's word counts when it is trusted (the setting)."""
    return request.client.host[:64] if request.client else ""


def set_cookies(request: Request, response: Response, yard: Yard, token: str) -> None:
    """Give the browser its session and the token that its pages must send back, for as long as the session lasts."""
    age = int(yard.settings.session_lifetime.total_seconds())
    csrf = csrf_token(yard.secret_key, token_hash(token))
    for cookie in _cookies(request, yard):
        cookie.set(response, token if cookie.name == SESSION_COOKIE else csrf, age)


def forget_cookies(request: Request, response: Response, yard: Yard) -> None:
    """Take the browser's session away, with the attributes it was given with."""
    for cookie in _cookies(request, yard):
        cookie.set(response, "", 0)


@dataclass(frozen=True)
class _Cookie:
    name: str
    attributes: str

    def set(self, response: Response, value: str, age: int) -> None:
        # Written as a header, because Python before 3.14 does not know `Partitioned`.
        cookie = f"{self.name}={value}; Max-Age={age}; Path=/; {self.attributes}"
        response.headers.append("Set-Cookie", cookie)


def _cookies(request: Request, yard: Yard) -> list[_Cookie]:
    """Return the cookies of a session as this browser keeps and sends them."""
    is_frontend = yard.settings.is_frontend(request.headers.get("Origin"))
    if is_frontend or yard.settings.frames:
        # Pages of another site ask, or show this one in a frame: kept apart for each such site.
        attributes = "Secure; SameSite=None; Partitioned"
    else:
        is_secure = request.url.scheme == "https" or yard.settings.is_production
        attributes = "Secure; SameSite=Lax" if is_secure else "SameSite=Lax"
    session = _Cookie(SESSION_COOKIE, f"HttpOnly; {attributes}")
    # Scripts of another host cannot read a cookie of this one: they take the token from `/auth/me`.
    return [session] if is_frontend else [session, _Cookie(CSRF_COOKIE, attributes)]


def current_actor(request: Request, response: Response, yard: Annotated[Yard, Depends(the_yard)]) -> Actor:
    """Return who asks: the key's owner, the signed-in person, or nobody."""
    authorization = request.headers.get("Authorization", "")
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return _by_key(yard, credential.strip())
    token = request.cookies.get(SESSION_COOKIE)
    return _by_cookie(request, response, yard, token) if token else ANONYMOUS


def _by_key(yard: Yard, key: str) -> Actor:
    with yard.context(ANONYMOUS, writes=False) as ctx:
        found = find_key(ctx, key)
    if found is None:
        raise Unauthenticated("This API key is unknown, revoked or expired.")
    user, row = found
    touch_key(yard, row)
    return actor_of_key(user, row)


def _by_cookie(request: Request, response: Response, yard: Yard, token: str) -> Actor:
    session_id = token_hash(token)
    with yard.context(ANONYMOUS, writes=False) as ctx:
        found = find_sign_in(ctx, session_id)
    if found is None:
        return ANONYMOUS
    user, sign_in = found
    if request.method not in _SAFE_METHODS:
        _require_csrf(request, yard, session_id)
    if touch_sign_in(yard, sign_in):
        set_cookies(request, response, yard, token)
    request.state.sign_in_id = session_id
    return actor_of(user)


def _require_csrf(request: Request, yard: Yard, session_id: str) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if not is_same(given, csrf_token(yard.secret_key, session_id)):
        raise Forbidden(
            f"The header {CSRF_HEADER} is missing or belongs to another session.",
            hint="Reload the page. Programs use an API key, which needs no such header.",
        )


def open_context(
    request: Request, yard: Annotated[Yard, Depends(the_yard)], actor: Annotated[Actor, Depends(current_actor)]
) -> Iterator[Context]:
    """Yield the Context of whoever asks; requests that only read never wait for a writer."""
    with yard.context(actor, writes=request.method not in _SAFE_METHODS) as ctx:
        yield ctx


def _signed_in(ctx: Annotated[Context, Depends(open_context, scope="function")]) -> Context:
    if ctx.actor.id is None:
        raise Unauthenticated("Nobody is signed in.")
    return ctx


# scope="function": the commit happens before the answer is sent, so a failed commit is never a 200.
OptionalCtx = Annotated[Context, Depends(open_context, scope="function")]
Ctx = Annotated[Context, Depends(_signed_in, scope="function")]
