"""Run lengths: how many points a chart takes to signal, exact where the literature is, else simulated."""
