"""The native runtime: the user's own Lean toolchain and Lake project."""
