"""Prove that the yard survives free hosting: its real Dockerfile, a memory cap, a disk that is thrown away, sleep.

    make free-tier                        both profiles
    python tools/free_tier render         one of them
    python tools/free_tier --no-build …   with the images that are there
    python tools/free_tier --bare …       without an image: the bundle's wheel and settings in a process here
    python tools/free_tier --or-bare …    without an image where none can be built
    python tools/free_tier --install …    after installing the tools with apt, where that can be done

It runs on a base image made here of Debian's packages, not on the platforms themselves. Ends with 1 when anything that
was made is not there afterwards. Where it cannot be done it says `skipped`, why, and ends with 0.
"""

import argparse
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import image
import journey
import machine
from alone import Taken, alone
from bare import Bare, Unpacked
from container import Container
from database import PORT as DATABASE_PORT
from database import Postgres
from host import PAGES, PAGES_PORT, PROFILES, PROXY_PORT, Host, Profile, Start

BIN = Path(sys.executable).parent
PATIENCE_SECONDS = 900
"""How long another run is waited for."""


def main() -> int:
    """Run the profiles named, or all; return the exit code."""
    asked = _asked()
    names = asked.profiles or list(PROFILES)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started ends with it
    if not asked.bare and (reason := _why_no_image(asked)):
        print(f"skipped: {reason}")
        if not asked.or_bare:
            return 0
        asked.bare = True
    ports = {"the database": DATABASE_PORT, "the proxy": PROXY_PORT, "the pages": PAGES_PORT}
    try:
        with alone(ports | {PROFILES[name].platform: PROFILES[name].port for name in names}, seconds=PATIENCE_SECONDS):
            return _proved(names, asked)
    except Taken as reason:
        print(f"skipped: {reason}")
        return 0


def _asked() -> argparse.Namespace:
    """Return what the command line says; end with its help for anything else."""
    parser = argparse.ArgumentParser(prog="tools/free_tier", description=__doc__)
    parser.add_argument("profiles", nargs="*", choices=[*PROFILES, []], metavar="|".join(PROFILES), help="default: all")
    parser.add_argument("--bare", action="store_true", help="without an image: the bundle's wheel as a process")
    parser.add_argument("--or-bare", action="store_true", help="the same where no image can be built")
    parser.add_argument("--no-build", action="store_true", help="run the image of the last time")
    parser.add_argument("--install", action="store_true", help="install what is absent with apt, as root on Debian")
    return parser.parse_args()


def _why_no_image(asked: argparse.Namespace) -> str | None:
    if asked.install:
        machine.install()
    return machine.why_not()


def _proved(names: list[str], asked: argparse.Namespace) -> int:
    """Go through the journey on each host; return the exit code."""
    lost = 0
    with Postgres() as database, tempfile.TemporaryDirectory() as folder:
        for name in names:
            start, is_bare = _starter(name, Path(folder) / name, asked)
            if start is not None:
                # Where memory has no cap, a thousand calls say nothing that a hundred do not.
                profile = replace(PROFILES[name], n_calls=100) if is_bare else PROFILES[name]
                lost += _prove(name, profile, start, database.fresh(name))
    return 1 if lost else 0


def _starter(name: str, folder: Path, asked: argparse.Namespace) -> tuple[Start | None, bool]:
    """Bundle the yard for a host and build it as far as the options say.

    Return how it is started, and whether that is without an image; nothing, told, where there can be no image and
    nothing else was asked for.
    """
    profile = PROFILES[name]
    if not asked.no_build:
        _modelyard("bundle", str(folder), "--platform", profile.platform)
    if not asked.bare:
        try:
            return _of_image(name, profile, folder, asked), False
        except image.NotHere as reason:
            _tell(name, "skipped", str(reason))
            if not asked.or_bare:
                return None, False
    _tell(name, "without an image", "no memory cap, no read-only root, the libraries of this installation")
    return partial(Bare.start, Unpacked.of(folder)), True


def _of_image(name: str, profile: Profile, folder: Path, asked: argparse.Namespace) -> Start:
    began = time.monotonic()
    its = image.Image.last(f"modelyard-{name}") if asked.no_build else image.Image.of(folder, f"modelyard-{name}")
    if reason := image.why_not_run(its.tag):
        raise image.NotHere(reason)
    how = f"built in {time.monotonic() - began:.0f} s" if its.is_new else "as it was built before"
    _tell(name, "image", f"{its.n_bytes / 1e9:.2f} GB, {how}, on a stand-in for {image.BASE} made of Debian's packages")
    return partial(Container.start, its.tag, memory=profile.memory)


def _prove(name: str, profile: Profile, start: Start, database_url: str) -> int:
    """Go through the whole journey on one host; return how many things were lost."""
    shared = {
        "DATABASE_URL": database_url,
        "MODELYARD_SECRET_KEY": secrets.token_urlsafe(48),
        "MODELYARD_ARTIFACT_STORE": "database",
    }
    host = Host(profile, partial(start, {**shared, "MODELYARD_FRONTEND_ORIGINS": PAGES, **profile.sets}))
    try:
        return _journey(name, profile, host, shared)
    finally:
        host.close()


def _journey(name: str, profile: Profile, host: "Host", shared: dict[str, str]) -> int:
    seconds = host.start()
    _tell(name, "start to the first answer", f"{seconds:.1f} s")
    yard = journey.Visitor(host.proxy.origin)
    yard.sign_in(host.token)
    _tell(name, "memory, idle", f"{host.container.memory_mib()} MiB")
    made = {"dataset": journey.upload(yard)}
    made["model"] = _trained(name, yard, made["dataset"], shared)
    made["endpoint"] = yard.get(f"models/{made['model']}")["endpoint_id"]
    made["collection"], made["chat"] = journey.collect(yard)
    journey.predict(yard, made["endpoint"], profile.n_calls)
    made["session"] = journey.ask(yard, made["chat"], profile.n_answers)
    told = f"{profile.n_calls} predictions and {profile.n_answers} answers"
    _tell(name, f"memory after {told}", f"{host.container.memory_mib()} MiB of {profile.memory}")
    made["run"] = yard.get("runs", limit=1)["items"][0]["id"]
    before = journey.everything(yard, made)
    seconds = host.throw_away()
    _tell(name, "SIGTERM to its end", f"{seconds:.1f} s; container and disk thrown away")
    _tell(name, "start again on an empty disk", f"{host.start():.1f} s")
    after = journey.everything(yard, made)
    gone = [what for what, hashed in before.items() if after.get(what) != hashed]
    _tell(name, "objects lost", f"{len(gone)} of {len(before)}" + (f": {', '.join(gone)}" if gone else ""))
    _tell(name, "put to sleep, woken by a browser", host.woken_by_browser(yard.client.headers["Cookie"]))
    return len(gone)


def _trained(name: str, yard: journey.Visitor, dataset: str, shared: dict[str, str]) -> str:
    """Return the id of a model: trained here, or refused with its reason and trained by a worker elsewhere."""
    answer = journey.train(yard, dataset)
    if answer.is_success:
        _tell(name, "training", "here")
        return str(yard.finished(answer.json()["id"])["result"]["model_ids"][0])
    assert answer.status_code == 409, answer.text
    _tell(name, "training", f"refused: {answer.json()['detail']}")
    with _worker_elsewhere(shared):
        until = time.monotonic() + 60
        while not (answer := journey.train(yard, dataset)).is_success and time.monotonic() < until:
            time.sleep(1)
        run = yard.finished(answer.json()["id"])
    _tell(name, "training", "by a worker on another machine")
    return str(run["result"]["model_ids"][0])


@contextmanager
def _worker_elsewhere(shared: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": str(BIN), "MODELYARD_DATA": folder, "OMP_NUM_THREADS": "1", "HOME": folder, **shared}
        worker = subprocess.Popen([str(BIN / "modelyard"), "worker"], env=environment)
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(30)


def _modelyard(*words: str) -> None:
    subprocess.run([str(BIN / "modelyard"), *words], check=True, stdout=subprocess.DEVNULL)


def _tell(profile: str, what: str, value: str) -> None:
    print(f"{profile:7} {what:45} {value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
