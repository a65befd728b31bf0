"""Premise retrieval: which theorems of the library, and of the file above it, may help with a goal.

Theorems are indexed by the constants that their statements mention. A goal is the constants of its own
statement and those that the file's definitions bring, and theorems are ranked by the cosine of the two as bags of
constants weighted by rarity (tf-idf, as the nearest-neighbour selectors of Sledgehammer and `sine`-like filters weigh
them). What is chosen is only proposed: Lean says what it is good for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.definitions import Definitions
from decompose.footprint import Variant, footprint
from lean_project.check.terms import show
from lean_project.model import ClosedGoal, Limits, RuntimeInfo, Snapshot
from lean_project.session import Session
from prover.learned.retrieval import PremiseEmbedding, shipped_embedding

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
"""Part of an index file's name: raise it when what is stored changes."""
UNFOLDED = 0.4
"""What a constant counts that only the bodies of the file's definitions mention, beside those of the goal itself."""
DEPTH = 2
LIMITS = Limits(seconds=300.0)
_DERIVED = re.compile(
    r"\.(?:injEq|inj|sizeOf_spec|noConfusion\w*|eq_\d+|eq_def|induct\w*|fun_cases\w*|match_\d+\S*|brecOn\S*|ext_iff"
    r"|congr_simp|hcongr_\d+|proof_\d+|toCtorIdx\w*|ctorIdx\w*|ofNat_ctorIdx|elim)$"
)
_FOREIGN = ("Lean.", "Std.Do.", "Std.Tactic.", "Std.Internal.", "Std.Iter", "Std.Time.", "Lake.", "IO.", "System.")


class PremiseIndex:
    """Theorems by the constants of their statements. Immutable; threads may share it."""

    def __init__(self, theorems: Iterable[tuple[str, Sequence[str]]]) -> None:
        rows = {name: tuple(dict.fromkeys(constants)) for name, constants in theorems if _is_useful(name)}
        self.names = tuple(rows)
        frequency = Counter(constant for constants in rows.values() for constant in constants)
        self._weight = {constant: math.log(1 + len(rows) / count) for constant, count in frequency.items()}
        self._rarest = math.log(1 + len(rows))
        self._rows = tuple(rows.values())
        self._place = {name: number for number, name in enumerate(rows)}
        self._norms = [math.sqrt(sum(self._weight[each] ** 2 for each in row)) or 1.0 for row in self._rows]
        self._by_constant: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            for constant in row:
                self._by_constant.setdefault(constant, []).append(number)
        self._embedded: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.names)

    @property
    def weights(self) -> Mapping[str, float]:
        """What each constant counts, by its rarity."""
        return self._weight

    def cosines(self, constants: Mapping[str, float]) -> np.ndarray:
        """The cosine of each theorem with a goal about `constants` (each with what it counts, 0 to 1), (n,): Σ a_c ·
        w_c² / (‖w‖ ‖a · w‖) over the theorem's constants c, w_c = log(1 + theorems / theorems with c). Constants that
        the library does not know weigh as much as one that a single theorem has."""
        import numpy as np

        found = np.zeros(len(self.names))
        for constant, count in sorted(constants.items()):
            if constant in self._by_constant:
                found[self._by_constant[constant]] += count * self._weight[constant] ** 2
        return np.asarray(found / np.asarray(self._norms) / self._length(constants))

    def _length(self, constants: Mapping[str, float]) -> float:
        return math.sqrt(sum((count * self.weight(name)) ** 2 for name, count in constants.items())) or 1.0

    def weight(self, constant: str) -> float:
        return self._weight.get(constant, self._rarest)

    def select(
        self,
        constants: Mapping[str, float],
        most: int,
        embedding: PremiseEmbedding | None = None,
        more: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> list[str]:
        """The `most` theorems that are about `constants` (each with what it counts, 0 to 1), the best first: by cosine,
        with `embedding` by `embedding.blend` times the cosine plus the embedding's score. `more`: theorems beside the
        library's, with their constants. Theorems that share nothing with the goal are none. Of equal scores these come
        first, and the library's in its order."""
        import numpy as np

        scores = np.concatenate([self._cosines_of(more, constants), self.cosines(constants)])
        near = np.flatnonzero(scores > 0)
        if embedding is not None and len(near):
            learned = embedding.scores(self._vectors(embedding), constants, self._weight)
            own = embedding.matrix([name for name, _ in more], [row for _, row in more], self._weight)
            scores = embedding.blend * scores
            scores += np.concatenate([embedding.scores(own, constants, self._weight), learned])
        names = [*(name for name, _ in more), *self.names] if more else self.names
        return [names[int(number)] for number in near[np.argsort(-scores[near], kind="stable")][:most]]

    def _cosines_of(self, rows: Sequence[tuple[str, Sequence[str]]], constants: Mapping[str, float]) -> np.ndarray:
        import numpy as np

        length = self._length(constants)
        found = []
        for _, row in rows:
            own = {each: self.weight(each) ** 2 for each in row}
            norm = math.sqrt(sum(own.values())) or 1.0
            found.append(sum(constants.get(each, 0.0) * square for each, square in own.items()) / norm / length)
        return np.asarray(found, dtype=np.float64)

    def _vectors(self, embedding: PremiseEmbedding) -> np.ndarray:
        made = self._embedded.get(embedding.name)
        if made is None:
            made = self._embedded[embedding.name] = embedding.matrix(self.names, self._rows, self._weight)
        return made

    def constants(self, name: str) -> tuple[str, ...]:
        """The constants of a theorem's statement. Raises KeyError for one that is not here."""
        return self._rows[self._place[name]]

    def to_json(self) -> object:
        """Plain data for `from_json`: constants once, theorems by their numbers."""
        table = {constant: number for number, constant in enumerate(self._weight)}
        rows = [[name, [table[each] for each in row]] for name, row in zip(self.names, self._rows, strict=True)]
        return {"constants": list(table), "theorems": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, list[list[object]]]) -> PremiseIndex:
        """Raises KeyError, TypeError, ValueError or IndexError for anything else."""
        constants = [str(each) for each in data["constants"]]
        return cls((str(name), [constants[int(each)] for each in row]) for name, row in data["theorems"])  # type: ignore[attr-defined]


def _is_useful(name: str) -> bool:
    return not name.startswith(_FOREIGN) and _DERIVED.search(name) is None


def goal_constants(closed: ClosedGoal, definitions: Definitions) -> dict[str, float]:
    """The library constants that a goal is about: 1 for those in its statement, `UNFOLDED` for those in definitions of
    the file below it. Raises DocumentError on a malformed document."""
    own = footprint(closed, definitions, Variant.SURFACE).constants
    below = footprint(closed, definitions, Variant.SPEC, DEPTH).constants
    return {**dict.fromkeys(below, UNFOLDED), **dict.fromkeys(own, 1.0)}


def own_theorems(definitions: Definitions, open_: Set[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The file's theorems above a goal with the constants of their statements, without those that are `open_`."""
    document = definitions.document
    found = []
    for constant in document.constants.values():
        name = show(document.names[constant.name])
        if constant.kind != "theorem" or name in open_ or not _is_useful(name):
            continue
        mentioned = {
            show(document.names[document.exprs[term][1]])
            for term in document.reachable((constant.type,))
            if document.exprs[term][0] == "c"
        }
        found.append((name, tuple(sorted(mentioned))))
    return found


@dataclass(frozen=True)
class Premises:
    """The library that `header` imports, indexed once for each Lean and each set of imports, and kept in `folder`."""

    index: PremiseIndex

    @classmethod
    def of(cls, session: Session, header: Snapshot, folder: Path | None, limits: Limits = LIMITS) -> Premises:
        """Raises LimitHit and MachineryError as every request; a file that cannot be read or written is no fault."""
        path = None if folder is None else folder / f"premises-{_key(session.info, header)}.json.z"
        if path is not None and (known := _read(path)) is not None:
            return cls(known)
        pages = session.theorems(header, limits)
        made = PremiseIndex((each.name, each.constants) for page in pages for each in page)
        if path is not None:
            _write(path, made)
        return cls(made)

    def for_goal(
        self,
        closed: ClosedGoal,
        definitions: Definitions,
        most: int = 16,
        own: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> list[str]:
        """Names of theorems, the most promising first: the library's and `own`, the file's, by the learned embedding
        too, where it can be used."""
        return self.index.select(goal_constants(closed, definitions), most, shipped_embedding(), own)


def _key(info: RuntimeInfo, header: Snapshot) -> str:
    parts = (str(FORMAT), info.runtime, info.lean_version, info.lean_commit, header.header)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _read(path: Path) -> PremiseIndex | None:
    try:
        return PremiseIndex.from_json(json.loads(zlib.decompress(path.read_bytes())))
    except (OSError, zlib.error, KeyError, TypeError, ValueError, IndexError):
        return None


def _write(path: Path, index: PremiseIndex) -> None:
    """Whole or not at all, and without a word where there is no room: an index can be made again."""
    data = zlib.compress(json.dumps(index.to_json()).encode(), 6)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
        temporary.replace(path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
