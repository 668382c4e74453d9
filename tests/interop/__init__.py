"""Our WebSockets and files, and programs that were not written for them."""
