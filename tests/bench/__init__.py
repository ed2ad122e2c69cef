"""Benchmarks of speed, size, memory and quality. Each one prints tables and writes its figures to results/."""
