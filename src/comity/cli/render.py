"""Many verdicts as a table: one or two lines each, the reason cut at a word; the full text is in `comity explain`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from comity.cli.screen import columns, paint
from comity.verdict.verdict import Verdict
from comity.words.brief import brief
from comity.words.lines import cut, pad, width
from comity.words.words import Words


def table(verdicts: Sequence[Verdict], words: Words) -> Iterator[str]:
    """Each movement with its outcome and, in brief, what decides it."""
    room = columns()
    names = max((width(v.movement) for v in verdicts), default=8)
    said = [words.outcome(v.outcome) if v.outcome.settled else words.text("undetermined") for v in verdicts]
    lead = names + 2 + max((width(s) for s in said), default=10)
    for verdict, outcome in zip(verdicts, said, strict=True):
        because = brief(verdict, words)
        shown = paint(outcome, verdict.outcome.worst if verdict.outcome.settled else "open")
        head = f"{pad(verdict.movement, names)}  {shown}"
        if because and room - lead >= 60:
            yield f"{pad(head, lead)}  {cut(because, room - lead - 2)}"
        else:
            yield head
            if because:
                yield f"    {cut(because, room - 4)}"


def summary(verdicts: Sequence[Verdict], words: Words) -> str:
    """How many of each."""
    counts = Counter(words.outcome(v.outcome) if v.outcome.settled else words.text("undetermined") for v in verdicts)
    laws = len(verdicts[0].plan.regimes)
    moves = f"{len(verdicts)} movement{'s' * (len(verdicts) != 1)} under {laws} law{'s' * (laws != 1)}"
    return f"{moves}: " + ", ".join(f"{n} {word}" for word, n in counts.most_common())
