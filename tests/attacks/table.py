"""Write README.md's table of frauds: `python -m tests.attacks.table` from the repository root."""

from __future__ import annotations

from collections import Counter

from tests.attacks.corpus import ROOT, Fraud, Threat, frauds

MARK = "<!-- table -->"


def table(corpus: list[Fraud]) -> str:
    """The counts and one table per threat, in Markdown."""
    counts = Counter(fraud.threat for fraud in corpus)
    silent = sum(fraud.silent for fraud in corpus)
    per_threat = ", ".join(f"{counts[threat]} {threat.value}" for threat in Threat)
    lines = [f"{len(corpus)} frauds ({per_threat}); {silent} of them silent."]
    for threat in Threat:
        lines += ["", f"### {threat.value}", "", "| folder | what it tries | refused for | |", "|---|---|---|---|"]
        for fraud in corpus:
            if fraud.threat is threat:
                flags = [flag for flag, on in (("silent", fraud.silent), ("slot", fraud.hole is not None)) if on]
                flags += ["native only"] if fraud.native_only else []
                what = fraud.fraud.replace("|", "\\|")
                lines.append(f"| `{fraud.name}` | {what} | {' '.join(sorted(fraud.reasons))} | {', '.join(flags)} |")
    return "\n".join(lines)


def main() -> None:
    readme = ROOT / "README.md"
    head, _, _ = readme.read_text(encoding="utf-8").partition(MARK)
    readme.write_text(f"{head}{MARK}\n\n{table(list(frauds()))}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
