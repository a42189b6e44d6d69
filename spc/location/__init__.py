"""Whether defects lie elsewhere on the parts than before, where, and since when."""
