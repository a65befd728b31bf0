"""The counterexample gate: statements are tested by evaluation in Lean before anybody tries to prove them.

`gate.test_goal` answers refuted (with the assignment), passed (how many tests) or untestable (why);
`disproof` turns refutations into theorems. docs/counterexamples.md.
"""
