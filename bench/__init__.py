"""Benchmarks: figures beside the bare libraries, in the same run; nothing is asserted."""
