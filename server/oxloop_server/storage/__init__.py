"""Everything that the service keeps: SQL lives in this package and nowhere else."""
