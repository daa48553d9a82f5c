"""Terminal commands of LLMs."""

import json
import sys
from typing import Annotated, Any

import typer

from modelyard.access.terminal import local_yard
from modelyard.kernel.errors import Invalid
from modelyard.llm import verbs
from modelyard.llm.checking import Check, check_llm
from modelyard.llm.prices import told_usd
from modelyard.llm.tables import Llm

llms = typer.Typer(help="LLMs and embedders: who answers, and what that may cost.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="LLM", help="Its id or name.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(llms, name="llm")


@llms.command("add")
def add_llm(
    name: Annotated[str, typer.Argument(help="What you want to call it.")],
    provider: Annotated[str, typer.Argument(help="openai, hf_api, cohere, anthropic, local, transformers, scripted …")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the provider, such as model=gpt-4o-mini."),
    ] = None,
    key: Annotated[
        str,
        typer.Option(envvar="MODELYARD_LLM_KEY", help="- asks for it, or reads a line of stdin."),
    ] = "",
) -> None:
    """Add an LLM or embedder, and try it.

    Ollama on this machine: `modelyard llm add Llama openai --set base_url=http://localhost:11434/v1 --set
    model=llama3.2`. With a key: `modelyard llm add GPT openai --set model=gpt-4o-mini --key -`.
    """
    document = {"kind": provider, **dict(_parameter(setting) for setting in settings or [])}
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            llm = verbs.create_llm(ctx, name, document, secret=_asked_key() if key == "-" else key or None)
        typer.echo(f"{llm.id}\t{llm.name}")
        _say(check_llm(yard, owner, llm.id))


@llms.command("list")
def list_llms(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List LLMs and embedders, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        rows = verbs.list_llms(ctx, limit=1000)
    if as_json:
        typer.echo(json.dumps([_row(row) for row in rows], indent=2))
        return
    for row in rows:
        model = row.provider.get("model") or "–"
        typer.echo(f"{row.id}\t{row.name}\t{row.provider_kind}\t{model}\t{_state(row)}")


@llms.command("check")
def check(llm: Named) -> None:
    """Try an LLM with one short request; ends with 1 when it fails."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            llm_id = verbs.find_llm(ctx, llm).id
        tried = check_llm(yard, owner, llm_id)
    _say(tried)
    if not tried.is_ok:
        raise typer.Exit(1)


@llms.command("remove")
def remove_llm(llm: Named) -> None:
    """Remove an LLM and its key; collections that used it go on without one."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        row = verbs.find_llm(ctx, llm)
        verbs.delete_llm(ctx, row.id)
    typer.echo(f"{row.name} is removed.")


@llms.command("budget")
def budget(
    usd: Annotated[str, typer.Argument(metavar="[USD]", help="What may be spent in a month, or `none`.")] = "",
) -> None:
    """Say what may be spent on LLMs in each calendar month, or show what is."""
    with local_yard() as (yard, owner), yard.context(owner, writes=bool(usd)) as ctx:
        found = verbs.set_budget(ctx, _usd(usd)) if usd else verbs.get_budget(ctx)
    limit = "no limit" if found.usd_per_month is None else f"of {told_usd(found.usd_per_month)}"
    typer.echo(f"{found.month}: {told_usd(found.spent_usd)} spent, {limit}")
    for row in found.by_llm:
        unknown = f", the price of {row.n_unknown_cost:,} unknown" if row.n_unknown_cost else ""
        took = f"{row.n_requests:,} requests{unknown}, {row.n_input_tokens:,} tokens in, {row.n_output_tokens:,} out"
        typer.echo(f"{row.provider_kind}\t{row.llm_name}\t{told_usd(row.cost_usd)}\t{took}")


def _parameter(setting: str) -> tuple[str, Any]:
    name, equals, text = setting.partition("=")
    if not equals or not name:
        raise Invalid(f"{setting!r} is no parameter.", hint="Write --set NAME=VALUE, such as --set model=gpt-4o-mini.")
    try:
        return name, json.loads(text)
    except ValueError:
        return name, text  # most parameters are texts, and nobody quotes them


def _asked_key() -> str:
    if sys.stdin.isatty():
        asked: str = typer.prompt("Key", hide_input=True)
        return asked
    return sys.stdin.readline().strip()


def _usd(text: str) -> float | None:
    try:
        return None if text.lower() == "none" else float(text.removeprefix("$"))
    except ValueError:
        raise Invalid(f"{text!r} is no amount.", hint="Write a number of USD such as 5, or `none`.") from None


def _say(check: Check) -> None:
    if check.error is not None:
        typer.echo(f"failed: {check.error['detail']}\n{check.error['hint'] or ''}".rstrip(), err=True)
        return
    answer = f"answers {check.text!r}" if check.text is not None else f"makes vectors of {check.dimensions} numbers"
    typer.echo(f"works: {answer} in {check.seconds:.1f} s")


def _state(row: Llm) -> str:
    if row.check is None:
        return "not tried"
    return "works" if row.check["is_ok"] else f"failed: {row.check['error']['detail']}"


def _row(row: Llm) -> dict[str, Any]:
    kept = ("id", "name", "provider", "provider_kind", "secret_ends", "check")
    return {name: getattr(row, name) for name in kept}
