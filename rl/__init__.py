"""Training: the search's own score as reward, group-relative policy optimisation, and what is made of its results."""
