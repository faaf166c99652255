"""Read shapes of hiring that no single model owns."""
