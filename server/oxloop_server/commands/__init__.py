"""What the operator does to a data folder by commands, whether its service runs or not."""
