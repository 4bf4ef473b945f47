"""Naive twins of the layers in NumPy and float64, and what compares the engine with them."""
