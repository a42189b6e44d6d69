"""The demo site: what is planned, rendered and planted."""
