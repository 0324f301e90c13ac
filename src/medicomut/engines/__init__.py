"""Where a batch of lines runs: on this machine, chunk by chunk."""
