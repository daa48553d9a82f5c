"""Whose word on a visitor's address counts, as uvicorn takes it."""

LOOPBACK = "127.0.0.1,::1"
PRIVATE_NETWORKS = f"{LOOPBACK},10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7"
"""Where a platform's own proxies stand. Trusting everybody (`*`) would believe the address that a visitor writes."""
