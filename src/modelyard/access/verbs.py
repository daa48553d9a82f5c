"""What can be done about access: register, sign in and out, keys, links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from modelyard.access.actors import actor_of, full_scopes
from modelyard.access.attempts import begin_attempt, note_success
from modelyard.access.credentials import hash_password, new_token, require_good_password, token_hash, verify_password
from modelyard.access.lifetimes import require_sensible_end
from modelyard.access.tables import ApiKey, OneTimeLink, SignIn, SignInAttempt, User
from modelyard.kernel.context import ANONYMOUS, Actor, Context, Scope
from modelyard.kernel.db import take_turns
from modelyard.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard

LINK_LIFETIME = timedelta(hours=1)
KEY_PREFIX = "my_"
MAX_KEYS = 100


@dataclass(frozen=True)
class NewSignIn:
    """A fresh sign-in: the token goes into the cookie and is kept nowhere else."""

    user: User
    token: str
    expires_at: datetime


def register(ctx: Context, *, email: str, password: str, name: str) -> User:
    """Add a person; raise Forbidden when strangers may not register here."""
    if not ctx.settings.is_registration_open:
        raise Forbidden("Registration is closed on this yard.", hint="Ask its owner for an account.")
    return _add_user(ctx, email=email, password=password, name=name)


def create_user(ctx: Context, *, email: str, password: str, name: str) -> User:
    """Add a person, as the owner on the terminal."""
    ctx.require("account:write")
    return _add_user(ctx, email=email, password=password, name=name)


def _add_user(ctx: Context, *, email: str, password: str, name: str) -> User:
    email = _normal_email(email)
    require_good_password(password, email, name)
    password_hash = hash_password(password)  # before the first statement: nobody waits for the write lock meanwhile
    _require_free(ctx, email)
    user = User(
        id=new_id("us"),
        email=email,
        name=name.strip() or email.split("@")[0],
        password_hash=password_hash,
        is_owner=False,
        created_at=ctx.clock(),
    )
    ctx.session.add(user)
    _flush_email(ctx)
    return user


def _require_free(ctx: Context, email: str) -> None:
    if ctx.session.scalar(select(User.id).where(User.email == email)):
        raise _taken()


def _flush_email(ctx: Context) -> None:
    try:
        ctx.session.flush()
    except IntegrityError as error:
        # Somebody else took it between the look and the write.
        raise _taken() from error


def _taken() -> Conflict:
    return Conflict("There is an account with this e-mail already.", fields=[FieldError(("email",), "Taken.")])


def _normal_email(email: str) -> str:
    email = email.strip().lower()
    local, at, domain = email.rpartition("@")
    is_clean = email.isprintable() and " " not in email and len(email) <= 320
    if not (local and at and "." in domain and is_clean):
        wrong = "This is not an e-mail address."
        raise Invalid(wrong, fields=[FieldError(("email",), wrong)])
    return email


def sign_in(yard: Yard, *, email: str, password: str, address: str, user_agent: str = "") -> NewSignIn:
    """Check e-mail and password and open a session; the same answer whether the e-mail or the password is wrong."""
    email = email.strip().lower()[:320]
    attempt = begin_attempt(yard, email, address)
    with yard.context(ANONYMOUS, writes=False) as ctx:
        user = ctx.session.scalar(select(User).where(User.email == email))
    if not verify_password(password, user.password_hash if user else None) or user is None:
        raise Unauthenticated("E-mail or password is wrong.", hint="Check both; the password is case-sensitive.")
    note_success(yard, attempt, email)
    with yard.context(ANONYMOUS) as ctx:
        if ctx.session.get_one(User, user.id).password_hash != user.password_hash:
            raise Unauthenticated("The password was changed meanwhile.", hint="Sign in with the new one.")
        return _open_session(ctx, user, user_agent)


def sign_in_by_link(yard: Yard, *, token: str, address: str, user_agent: str = "") -> NewSignIn:
    """Use a one-time link up and open a session."""
    attempt = begin_attempt(yard, "", address)
    with yard.context(ANONYMOUS) as ctx:
        now = ctx.clock()
        unused = (OneTimeLink.id == token_hash(token)) & OneTimeLink.used_at.is_(None) & (OneTimeLink.expires_at > now)
        taken = update(OneTimeLink).where(unused).values(used_at=now).returning(OneTimeLink.user_id)
        user_id = ctx.session.scalar(taken)
        opened = _open_session(ctx, ctx.session.get_one(User, user_id), user_agent) if user_id else None
    if opened is None:
        raise Unauthenticated("This link was used already or has expired.", hint="Make a new one: modelyard user link")
    note_success(yard, attempt, opened.user.email or "")
    return opened


def _open_session(ctx: Context, user: User, user_agent: str) -> NewSignIn:
    token, now = new_token(), ctx.clock()
    expires_at = now + ctx.settings.session_lifetime
    row = SignIn(
        id=token_hash(token),
        user_id=user.id,
        created_at=now,
        seen_at=now,
        expires_at=expires_at,
        user_agent=user_agent[:300],
    )
    ctx.session.add(row)
    return NewSignIn(user, token, expires_at)


def sign_out(ctx: Context, token: str) -> None:
    """End the session of this token; nothing happens when there is none."""
    ctx.session.execute(delete(SignIn).where(SignIn.id == token_hash(token)))


def me(ctx: Context) -> User:
    """Return the person who acts."""
    return ctx.session.get_one(User, ctx.require("account:read"))


def change_me(
    ctx: Context,
    *,
    name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    current_password: str | None = None,
) -> User:
    """Change name, e-mail or password; the latter two need the current one.

    A new password ends every session and every unused link; API keys are ended one by one.
    """
    ctx.require("account:write")
    user = me(ctx)
    if name is not None:
        user.name = name.strip() or user.name
    if email is not None or password is not None:
        _require_all_scopes(ctx)
        _require_current_password(user, current_password)
    if email is not None and (new := _normal_email(email)) != user.email:
        _require_free(ctx, new)
        user.email = new
    if password is not None:
        require_good_password(password, user.email or "", user.name)
        user.password_hash = hash_password(password)
        ctx.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
        ctx.session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
    _flush_email(ctx)
    return user


def _require_all_scopes(ctx: Context) -> None:
    """Raise Forbidden for a key with some scopes: whoever can sign in has them all, so it would exceed itself."""
    if ctx.actor.scopes != full_scopes():
        raise Forbidden("This API key may not change how its owner signs in.", hint="Sign in with a browser.")


def _require_current_password(user: User, current: str | None) -> None:
    if user.password_hash is not None and not verify_password(current or "", user.password_hash):
        wrong = "The current password is wrong."
        raise Invalid(wrong, fields=[FieldError(("current_password",), wrong)])


def continue_session(ctx: Context, user: User, user_agent: str) -> NewSignIn:
    """Open a new session for a person who just proved who they are, e.g. by changing the password."""
    ctx.require("account:write")
    return _open_session(ctx, user, user_agent)


def visible_keys(ctx: Context, *, bound_to: str | None = None) -> Select[ApiKey]:
    """Return the query of this person's keys that are not revoked: the personal ones, or those bound to one thing."""
    mine = select(ApiKey).where(ApiKey.user_id == ctx.actor.id, ApiKey.revoked_at.is_(None))
    return mine.where(ApiKey.bound_to == bound_to)


def list_keys(ctx: Context) -> list[ApiKey]:
    """Return this person's personal keys, newest first."""
    ctx.require("account:read")
    return list(ctx.session.scalars(visible_keys(ctx).order_by(ApiKey.id.desc())))


def create_key(
    ctx: Context,
    *,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None = None,
    bound_to: str | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is shown this once; a key never exceeds its maker's scopes.

    `bound_to` is the id of the one thing that it opens; whoever asks for such a key has seen to it that it exists.
    """
    user_id = ctx.require("account:write")
    excess = set(scopes) - ctx.actor.scopes
    if excess:
        raise Forbidden(f"You do not have the scopes {', '.join(sorted(excess))} yourself.")
    if not scopes:
        raise Invalid("Choose at least one scope.", fields=[FieldError(("scopes",), "Choose at least one scope.")])
    if expires_at is not None:
        require_sensible_end(ctx, expires_at)
    if len(ctx.session.scalars(visible_keys(ctx, bound_to=bound_to)).all()) >= MAX_KEYS:
        raise Conflict(f"There are {MAX_KEYS} keys already.", hint="Revoke those that are not used any more.")
    secret = new_token(KEY_PREFIX)
    key = ApiKey(
        id=new_id("ak"),
        user_id=user_id,
        name=name,
        prefix=secret[:10],
        hash=token_hash(secret),
        scopes=sorted(set(scopes)),
        bound_to=bound_to,
        created_at=ctx.clock(),
        expires_at=expires_at,
    )
    ctx.session.add(key)
    ctx.session.flush()
    return key, secret


def revoke_key(ctx: Context, key_id: str, *, bound_to: str | None = None) -> None:
    """End a key for good; raise NotFound."""
    ctx.require("account:write")
    key = ctx.session.scalar(visible_keys(ctx, bound_to=bound_to).where(ApiKey.id == key_id))
    if key is None:
        raise NotFound(f"There is no API key {key_id!r}.")
    key.revoked_at = ctx.clock()


def list_sign_in_attempts(ctx: Context, *, limit: int = 50) -> list[SignInAttempt]:
    """Return the latest attempts: one's own, and for the owner everybody's."""
    user = me(ctx)
    query = select(SignInAttempt).order_by(SignInAttempt.id.desc()).limit(limit)
    if not user.is_owner:
        query = query.where(SignInAttempt.email == (user.email or ""))
    return list(ctx.session.scalars(query))


def list_users(ctx: Context) -> list[User]:
    """Return everybody, for the owner."""
    if not me(ctx).is_owner:
        raise Forbidden("Only the owner sees everybody.")
    return list(ctx.session.scalars(select(User).order_by(User.id)))


def ensure_local_owner(ctx: Context) -> Actor:
    """Return the yard's owner, made on the first call."""
    chosen = select(User).where(User.is_owner.is_(True)).order_by(User.id).limit(1)
    owner = ctx.session.scalar(chosen)
    if owner is None:
        take_turns(ctx.session, "local owner")  # two first starts at once must not make two
        owner = ctx.session.scalar(chosen)
    if owner is None:
        owner = User(id=new_id("us"), name="Owner", is_owner=True, created_at=ctx.clock())
        ctx.session.add(owner)
        ctx.session.flush()
    return actor_of(owner)


def create_link(ctx: Context, *, email: str | None = None) -> str:
    """Return the token of a new link that signs the owner, or the person with that e-mail, in once within the hour."""
    ctx.require("account:write")
    _require_all_scopes(ctx)
    user = ctx.session.scalar(select(User).where(User.email == email.strip().lower())) if email else me(ctx)
    if user is None:
        raise NotFound(f"There is nobody with the e-mail {email!r}.")
    if user.id != ctx.actor.id and not ctx.actor.is_owner:
        raise Forbidden("Only the owner makes links for others.")
    token = new_token()
    ctx.session.add(OneTimeLink(id=token_hash(token), user_id=user.id, expires_at=ctx.clock() + LINK_LIFETIME))
    return token


def owner_sign_in_path(yard: Yard) -> str | None:
    """Return the path of a new one-time link for the owner, who is made when there is none.

    In production only as long as the owner has no password: logs there are read by more than one.
    """
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    with yard.context(owner) as ctx:
        is_needed = not yard.settings.is_production or me(ctx).password_hash is None
        return f"/sign-in/?token={create_link(ctx)}" if is_needed else None
