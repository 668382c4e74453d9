"""Our WebSockets and clients that were not written for them."""
