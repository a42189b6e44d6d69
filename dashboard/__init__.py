"""Dash pages and Plotly figures over the published snapshot and the journal."""
