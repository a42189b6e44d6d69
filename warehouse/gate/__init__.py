"""Ad hoc SQL of strangers: each query in a process of its own that can reach nothing else."""
