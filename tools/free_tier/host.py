"""A free host: what it allows, the proxy before it, and how it puts what it runs to sleep."""

import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from bare import Bare
from container import Container
from proxy import Proxy

PROXY_PORT, PAGES_PORT = 17_860, 17_861
PAGES = f"http://localhost:{PAGES_PORT}"
"""Where pages live that are not on the host of the API."""
WAKE = Path(__file__).with_name("wake.mjs")


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


Start = Callable[[dict[str, str]], Container | Bare]
"""Starts the bundle on an empty disk with these names and values."""


class Host:
    """A host that starts one bundle behind its proxy, again and again on an empty disk."""

    def __init__(self, profile: Profile, start: Callable[[], Container | Bare]) -> None:
        self._profile, self._start = profile, start
        self.proxy = Proxy(PROXY_PORT, profile.port, self._wake)
        self.token = ""
        self._waking = threading.Lock()

    def start(self) -> float:
        """Start a container on an empty disk; return the seconds to its first answer."""
        began = time.monotonic()
        self.container = self._start()
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
        if self._waking.acquire(blocking=False):
            try:
                self.start()
                self.proxy.is_asleep = False
            finally:
                self._waking.release()

    def woken_by_browser(self, cookie: str) -> str:
        """Put the container to sleep and let a browser visit; return what it saw."""
        self.throw_away()
        self.proxy.is_asleep, self.proxy.unsafe = True, []
        done = subprocess.run(
            ["node", str(WAKE), self.proxy.origin, cookie, str(PAGES_PORT)],
            capture_output=True,
            text=True,
            check=False,
            timeout=420,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the browser did not see it wake:\n{done.stdout}{done.stderr}")
        return f"{done.stdout.strip()}; sent meanwhile: {', '.join(self.proxy.unsafe) or 'nothing'}"

    def close(self) -> None:
        """End everything."""
        self.container.stop(seconds=10)
        self.proxy.close()
