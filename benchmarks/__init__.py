"""What `make bench` runs: our pages against the plainest Django, in one run, on one machine. See README.md."""
