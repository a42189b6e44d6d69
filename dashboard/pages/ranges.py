"""The periods that the pages offer."""

RANGE_CHOICES = [
    {"value": "24h", "label": "24 h"},
    {"value": "7d", "label": "7 d"},
    {"value": "30d", "label": "30 d"},
    {"value": "90d", "label": "90 d"},
    {"value": "all", "label": "All"},
]
