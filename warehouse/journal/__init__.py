"""Decisions: what people and the alerting did, through SQLAlchemy Core."""
