"""Statistical process control: numbers in, limits and signals out. Arithmetic only."""
