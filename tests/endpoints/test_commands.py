"""The `endpoint` commands, with no server running."""

import json

from modelyard.chat.verbs import create_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.terminal import Command


def test_keys_of_both_kinds_are_made_listed_and_revoked(modelyard: Command, yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        create_collection(ctx, "Manual")
    [listed] = modelyard("endpoint", "list", "--json").stdout.splitlines()
    assert (json.loads(listed)["name"], json.loads(listed)["kind"]) == ("Manual", "collection")

    made = modelyard(
        "endpoint", "add-key", "Manual", "Nightly job", "--calls-per-minute", "0", "--days", "30", "--json"
    )
    key = json.loads(made.stdout)
    assert (key["calls_per_minute"], key["rows_per_day"]) == (None, 10_000)
    assert key["key"].startswith(key["prefix"])
    origins = ("--origin", "https://docs.example.org", "--origin", "https://book-*.vercel.app")
    page = json.loads(modelyard("endpoint", "add-browser-key", "Manual", "Docs", *origins, "--json").stdout)
    assert page["origins"] == ["https://docs.example.org", "https://book-*.vercel.app"]

    shown = [json.loads(line) for line in modelyard("endpoint", "keys", "Manual", "--json").stdout.splitlines()]
    assert [(each["kind"], each["id"]) for each in shown] == [("program", key["id"]), ("browser", page["id"])]
    table = modelyard("endpoint", "keys", "Manual", COLUMNS="300").stdout
    assert key["id"] in table
    assert "https://docs.example.org" in table
    assert key["key"] not in table, "a secret is shown once"

    for each in (key, page):
        assert modelyard("endpoint", "revoke-key", "Manual", each["id"]).returncode == 0
    again = modelyard("endpoint", "revoke-key", "Manual", page["id"])
    assert (again.returncode, "has no key" in again.stderr) == (1, True)
    assert modelyard("endpoint", "keys", "Manual", "--json").stdout == ""


def test_a_browser_key_for_every_site_is_refused(modelyard: Command, yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        create_collection(ctx, "Manual")
    for origin in ("*", "https://*.org"):
        refused = modelyard("endpoint", "add-browser-key", "Manual", "Docs", "--origin", origin)
        assert refused.returncode == 1, origin
    assert modelyard("endpoint", "keys", "Manual", "--json").stdout == ""
