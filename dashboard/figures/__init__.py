"""Evaluated charts in, Plotly figures out."""
