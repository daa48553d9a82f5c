"""Bundles: a folder that a platform builds and runs, for the whole yard or for one endpoint."""
