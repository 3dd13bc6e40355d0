"""Kernels and shards: epochs, daily facts and scores from the canonical stream."""
