"""The service killed at random moments of long runs, and what it must have come to all the same."""
