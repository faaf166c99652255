"""Read shapes of training that no single table owns."""
