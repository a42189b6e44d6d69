"""What every form of the pages keeps to."""

LOCAL = "local"
"""Who acts on a button that asks for no name."""
LONGEST = 2000
"""Letters kept of one field of a form."""
