"""A run of rounds: the theory once, then round after round until the last one, or until the run is degenerate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from lean_project.errors import UserError
from rl.data.decontaminate import Decontaminator, Entry, Index
from rl.data.files import Record, read_json, write_json, write_lines
from rl.data.rows import Completion, Theorem, of_kind, read_rows
from rl.data.text import grams, text_key
from rl.selfplay.config import Config
from rl.selfplay.gauges import Gauges, degenerate
from rl.selfplay.players import MakePlayers
from rl.selfplay.records import Known, Origin, Statement
from rl.selfplay.round import THEORY, Round, Score, Setting
from rl.selfplay.stages import Stages
from rl.selfplay.training import Trainer
from rl.selfplay.world import Patient, Proof, Theory, World

Say = Callable[[str], None]
MakeIndex = Callable[[], Index]


class Summary(Record):
    """What came of a run so far. `stopped`: why it ended before its last round, "" when it did not."""

    rounds: tuple[Gauges, ...]
    scores: tuple[Score, ...]
    stopped: str = ""


@dataclass(frozen=True)
class Run:
    """A run in `config.out`. `make_index`: the evaluation sets, asked for once. `lean`: the version for provenance.
    `after_round`: called when a round and its summary are written. `proofs`: a file of rows; a dataset statement whose
    proof is among them, and that the check accepts, begins as proved.

    `run` may be called again after anything: what is done is not done again.
    """

    config: Config
    world: World
    make_index: MakeIndex
    make_players: MakePlayers
    train: Trainer
    lean: str
    threads: int = 1
    say: Say = lambda text: None
    after_round: Callable[[], None] = lambda: None
    proofs: Path | None = None

    @property
    def _patient(self) -> Patient:
        return Patient(self.world, self.config.prove.retries)

    def run(self) -> Summary:
        """All rounds. Raises UserError (another run works in the folder; what is there belongs to another run), and
        LimitHit("cancelled")."""
        self.config.out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.config.out / ".lock")
        try:
            with lock.acquire(timeout=0):
                return self._run()
        except Timeout as error:
            raise UserError(
                f"Another process runs in {self.config.out}. Wait for it, or name another `out` folder."
            ) from error

    def _run(self) -> Summary:
        stages = Stages(self.config.out, self.config.digest, self.say)
        files = {f"file {path.name}": path for path in self.config.files}
        files |= {f"held out {path.name}": path for path in self.config.evaluation.files}
        if self.proofs is not None:
            files["proofs"] = self.proofs
        theory = stages.run(THEORY, files, self._theory)
        index = Index.model_validate(read_json(theory / "evaluation_index.json"))
        setting = Setting(
            self.config,
            self._patient,
            Decontaminator(index),
            self.make_players,
            self.train,
            theory,
            self.lean,
            self.threads,
            self.say,
        )
        know = getattr(self.world, "know", None)
        if know is not None:
            know(setting.environments.values())
        rounds: list[Round] = []
        stopped = ""
        for number in range(self.config.rounds):
            rounds.append(Round(setting, number, self.config.out / f"round-{number:03d}", tuple(rounds)))
            rounds[-1].run()
            if self.config.conjectures.enabled:
                stopped = degenerate([each.gauges for each in rounds], self.config.stop)
            self._summary(rounds, stopped)
            self.after_round()
            if stopped:
                self.say(f"stopped after round {number}: {stopped}")
                break
        return self._summary(rounds, stopped)

    def _summary(self, rounds: list[Round], stopped: str) -> Summary:
        scores = [score for each in rounds if (score := each.score) is not None]
        made = Summary(rounds=tuple(each.gauges for each in rounds), scores=tuple(scores), stopped=stopped)
        write_json(self.config.out / "summary.json", made)
        return made

    # ---- The theory --------------------------------------------------------------------------------------------------

    def _theory(self, folder: Path) -> None:
        """Files, evaluation sets, and which statements of the one are in the other."""
        theory, held = self._patient.theory(), self._patient.held_out()
        index = with_held_out(self.make_index(), held)
        against = Decontaminator(index)
        texts = {each.id: each.text for each in (*theory.environments, *held.environments)}
        dataset, refused = _clean(theory.dataset, against, texts)
        given, more = _clean(theory.given, against, texts)
        if not dataset and not given:
            raise UserError(
                "Nothing is left to play with: the files state no theorem that is not an evaluation item. "
                "Name other files."
            )
        proofs = self._known_proofs()
        known = [self._with_proof(each, proofs.get(each.strict_key, ())) for each in dataset]
        known += [self._given(each) for each in given]
        for note in (*theory.notes, *held.notes):
            self.say(f"  {note}")
        if refused or more:
            self.say(f"  {len(refused) + len(more)} statements are left out: they are evaluation items")
        write_lines(folder / "environments.jsonl", (*theory.environments, *held.environments))
        write_lines(folder / "held_out.jsonl", held.dataset)
        write_json(folder / "contamination.json", {"refused": refused | more, "sets": index.sets})
        write_json(folder / "notes.json", [*theory.notes, *held.notes])
        write_json(folder / "evaluation_index.json", index)
        ordered: list[Known] = sorted(known, key=lambda each: each.statement.strict_key)
        write_lines(folder / "known.jsonl", ordered)

    def _given(self, statement: Statement) -> Known:
        """A theorem that the file proves counts as proved when the trusted check says so."""
        checked = self._patient.check(statement, Proof(statement.proof))
        if checked.accepted:
            return Known(statement=statement, rate=1.0, proof=statement.proof, uses=checked.uses)
        self.say(f"  {statement.name} is no seed: the check refuses its proof ({checked.reason})")
        return Known(statement=statement)

    def _known_proofs(self) -> dict[str, list[Proof]]:
        """What the rows offer, by strict key, shortest first."""
        rows = [] if self.proofs is None else sorted(of_kind(read_rows(self.proofs), Completion), key=_length)
        found: dict[str, list[Proof]] = {}
        for row in rows:
            found.setdefault(row.theorem.strict_key, []).append(Proof(row.proof, row.lemmas))
        return found

    def _with_proof(self, statement: Statement, proofs: Sequence[Proof]) -> Known:
        """With the first proof that the check accepts. The rate stays unknown: the prover has not tried."""
        for proof in proofs:
            checked = self._patient.check(statement, proof)
            if checked.accepted:
                return Known(statement=statement, proof=proof.tactics, lemmas=proof.lemmas, uses=checked.uses)
        return Known(statement=statement)


def _length(row: Completion) -> tuple[int, str]:
    return len(row.code), row.code


def _clean(
    statements: tuple[Statement, ...], against: Decontaminator, texts: dict[str, str]
) -> tuple[list[Statement], dict[str, str]]:
    """The statements that are no evaluation items, and the others by name with the reason."""
    kept: list[Statement] = []
    refused: dict[str, str] = {}
    for each in statements:
        theorem = Theorem(
            preamble=texts[each.environment],
            command=f"theorem {each.name} {each.statement} := by sorry",
            name=each.name,
            key=each.key,
            strict_key=each.strict_key,
        )
        hit = against.theorem(theorem)
        if hit is None:
            kept.append(each)
        else:
            refused[each.name] = f"{hit.why}: {hit.set}, {hit.item}"
    return kept, refused


def with_held_out(index: Index, held: Theory) -> Index:
    """The index with the held-out statements, which are evaluation items as well: by goal key."""
    entries = []
    for each in held.dataset:
        theorem = f"theorem {each.name} {each.statement} := by sorry"
        entries.append(
            Entry(
                set=str(Origin.EVALUATION),
                item=each.name,
                texts=(text_key(theorem),),
                keys=tuple(dict.fromkeys((each.strict_key, each.key))),
                grams=tuple(sorted(grams(theorem, index.overlap.n))),
            )
        )
    return index.model_copy(update={"entries": (*index.entries, *entries)})


def with_rounds(config: Config, rounds: int | None, out: Path | None) -> Config:
    """The configuration with what the command line changes."""
    made = config if rounds is None else config.model_copy(update={"rounds": rounds})
    return made if out is None else made.model_copy(update={"out": out})
