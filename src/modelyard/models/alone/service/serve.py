"""Serve the model beside this script: `python serve.py`, then open the page it listens on.

`HOST` and `PORT` say where it listens, `ALLOWED_ORIGINS` whose pages may call it (with commas between; empty: only its
own), `CALLS_PER_MINUTE` how often one visitor may. SIGTERM lets calls that have begun end.
"""

import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

from modelyard.models.alone.service.app import CALLS_PER_MINUTE, create_app  # noqa: E402
from modelyard.models.alone.service.model import read_model  # noqa: E402

PROXIES = "127.0.0.1,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7"
"""Addresses of a platform's own proxies: their word on who asks counts."""


def service() -> FastAPI:
    """Return the service of the model beside this script, as the environment sets it."""
    return create_app(
        read_model(HERE),
        HERE / "page",
        origins=[origin.strip() for origin in os.environ.get("ALLOWED_ORIGINS", "").split(",") if origin.strip()],
        calls_per_minute=int(os.environ.get("CALLS_PER_MINUTE", str(CALLS_PER_MINUTE))),
    )


if __name__ == "__main__":
    uvicorn.run(
        service(),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "7860")),
        proxy_headers=True,
        forwarded_allow_ips=os.environ.get("TRUSTED_PROXIES", PROXIES),
        timeout_graceful_shutdown=20,
        server_header=False,
    )
