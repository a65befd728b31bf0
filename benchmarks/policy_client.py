"""The policy client under load: many requests at once against a server in this process.

    python -m benchmarks.policy_client [--requests 1000] [--rounds 5]

Every answer names its request, so that one that is lost, doubled or given to another request is found. A part of the
requests is turned away first (429), lost by a reset connection, or answered with nonsense. The memory that counts is
what this process, client and server together, has more of after all rounds than after the first one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from benchmarks.common import report
from prover.policy.http import HttpPolicy, HttpSettings
from prover.policy.requests import Complete, Sampling, View
from prover.policy.retry import Backoff
from prover.policy.wire import ListedModel
from search.budget import Budget, BudgetLimits

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from hostile_server import MODEL, Act, Asked, HostileServer, error, reply

TOKENS = 15


def hostile(asked: Asked) -> Act:
    """Every answer is the request's seed; one attempt in ten fails, each in its way."""
    if asked.number % 30 == 0:
        return error(429, "slow down", Retry_After="0.01")
    if asked.number % 30 == 10:
        return Act(reset=True)
    if asked.number % 30 == 20:
        return Act(body=b"nonsense")
    return sound(asked)


def sound(asked: Asked) -> Act:
    return reply(asked, str(asked.body["seed"]), usage=(10, TOKENS - 10))


def one_round(policy: HttpPolicy, requests: int, first: int, budget: Budget) -> tuple[float, Counter[str]]:
    """Seconds for `requests` requests put at once, and what came back: right, wrong or none."""
    view = View("t", "(n : Nat)", "n = n", "n : Nat\n⊢ n = n", "-- " + "x" * 2000)
    began = time.perf_counter()
    futures = [
        policy.submit(Complete(view=view, sampling=Sampling(max_tokens=64, seed=first + number), budget=budget))
        for number in range(requests)
    ]
    found: Counter[str] = Counter()
    for number, future in enumerate(futures):
        if future.exception() is not None:
            found["none"] += 1
        else:
            texts = [answer.text for answer in future.result()]
            found["right" if texts == [str(first + number)] else "wrong"] += 1
    return time.perf_counter() - began, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    process = psutil.Process()
    rows = []
    data = {}
    for name, script, concurrency in (
        ("sound, 64 at once", sound, 64),
        ("sound, 1,000 at once", sound, 1000),
        ("hostile, 64 at once", hostile, 64),
        ("hostile, 1,000 at once", hostile, 1000),
    ):
        budget = Budget(BudgetLimits(tokens=10**9))
        with HostileServer(script, keep=False) as server:
            settings = HttpSettings(server.url, concurrency=concurrency, backoff=Backoff(attempts=8, first=0.01))
            policy = HttpPolicy(settings, ListedModel(id=MODEL))
            seconds, total, memory = [], Counter[str](), []
            before = process.cpu_times()
            for number in range(options.rounds):
                took, found = one_round(policy, options.requests, number * options.requests, budget)
                seconds.append(took)
                total += found
                memory.append(process.memory_info().rss / 2**20)
            policy.close()
            after = process.cpu_times()
            busy = after.user + after.system - before.user - before.system
            usage = budget.usage()
            rows.append(
                (
                    name,
                    options.requests * options.rounds,
                    round(options.requests / sorted(seconds)[len(seconds) // 2]),
                    total["right"],
                    total["wrong"],
                    total["none"],
                    policy.retries,
                    round(1000 * busy / (options.requests * options.rounds), 2),
                    round(max(memory) - memory[0], 1),
                )
            )
            exact = (
                usage.tokens == TOKENS * total["right"] if script is sound else usage.tokens > TOKENS * total["right"]
            )
            data[name] = {"seconds": seconds, "memory_mib": memory, "tokens": usage.tokens, "tokens_as_expected": exact}
    report(
        "policy_client",
        "Requests against a server in the same process (both share one interpreter)",
        ("server", "requests", "per second", "right", "wrong", "none", "retries", "CPU ms each", "MiB more"),
        rows,
        {"requests": options.requests, "rounds": options.rounds, "runs": data},
    )


if __name__ == "__main__":
    main()
