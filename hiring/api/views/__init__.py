"""The views of hiring, by noun."""
