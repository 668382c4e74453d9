"""Operations: the embedded Valkey, metrics, health."""
