"""Which files arrived, whether they are whole, and whose part they show."""
