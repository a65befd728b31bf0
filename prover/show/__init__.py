"""`gentzen show`: the proof tree of a run, in the terminal and as one HTML file."""
