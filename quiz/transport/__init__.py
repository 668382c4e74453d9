"""WebSocket and Engine.IO for thousands of clients in one worker: frames, connections, sessions, rooms. Knows no quiz."""
