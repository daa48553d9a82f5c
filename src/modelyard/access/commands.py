"""Terminal commands of the access room."""

from typing import Annotated

import typer

from modelyard.access import verbs
from modelyard.access.terminal import local_yard

users = typer.Typer(help="Who can sign in.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users, name="user")


@users.command("create")
def create_user(
    email: Annotated[str, typer.Argument(help="E-mail to sign in with.")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            envvar="MODELYARD_NEW_PASSWORD",
            help="12 characters or more; asked for when not given.",
        ),
    ],
    name: Annotated[str, typer.Option(help="Name on screen; default: from the e-mail.")] = "",
) -> None:
    """Add a person who can sign in."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        user = verbs.create_user(ctx, email=email, password=password, name=name)
    typer.echo(f"{user.email} can sign in now.")


@users.command("list")
def list_users() -> None:
    """List everybody."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        for user in verbs.list_users(ctx):
            typer.echo(f"{user.id}\t{user.email or '–'}\t{user.name}\t{'owner' if user.is_owner else ''}".rstrip())


@users.command("link")
def create_link(
    email: Annotated[str | None, typer.Argument(help="Whom to sign in; default: the local owner.")] = None,
) -> None:
    """Print a link that signs a person in once, within the hour."""
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            token = verbs.create_link(ctx, email=email)
        address = yard.settings.address()
    typer.echo(f"{address}/sign-in/?token={token}")
