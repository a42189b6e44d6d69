"""Synthetic heat-sink surfaces with the masks of their defects."""
