"""HTTP of the access room."""

from contextlib import nullcontext
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from modelyard.access import verbs
from modelyard.access.actors import actor_of
from modelyard.access.attempts import counted_attempt
from modelyard.access.credentials import csrf_token, token_hash
from modelyard.access.http import (
    SESSION_COOKIE,
    Ctx,
    OptionalCtx,
    client_address,
    current_actor,
    forget_cookies,
    set_cookies,
    the_yard,
)
from modelyard.access.schemas import (
    ChangeMeIn,
    KeyIn,
    KeyOut,
    MeOut,
    NewKeyOut,
    RegisterIn,
    SignInAttemptOut,
    SignInIn,
    SignInLinkIn,
)
from modelyard.access.tables import User
from modelyard.access.verbs import NewSignIn
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/auth", tags=["access"])

TheYard = Annotated[Yard, Depends(the_yard)]
TheActor = Annotated[Actor, Depends(current_actor)]


@router.post("/register", status_code=201)
def register(body: RegisterIn, request: Request, yard: TheYard) -> None:
    """Add an account; sign in with it afterwards."""
    with counted_attempt(yard, "", client_address(request)), yard.context(ANONYMOUS) as ctx:
        verbs.register(ctx, email=body.email, password=body.password, name=body.name)


@router.post("/sign-in")
# audit: ignore[SEC007] counted in the database, per e-mail and per address: access/attempts.py
def sign_in(body: SignInIn, request: Request, response: Response, yard: TheYard) -> MeOut:
    """Open a session with e-mail and password."""
    opened = verbs.sign_in(
        yard, email=body.email, password=body.password, address=client_address(request), user_agent=_agent(request)
    )
    return _welcome(request, response, yard, opened)


@router.post("/sign-in-link")
def sign_in_by_link(body: SignInLinkIn, request: Request, response: Response, yard: TheYard) -> MeOut:
    """Open a session with a one-time link."""
    opened = verbs.sign_in_by_link(yard, token=body.token, address=client_address(request), user_agent=_agent(request))
    return _welcome(request, response, yard, opened)


@router.post("/sign-out", status_code=204)
def sign_out(request: Request, response: Response, ctx: OptionalCtx, yard: TheYard) -> None:
    """End this session."""
    verbs.sign_out(ctx, request.cookies.get(SESSION_COOKIE, ""))
    forget_cookies(request, response, yard)


@router.get("/me")
def get_me(request: Request, ctx: Ctx, yard: TheYard) -> MeOut:
    """Return who is signed in."""
    session_id = getattr(request.state, "sign_in_id", None)
    return _me(verbs.me(ctx), ctx, csrf_token(yard.secret_key, session_id) if session_id else None)


@router.patch("/me")
def change_me(body: ChangeMeIn, request: Request, response: Response, yard: TheYard, actor: TheActor) -> MeOut:
    """Change one's name, e-mail or password; a new password ends every other session."""
    session_id = getattr(request.state, "sign_in_id", None)
    is_guess = body.email is not None or body.password is not None
    counted = counted_attempt(yard, actor.email or "", client_address(request)) if is_guess else nullcontext()
    with counted, yard.context(actor) as ctx:
        user = verbs.change_me(ctx, **body.model_dump())
        if body.password is not None and session_id:
            opened = verbs.continue_session(ctx, user, _agent(request))
            session_id = token_hash(opened.token)
            set_cookies(request, response, yard, opened.token)
        return _me(user, ctx, csrf_token(yard.secret_key, session_id) if session_id else None)


@router.get("/keys")
def list_keys(ctx: Ctx) -> list[KeyOut]:
    """List one's API keys, newest first."""
    return [KeyOut.model_validate(key) for key in verbs.list_keys(ctx)]


@router.post("/keys", status_code=201)
def create_key(body: KeyIn, ctx: Ctx) -> NewKeyOut:
    """Make an API key; its secret is in this answer and nowhere else."""
    key, secret = verbs.create_key(ctx, name=body.name, scopes=body.scopes, expires_at=body.expires_at)
    return NewKeyOut(**KeyOut.model_validate(key).model_dump(), key=secret)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(key_id: str, ctx: Ctx) -> None:
    """End an API key for good."""
    verbs.revoke_key(ctx, key_id)


@router.get("/sign-in-attempts")
def list_sign_in_attempts(ctx: Ctx, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[SignInAttemptOut]:
    """List the latest sign-in attempts: one's own, and for the owner everybody's."""
    return [SignInAttemptOut.model_validate(row) for row in verbs.list_sign_in_attempts(ctx, limit=limit)]


def _welcome(request: Request, response: Response, yard: Yard, opened: NewSignIn) -> MeOut:
    set_cookies(request, response, yard, opened.token)
    _forget_previous(request, yard)
    with yard.context(actor_of(opened.user), writes=False) as ctx:
        return _me(opened.user, ctx, csrf_token(yard.secret_key, token_hash(opened.token)))


def _me(user: User, ctx: Context, csrf: str | None) -> MeOut:
    return MeOut(
        id=user.id,
        email=user.email,
        name=user.name,
        is_owner=user.is_owner,
        has_password=user.password_hash is not None,
        scopes=sorted(ctx.actor.scopes),
        csrf_token=csrf,
    )


def _forget_previous(request: Request, yard: Yard) -> None:
    """End the session that the browser had before: its token may be known to whoever set it."""
    if previous := request.cookies.get(SESSION_COOKIE):
        with yard.context(ANONYMOUS) as ctx:
            verbs.sign_out(ctx, previous)


def _agent(request: Request) -> str:
    return request.headers.get("User-Agent", "")
