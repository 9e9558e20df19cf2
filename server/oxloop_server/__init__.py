"""The local service: answers the Oxen.ai and Humanloop v4 wire formats and runs the evaluations."""
