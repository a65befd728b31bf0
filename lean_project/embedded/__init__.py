"""The embedded runtime: Lean compiled to WebAssembly, run by Node.

`install` fetches the pinned package and derives what is run from it; `driver.mjs` is the worker program.
"""
