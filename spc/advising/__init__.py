"""Which chart fits a series, what it costs and how soon it finds a shift."""
