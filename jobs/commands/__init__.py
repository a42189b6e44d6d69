"""The commands: `site`, `images` and `charts` hold their options, `do_*` what they do.

An option module is loaded for every call and therefore imports next to nothing; a `do_*` module is
loaded when its command runs.
"""
