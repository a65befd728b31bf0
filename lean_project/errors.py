"""The four ways in which something can go wrong, kept apart everywhere.

"Lean said no" is not among them: that is a value (see `lean_project.model.Message`), not an exception.
"""

from __future__ import annotations


class GentzenError(Exception):
    """Base of every error that this project raises on purpose."""


class UserError(GentzenError):
    """The user must act. `str(error)` is one clear paragraph that ends with what to do. Exit code 2, no traceback."""


class LimitHit(GentzenError):  # noqa: N818 (a limit is not an error of the code)
    """A limit was reached before an answer.

    `kind` is one of `seconds`, `heartbeats`, `memory`, `stack`, `calls`, `tokens`, `cancelled`; `limit` is its value in
    the unit that the kind names (memory in bytes), None where there is none (`cancelled`).
    """

    def __init__(self, kind: str, limit: float | None = None, detail: str = "") -> None:
        self.kind, self.limit, self.detail = kind, limit, detail
        if kind == "cancelled":
            text = "cancelled"
        elif limit is None:
            text = f"{kind} limit reached"
        else:
            text = f"limit of {f'{limit / (1 << 20):.0f} MB' if kind == 'memory' else f'{limit:g} {kind}'} reached"
        super().__init__(text + (f": {detail}" if detail else ""))


class MachineryError(GentzenError):
    """Our own machinery failed (a worker died, a protocol broke). Never a failed proof, never a reward of 0.

    `stderr_tail` holds the last lines that the process printed, for the bug report.
    """

    def __init__(self, message: str, *, stderr_tail: str = "") -> None:
        self.stderr_tail = stderr_tail
        super().__init__(message + (f"\nlast lines of its stderr:\n{stderr_tail}" if stderr_tail else ""))


class RequestError(GentzenError):
    """A worker refused a request as malformed (unknown snapshot, missing field): a bug in the caller, never retried."""
