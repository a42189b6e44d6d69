"""When a change began, where a level is going, and into which pieces a series falls."""
