"""The views of training, by noun."""
