"""What many commits cost."""
