"""Forms of hiring, by noun: what was typed in, cleaned values out. They never save."""
