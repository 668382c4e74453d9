"""Operations: the embedded Valkey; later metrics, health, logging."""
