"""Every change of state in training."""
