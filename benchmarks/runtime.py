"""Start-up, overhead over Lean's own time, and checks per second for 1 and 2 workers, on the embedded runtime.

    python -m benchmarks.runtime [--starts 7] [--checks 300]

Overhead is the wall time of a request as the caller sees it over the time that Lean itself spent in it, measured inside
the worker; both come from the same request, so a noisy machine disturbs them alike. The cache is off for all of it:
every check has other text.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import wait

from benchmarks.common import report, summary
from lean_project.embedded.launch import program
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram
from lean_project.worker import Worker

CHECKS = (
    "theorem t{i} (a b : Nat) (h : a < b) : a + {i} < b + {i} := by omega",
    "theorem t{i} (xs ys : List Nat) : (xs ++ ys).length + {i} = ys.length + xs.length + {i} := by simp [Nat.add_comm]",
    "theorem t{i} (a b c : Nat) (h : a < b) (g : b < c) : a + {i} < c + {i} := by grind",
    "theorem t{i} : ∀ x : Fin 7, x.val + {i} < 7 + {i} := by decide",
    "theorem t{i} (p q : Prop) (hp : p) (hq : q) : (p ∧ q) ∧ {i} = {i} := by exact ⟨⟨hp, hq⟩, rfl⟩",
)


def starts(runtime: RuntimeProgram, count: int) -> list[tuple[str, dict[str, float]]]:
    """Seconds until the process answers, and until `Init` is imported; bytes of memory then."""
    ready, imported, memory = [], [], []
    for _ in range(count):
        begin = time.perf_counter()
        worker = Worker(runtime)
        ready.append(time.perf_counter() - begin)
        worker.open("", Limits())
        imported.append(time.perf_counter() - begin)
        memory.append(worker.rss() / 2**20)
        worker.close()
    return [
        ("process ready, s", summary(ready)),
        ("Init imported, s", summary(imported)),
        ("memory, MiB", summary(memory)),
    ]


def overhead(runtime: RuntimeProgram, count: int) -> list[tuple[str, dict[str, float]]]:
    """Per check, on one warm worker, one request at a time."""
    with Pool(runtime, PoolSettings(workers=1)) as pool:
        snapshot = pool.open("").snapshot
        assert snapshot is not None
        ratios, own, extra = [], [], []
        for i in range(count + 50):
            begin = time.perf_counter()
            result = pool.elaborate(snapshot, CHECKS[i % len(CHECKS)].format(i=i))
            wall = time.perf_counter() - begin
            if i >= 50:  # the first ones meet cold code
                ratios.append(wall / result.lean_seconds)
                own.append(1000 * result.lean_seconds)
                extra.append(1000 * (wall - result.lean_seconds))
    return [
        ("Lean's own time, ms", summary(own)),
        ("overhead, ms", summary(extra)),
        ("wall / Lean's own time", summary(ratios)),
    ]


def throughput(runtime: RuntimeProgram, workers: int, count: int, offset: int) -> float:
    """Checks per second, all submitted at once to warm workers."""
    with Pool(runtime, PoolSettings(workers=workers)) as pool:
        snapshot = pool.open("").snapshot
        assert snapshot is not None

        def run(begin: int, n: int) -> None:
            texts = [CHECKS[i % len(CHECKS)].format(i=i) for i in range(begin, begin + n)]
            done = wait([pool.submit_elaborate(snapshot, text) for text in texts]).done
            assert not any(future.result().has_error for future in done)

        run(offset, 60 * workers)
        begin = time.perf_counter()
        run(offset + 1000, count)
        return count / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--checks", type=int, default=300)
    options = parser.parse_args()
    runtime = program()
    figures = starts(runtime, options.starts) + overhead(runtime, options.checks)
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(3):  # in turn, so that a drift of the machine's speed meets both
        for workers, values in rates.items():
            values.append(throughput(runtime, workers, options.checks, 10_000 * (2 * turn + workers)))
    figures += [(f"checks per second, {workers} worker(s)", summary(values)) for workers, values in rates.items()]
    figures.append(("speed-up of 2 workers", summary([b / a for a, b in zip(rates[1], rates[2], strict=True)])))
    rows = [[name, f["min"], f["median"], f["max"], int(f["n"])] for name, f in figures]
    report("runtime", "Embedded runtime", ["", "min", "median", "max", "n"], rows, {"figures": dict(figures)})


if __name__ == "__main__":
    main()
