"""Folders of labelled images: what is in them, whether it can be trusted, and how it is split."""
