"""Benchmarks that print ratios measured in one run, and proofs too long for the tests."""
