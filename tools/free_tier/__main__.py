"""Prove that the yard survives free hosting: its real Dockerfile, a memory cap, a disk that is thrown away, sleep.

    make free-tier                        both profiles
    python tools/free_tier render         one of them
    python tools/free_tier --no-build …   with the images that are there

It runs on a base image made here of Debian's packages, not on the platforms themselves. Ends with 1 when anything that
was made is not there afterwards.
"""

import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import journey
import machine
from database import Postgres
from proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROXY_PORT = 17_860


@dataclass(frozen=True)
class Profile:
    """One host's shape."""

    platform: str
    memory: str
    port: int
    sets: dict[str, str]
    """What the host itself puts into the environment."""
    n_calls: int = 1000
    n_answers: int = 20


PROFILES = {
    "render": Profile("render", "512m", 10_000, {"RENDER": "true", "PORT": "10000"}),
    "hf": Profile("hf-docker", "16g", 7860, {"SPACE_ID": "ada/yard"}, n_calls=100),
}


def main() -> int:
    """Run the profiles named, or all; return the exit code."""
    if reason := machine.why_not():
        print(f"skipped: {reason}")
        return 0
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or list(PROFILES)
    print(f"On a stand-in for {machine.BASE} made of Debian's packages, not on the platform.")
    if "--no-build" not in sys.argv:
        machine.stand_in_base()
    lost = 0
    with Postgres() as database:
        for name in names:
            lost += _prove(name, PROFILES[name], database.fresh(name), build="--no-build" not in sys.argv)
    return 1 if lost else 0


def _prove(name: str, profile: Profile, database_url: str, *, build: bool) -> int:
    """Go through the whole journey on one host; return how many things were lost."""
    tag = f"modelyard-{name}"
    if build:
        with tempfile.TemporaryDirectory() as folder:
            _modelyard("bundle", folder, "--platform", profile.platform)
            began = time.monotonic()
            size = machine.build(Path(folder), tag)
            _tell(name, "image built", f"{size / 1e9:.2f} GB in {time.monotonic() - began:.0f} s")
    shared = {
        "DATABASE_URL": database_url,
        "MODELYARD_SECRET_KEY": secrets.token_urlsafe(48),
        "MODELYARD_ARTIFACT_STORE": "database",
    }
    host = Host(tag, profile, {**shared, **profile.sets})
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


class Host:
    """A host that starts containers of one image behind its proxy."""

    def __init__(self, tag: str, profile: Profile, environment: dict[str, str]) -> None:
        self._tag, self._profile, self._environment = tag, profile, environment
        self.proxy = Proxy(PROXY_PORT, profile.port, self._wake)
        self.token = ""
        self._is_waking = False

    def start(self) -> float:
        """Start a container on an empty disk; return the seconds to its first answer."""
        began = time.monotonic()
        self.container = machine.Container.start(self._tag, self._environment, memory=self._profile.memory)
        self._until_answered()
        seconds = time.monotonic() - began
        if found := re.search(r"token=(\S+)", self.container.said("Modelyard is ready")):
            self.token = found.group(1)
        return seconds

    def _until_answered(self) -> None:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{self._profile.port}/health", timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the container never answered")

    def throw_away(self) -> float:
        """Stop the container and remove its disk; return how long it took to stop."""
        return self.container.stop()

    def _wake(self) -> None:
        if self._is_waking:
            return
        self._is_waking = True
        self.start()
        self.proxy.is_asleep = False
        self._is_waking = False

    def woken_by_browser(self, cookie: str) -> str:
        """Put the container to sleep and let a browser visit; return what it saw."""
        self.throw_away()
        self.proxy.is_asleep, self.proxy.unsafe = True, []
        script = ROOT / "tools" / "free_tier" / "wake.mjs"
        done = subprocess.run(
            ["node", str(script), self.proxy.origin, cookie], capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode != 0:
            raise RuntimeError(f"the browser did not see it wake:\n{done.stdout}{done.stderr}")
        return f"{done.stdout.strip()}; sent meanwhile: {', '.join(self.proxy.unsafe) or 'nothing'}"

    def close(self) -> None:
        """End everything."""
        self.container.stop(seconds=10)
        self.proxy.close()


def _modelyard(*words: str) -> None:
    subprocess.run([str(BIN / "modelyard"), *words], check=True, stdout=subprocess.DEVNULL)


def _tell(profile: str, what: str, value: str) -> None:
    print(f"{profile:7} {what:45} {value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
