"""`gentzen train`: from one configuration to a plan, a supervised start, rounds of self-play, and a report."""
