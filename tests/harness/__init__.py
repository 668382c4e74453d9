"""What tests of the running platform share: a real server with its Valkey, and real Socket.IO clients."""
