"""WebSocket and Engine.IO."""
