"""Plans for goals whose whole group failed (SAGE, arXiv 2602.03143), and the guard that keeps them out of evaluation.

A plan is a short text from privileged knowledge: a known proof, solved descendants. Rollouts of the failed group are
drawn again with it in their prompts, under the same reward; the policy gradient is of the prompt that was shown. At
test time there is no plan: whoever evaluates passes its prompts through `PlanBook.guard`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BEGIN, END = "-- plan (training only):", "-- end of plan"
LONGEST = 400
"""Characters of a plan: it shall name the way, not be the proof."""
_TELLING = 16
"""A plan that is shorter than this may stand in any prompt by chance."""


class LeakedHint(Exception):  # noqa: N818 (it names what was found)
    """An evaluation prompt holds a plan: its result would not be the policy's own."""


class PlanBook:
    """The plans that there are, by goal. `proofs`: known proofs by goal; a plan that holds its whole proof is refused,
    since rollouts would copy it."""

    def __init__(self, plans: Mapping[str, str] | None = None, proofs: Mapping[str, str] | None = None) -> None:
        self._plans: dict[str, str] = {}
        self._proofs = dict(proofs or {})
        for goal, plan in (plans or {}).items():
            self.add(goal, plan)

    def __contains__(self, goal: str) -> bool:
        return goal in self._plans

    def __len__(self) -> int:
        return len(self._plans)

    def add(self, goal: str, plan: str) -> None:
        """Raises ValueError for an empty or too long plan, and for one that is the goal's proof."""
        text = _one_line_each(plan)
        if not text or len(text) > LONGEST:
            raise ValueError(f"a plan has 1 to {LONGEST} characters, not {len(text)}")
        proof = _one_line_each(self._proofs.get(goal, ""))
        if proof and proof in text:
            raise ValueError("the plan holds the whole proof")
        self._plans[goal] = text

    def hinted(self, goal: str, prompt: Any) -> Any:
        """The prompt (text, or messages) with the goal's plan before it. Raises KeyError for a goal without one."""
        lines = "\n".join(f"-- {line}" for line in self._plans[goal].splitlines())
        block = f"{BEGIN}\n{lines}\n{END}\n"
        if isinstance(prompt, str):
            return block + prompt
        *earlier, last = prompt
        return [*earlier, {**last, "content": block + last["content"]}]

    def guard(self, prompts: Iterable[Any]) -> None:
        """Raises LeakedHint when an evaluation prompt holds the mark of a plan, or the text of one."""
        telling = [plan for plan in self._plans.values() if len(plan) >= _TELLING]
        for number, prompt in enumerate(prompts):
            text = prompt if isinstance(prompt, str) else "\n".join(str(each["content"]) for each in prompt)
            plain = _one_line_each("\n".join(line.removeprefix("-- ") for line in text.splitlines()))
            if BEGIN in text or END in text or any(plan in plain or plan in text for plan in telling):
                raise LeakedHint(f"the evaluation prompt {number} holds a plan")


NO_PLANS = PlanBook()
"""Guards against the mark alone."""


def plan_of(lemmas: Sequence[str], first_step: str = "") -> str:
    """A plan from what a known proof rests on: the statements of its lemmas and its first tactic, cut to `LONGEST`."""
    lines = [*(f"show {lemma}" for lemma in lemmas), *([f"begin with {first_step}"] if first_step else [])]
    plan = ""
    for line in lines:
        if len(plan) + len(line) + 1 > LONGEST:
            break
        plan += f"{line}\n"
    return plan.strip()


def _one_line_each(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
