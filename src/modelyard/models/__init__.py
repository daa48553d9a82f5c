"""Fitted models: engines, signatures, metrics, the registry."""
