"""Speed, size, memory and quality: each benchmark prints a table and leaves its figures in results/."""
