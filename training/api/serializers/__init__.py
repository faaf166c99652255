"""What training writes and reads, by noun. `…Out` is written, `…In` is read; `…Ref` is enough to show and to follow."""
