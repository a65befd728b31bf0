"""The contamination probe of `gentzen train`: after each promotion, what was trained on beside what must not be.

Items are asked with the very prompts of training. The second question shows the first answer and asks for another one;
a model that continues Lean files is asked by a comment above the theorem.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from decompose.context import goal_context
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.session import Session
from prover.policy.families import Family
from prover.policy.prompts import Message, render
from prover.policy.requests import Complete, Sampling, View
from prover.policy.views import view_of
from rl.data.files import read_json, write_json
from rl.data.rows import Completion, Row
from rl.probe import Finding, Item, ProbeSettings, Scores, Verdict, compare, measure
from rl.run.config import Probe
from rl.run.prompts import family_for, pair_of, text_of
from rl.run.validation import Aside
from rl.selfplay.config import Config
from rl.selfplay.round import TRAINING

FILE = "probe.json"
ANOTHER = (
    "\n\nA possible answer is given below; it may be right or wrong. Answer in a different way: follow another line of "
    "proof.\n\n{answer}\n\nYour different answer:"
)
"""After the instruction of arXiv 2510.09259, in the words of proofs."""
COMMENT = "\n/-\nA possible proof, which may be right or wrong; the one below goes another way:\n\n{answer}\n-/\n"


@dataclass(frozen=True)
class Probing(Aside):
    """`start`: the checkpoint before all training of the rounds, which new ones are compared with. `play`: the run's
    settings. The session is the caller's."""

    settings: Probe
    play: Config
    session: Session
    start: Path
    say: Callable[[str], None] = lambda _: None

    def __call__(self, checkpoint: Path, rows: Sequence[Row], folder: Path, seed: int) -> Finding:
        """Probe the checkpoint; what was found is said, and kept in `folder` as probe.json with all scores.
        `rows`: what it was trained on."""
        from rl.models import load

        items: tuple[list[Item], list[Item]] = ([], [])
        scores: list[list[Scores]] = []
        for path in (self.start, checkpoint):
            model, tokenizer = load(path)
            if not scores:
                family = family_for(tokenizer, path.name)
                items = self._trained(rows, family, tokenizer, seed), self._evaluated(family, tokenizer, seed)
            chosen = ProbeSettings(self.settings.samples, self.settings.tokens, seed=seed % (1 << 31))
            scores += [measure(model, tokenizer, each, chosen) for each in items]
        trained, evaluated = (list(zip(scores[n], scores[n + 2], strict=True)) for n in (0, 1))
        found = compare(trained, evaluated, self.settings.signal)
        said = {"trained": trained, "evaluated": evaluated}
        pairs = {name: [[asdict(one), asdict(two)] for one, two in each] for name, each in said.items()}
        write_json(folder / FILE, {"finding": asdict(found), "line": found.line, **pairs})
        self.say(f"  {found.line}")
        return found

    def _trained(self, rows: Sequence[Row], family: Family, tokenizer: Any, seed: int) -> list[Item]:
        """Statements that the rows prove, each with one of its proofs."""
        by_key = {row.theorem.strict_key: row for row in rows if isinstance(row, Completion)}
        found = []
        for key, row in sorted(by_key.items()):
            pair = pair_of(row, family, tokenizer)
            if pair is not None:
                found.append(replace(item(row.theorem.view(), key, family, tokenizer), reference=pair.completion))
        return self._some(found, seed)

    def _evaluated(self, family: Family, tokenizer: Any, seed: int) -> list[Item]:
        """What cannot be stated now is left out."""
        found = []
        for statement in self.theory.dataset:
            try:
                spec = self.world.spec(statement)
            except LimitHit as hit:
                if hit.kind == "cancelled":
                    raise
                continue
            except (UserError, MachineryError):
                continue
            target = spec.targets[-1]
            view = view_of(spec, target, target.goals[0].text, goal_context(spec, target))
            found.append(item(view, statement.name, family, tokenizer))
        return self._some(found, seed)

    def _some(self, items: list[Item], seed: int) -> list[Item]:
        if len(items) <= self.settings.items:
            return items
        return random.Random(f"probe {seed}").sample(items, self.settings.items)


def item(view: View, name: str, family: Family, tokenizer: Any) -> Item:
    """A statement as an item, asked as a prover is asked in training."""
    prompt = render(Complete(view=view, sampling=Sampling()), family)

    def second(answer: str) -> str:
        if prompt.chat:
            *above, last = prompt.messages
            asked = Message(last.role, last.content + ANOTHER.format(answer=answer.strip()))
            return text_of(replace(prompt, messages=(*above, asked)), tokenizer)
        shown = answer.partition("```")[0].replace("/-", "/ -").replace("-/", "- /").strip("\n")
        changed = replace(view, preamble=view.preamble.rstrip() + COMMENT.format(answer=shown))
        return text_of(render(Complete(view=changed, sampling=Sampling()), family), tokenizer)

    return Item(name, text_of(prompt, tokenizer), second)


def findings(out: Path) -> list[tuple[int, Finding]]:
    """What the probe found in the rounds of a run, as far as it was asked."""
    found = []
    for path in sorted(out.glob(f"round-*/{TRAINING}/{FILE}")):
        data = read_json(path)["finding"]
        made = Finding(**{**data, "verdict": Verdict(data["verdict"]), "alike": tuple(data["alike"])})
        found.append((int(path.parents[1].name.removeprefix("round-")), made))
    return found
