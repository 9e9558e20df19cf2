"""State machines: what a server must remember, which no schema can say."""
