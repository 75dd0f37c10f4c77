"""The shelf: shipped words, places and rulebooks, and those of any folder. The thin edge where files are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache as once
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from comity import cache
from comity.cache import Kept, at_hand
from comity.facts.calendar import Calendar, Calendars
from comity.facts.place import Places
from comity.facts.value import MAX
from comity.facts.vocabulary import KINDS, Vocabulary
from comity.files.vocabulary import read_facts
from comity.law.rulebook import Rulebook
from comity.text.source import Mistake, Mistakes, Place, SourceError, nearest, read_documents
from comity.verdict.plan import Plan

if TYPE_CHECKING:
    from comity.docket.pack import Pack
    from comity.docket.procedure import Procedure
    from comity.files.calendar import Almanac
    from comity.files.case import Case
    from comity.files.invariant import Invariant
    from comity.offramp.written import Told

HERE = Path(__file__).parent
RULEBOOKS = HERE / "rulebooks"
NOTHING: Final[Mapping[Path, str]] = MappingProxyType({})


@once
def vocabulary() -> Vocabulary:
    """The shared facts, by kind."""
    mistakes = Mistakes()
    kinds = {}
    for kind in KINDS:
        file = HERE / "vocabulary" / f"{kind}.yaml"
        (node,) = read_documents(file.name, file.read_bytes(), mistakes)
        kinds[kind] = read_facts(node, mistakes)
    mistakes.settle()
    return Vocabulary(kinds)


@once
def places() -> Places:
    """The shared groups of places."""
    mistakes = Mistakes()
    (node,) = read_documents("places.yaml", (RULEBOOKS / "places.yaml").read_bytes(), mistakes)
    mistakes.settle()
    pairs = dict(node.pairs or {})
    same = pairs.pop("same", None)
    groups = {name: frozenset(i.text or "" for i in child.items or []) for name, child in pairs.items()}
    return Places(groups, {name: child.text or name for name, child in (same.pairs or {}).items()} if same else {})


@once
def almanacs() -> Mapping[str, Almanac]:
    """The shipped calendars of working days, by place, in all their editions."""
    mistakes = Mistakes()
    found = [made for file in sorted((RULEBOOKS / "calendars").glob("*.yaml")) for made in almanacs_in(file, mistakes)]
    mistakes.settle()
    return {almanac.place: almanac for almanac in found}


def almanacs_in(file: Path, mistakes: Mistakes) -> list[Almanac]:
    """The calendars in a file."""
    from comity.files.calendar import read_almanac  # noqa: PLC0415 -- a plan that is kept holds its calendars

    return [made for node in read_documents(str(file), file.read_bytes(), mistakes) if (made := read_almanac(node, mistakes))]


def calendars(as_known: int = MAX) -> Calendars:
    """The shipped calendars as they were known on a day. What is a place of its own does not keep the days of the one it lies in by its second code."""
    from comity.files.calendar import as_of  # noqa: PLC0415 -- as for the almanacs

    made = dict(as_of(almanacs(), as_known).places)
    return Calendars(made | {code: made.get(place, Calendar()) for code, place in places().aliases.items()})


def shipped() -> list[Path]:
    """The folders of the shipped rulebooks."""
    return sorted(p.parent for p in RULEBOOKS.glob("*/rulebook.yaml"))


def book(folder: Path) -> Rulebook:
    """The rulebook in a folder (or the file itself)."""
    file = folder / "rulebook.yaml" if folder.is_dir() else folder
    try:
        text = file.read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault
    return _read(str(file), text)


@lru_cache(maxsize=32)  # pages of law ask for the same ones again and again
def _read(name: str, text: bytes) -> Rulebook:
    from comity.files.rulebook import read_rulebook  # noqa: PLC0415 -- a plan that is kept needs no reader

    return read_rulebook(name, text)


def plan(
    folders: Iterable[Path] = (), names: Sequence[str] = (), as_known: int = MAX, signed: Mapping[Path, str] = NOTHING, instead: Sequence[Path] = ()
) -> Plan:
    """The plan of the shipped rulebooks and those of more folders; with `names`, of these regimes only.

    `signed`: the folders of rulebooks that all signed who must, with the digest of each as it was signed. One of them stands in the place of the
    shipped one of its regime; no other rulebook may name parties. `instead`: folders of editions, each called as its regime, that stand in the place
    of any other of it.
    """
    faults = [
        Mistake(one.place, f"this is '{one.regime}', and it would stand in the place of '{folder.name}'", "name two editions of one regime")
        for folder in instead
        if (one := book(folder)).regime != folder.name
    ]
    if faults:
        raise SourceError(faults)
    own, others = {folder.name for folder in signed}, {folder.name for folder in instead}
    wanted = [f for f in shipped() if f.name not in own | others and (not names or f.name in names)]
    wanted += [f for f in (*folders, *signed) if not others or book(f).regime not in others] + list(instead)
    words = (*names, str(as_known), *(f"signed {folder} {digest}" for folder, digest in signed.items()), *(f"instead {folder}" for folder in instead))
    return at_hand(cache.digest(_sources(wanted), words), lambda: _plan(wanted, names, as_known, signed))


def _sources(folders: Iterable[Path]) -> list[Path]:
    """Every file that a plan is made from: rulebooks, words, places, calendars and the code that reads them."""
    files = [f / "rulebook.yaml" if f.is_dir() else f for f in folders]
    return [
        *files,
        *RULEBOOKS.glob("*.yaml"),
        *RULEBOOKS.glob("calendars/*.yaml"),
        *(HERE / "vocabulary").glob("*.yaml"),
        *(file for room in ("text", "facts", "law", "verdict", "files") for file in HERE.glob(f"{room}/*.py")),
    ]


def _plan(folders: Sequence[Path], names: Sequence[str], as_known: int, signed: Mapping[Path, str]) -> Plan:
    books: list[Rulebook] = []
    faults: list[Mistake] = []
    for folder in folders:
        try:
            books.append(one := book(folder))
        except SourceError as error:
            faults += error.mistakes
        else:
            if folder in signed and one.digest != signed[folder]:
                faults.append(Mistake(one.place, "this is not what was signed and adopted", "adopt it again: comity law adopt"))
            elif one.parties and folder not in signed:
                told = "comity law sign and comity law adopt do that; its own cases run without: comity law test"
                faults.append(
                    Mistake(one.place, f"this is law only as {' and '.join(sorted(one.parties))} signed it, and nobody's signature came with it", told)
                )
    if faults:
        raise SourceError(faults)
    for i, one in enumerate(books):
        if one.regime in {earlier.regime for earlier in books[:i]}:  # which of them decides would be chance
            raise SourceError([Mistake(one.place, f"'{one.regime}' is loaded already", "one edition of a regime at a time; comity law diff compares two")])
    chosen = [b for b in books if not names or b.regime in names]
    from comity.law.lower import regimes  # noqa: PLC0415 -- a plan that is kept is lowered already

    made = Plan(Kept(regimes(chosen, vocabulary(), as_known)), extended(chosen), places(), calendars(as_known))
    # found once, kept with the plan
    _ = (made.levels, made.scopes, made.recursive, made.prevailing, made.speaking, made.moments, made.fixed_moments, made.compelling)
    return made


def extended(books: Iterable[Rulebook]) -> Vocabulary:
    """The shared facts and those that rulebooks declare, with the families of codes that they close."""
    words = vocabulary()
    for one in books:
        words = words.extended(one.facts)
    kinds = {kind: dict(facts) for kind, facts in words.kinds.items()}
    for one in books:
        for path, families in one.closed.items():
            kind, _, rest = path.partition(".")
            name, _, column = rest.partition("[].")
            fact = kinds.get(kind, {}).get(name)
            inner = fact.columns.get(column) if fact and column else fact
            if fact is None or inner is None or inner.type not in ("code", "codes") or inner.domain is not None:
                known = [f"{k}.{f}" for k, facts in kinds.items() for f in facts]
                raise SourceError([Mistake(one.place, f"'{path}' is no fact whose codes are open", nearest(path, known))])
            both = [*inner.families.items(), *families.items()]
            inner = replace(inner, families={f: frozenset().union(*(words for g, words in both if f == g)) for f, _ in both})
            kinds[kind][name] = replace(fact, columns={**fact.columns, column: inner}) if column else inner
    return Vocabulary(kinds)


def alone(folder: Path) -> Plan:
    """The plan of the rulebook in a folder by itself: what its own cases are run against."""
    return only(book(folder))


def only(one: Rulebook, as_known: int = MAX) -> Plan:
    """The plan of one rulebook, made anew, as it was known on a day. Raises SourceError where it was not."""
    from comity.law.lower import regimes  # noqa: PLC0415 -- a plan that is kept is lowered already

    if one.published > as_known:
        raise SourceError([Mistake(one.place, f"it was not known on that day: it was published {date.fromordinal(one.published)}")])
    return Plan(regimes([one], vocabulary(), as_known), extended([one]), places(), calendars(as_known))


def cases(folder: Path, asked: Plan, mistakes: Mistakes) -> list[Case]:
    """The cases beside a rulebook."""
    from comity.files.case import read_cases  # noqa: PLC0415 -- cases are for authors

    found: list[Case] = []
    for file in sorted((folder / "cases").glob("*.yaml")) if folder.is_dir() else ():
        found += read_cases(read_documents(str(file), file.read_bytes(), mistakes), asked, mistakes)
    return found


def levers(folders: Iterable[Path]) -> dict[str, list[Told]]:
    """The levers beside these rulebooks, by the name of the folder; under no name, what can be changed whatever the law."""
    from comity.offramp.written import read_levers  # noqa: PLC0415 -- as for cases

    mistakes = Mistakes()
    files = {"": HERE / "levers.yaml", **{folder.name: folder / "levers.yaml" for folder in folders}}
    found = {name: read_levers(read_documents(str(file), file.read_bytes(), mistakes), mistakes) for name, file in files.items() if file.is_file()}
    mistakes.settle()
    return found


def proceeding() -> list[Path]:
    """The folders of the shipped procedures: of rulebooks, and of law that has none yet."""
    return sorted(p.parent for p in RULEBOOKS.glob("*/procedures.yaml"))


def procedures(folder: Path) -> dict[str, Procedure]:
    """The procedures beside a rulebook, by name."""
    from comity.docket.written import read_procedures  # noqa: PLC0415 -- as for cases

    mistakes = Mistakes()
    file = folder / "procedures.yaml"
    found = read_procedures(read_documents(str(file), file.read_bytes(), mistakes), folder.name, vocabulary(), mistakes) if file.is_file() else {}
    mistakes.settle()
    return found


def packs(folder: Path) -> dict[str, Pack]:
    """The filing packs beside a rulebook, by name."""
    from comity.docket.pack_written import read_packs  # noqa: PLC0415 -- as for cases

    mistakes = Mistakes()
    file = folder / "packs.yaml"
    if not file.is_file():
        return {}
    one = book(folder)
    found = read_packs(read_documents(str(file), file.read_bytes(), mistakes), one, procedures(folder), extended([one]), mistakes)
    mistakes.settle()
    return found


def invariants(folder: Path) -> list[Invariant]:
    """The invariants beside a rulebook."""
    from comity.files.invariant import read_invariants  # noqa: PLC0415 -- as for cases

    mistakes = Mistakes()
    file = folder / "invariants.yaml"
    found = read_invariants(read_documents(str(file), file.read_bytes(), mistakes), mistakes) if file.is_file() else []
    mistakes.settle()
    return found
