"""Pages of hiring, by noun: fetch what the reader may see, one action, answer."""
