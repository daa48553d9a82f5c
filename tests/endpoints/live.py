"""A yard that is up in this process: an HTTP server and a worker are threads, and its runs are forked."""

import threading

import httpx
import uvicorn

from modelyard.access.verbs import create_link, ensure_local_owner
from modelyard.doors.api.app import create_app
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import WorkerLoop
from tests.journeys.server import LIMIT_SECONDS, Server


class LiveYard(Server):
    """What `Server` is, for tests that claim nothing about processes: without the seconds that starting them takes."""

    def __init__(self, settings: Settings) -> None:
        self.yard = Yard.open(settings)
        self.client = httpx.Client(timeout=LIMIT_SECONDS)
        self._web = uvicorn.Server(uvicorn.Config(create_app(yard=self.yard), port=0, log_level="error"))
        self._worker = WorkerLoop(self.yard)
        self._threads = [threading.Thread(target=work) for work in (self._web.run, self._worker.work)]
        self.start()

    def start(self) -> None:
        """Start both and sign in as the local owner."""
        for thread in self._threads:
            thread.start()
        self.wait(lambda: self._web.started)
        self.client.base_url = httpx.URL(f"http://127.0.0.1:{self._web.servers[0].sockets[0].getsockname()[1]}/api/v1/")
        with self.yard.context(ANONYMOUS) as ctx:
            owner = ensure_local_owner(ctx)
        with self.yard.context(owner) as ctx:
            token = create_link(ctx)
        self.post("auth/sign-in-link", {"token": token})
        self.client.headers["X-CSRF-Token"] = self.get("auth/me")["csrf_token"]

    def kill(self) -> None:
        """Nothing here has a process of its own."""
        raise NotImplementedError

    def stop(self) -> int:
        """End both."""
        self._web.should_exit = True
        self._worker.stop()
        for thread in self._threads:
            thread.join(LIMIT_SECONDS)
        self.client.close()
        self.yard.close()
        return 0
