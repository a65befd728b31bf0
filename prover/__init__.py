"""What proposes proofs, the `prove` run, and the command line."""
