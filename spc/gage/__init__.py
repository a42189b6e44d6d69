"""Measurement system analysis: how much of what varies is the measuring itself."""
