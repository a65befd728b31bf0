"""Spec files, targets and grafting; later sketches, goal keys and the decomposition score."""
