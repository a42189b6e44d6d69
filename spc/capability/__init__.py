"""How well a process keeps its specification: indices and the share beyond it, with intervals."""
