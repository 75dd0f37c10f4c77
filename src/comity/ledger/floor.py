"""The floor of signed law: what a ledger has adopted of each repository, below which it never adopts again, whatever happened to files.

An adoption may say `signed`: by repository, named by the SHA-256 of its oldest root,

    roles       by name of the role, root among them: the version of its metadata, and the SHA-256 of the file
    recovered   the last version of the root, of those after the floor, that took a key from the snapshot or the timestamp; 0 if none did
    expires     the moment at which the first of them ends
    rulebooks   by regime, the public keys of the parties that all signed it; none where it is one publisher's
    parties     by regime, the names of all parties that ever signed it together, also where it is let go by now

The rule: a repository that was adopted once stays adopted, by no role of a lower version, by no other file of the same version, and by none
less; what parties signed together no fewer of them sign later. Only the root of a repository sets the floor of its other roles anew, by taking
a key from those that say what is new (TUF, 5.3.11): else whoever stole that key could push the floor up to where nobody else would ever come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from comity.ledger.hold import EntryError, RolledBackError, StaleError

Adopted = Mapping[str, Any]
"""What an adoption says of one repository."""
ROOT: Final = "root"
TOP: Final = frozenset({ROOT, "timestamp", "snapshot", "targets"})


def is_signed(value: object, *, is_digest: Callable[[object], bool], is_instant: Callable[[object], bool]) -> bool:
    """Whether this is what an adoption says of repositories, as entries write it."""

    def is_role(role: object) -> bool:
        match role:
            case {"version": int(version), "digest": digest, **rest}:
                return not rest and version > 0 and is_digest(digest)
            case _:
                return False

    def is_adopted(one: object) -> bool:
        match one:
            case {"roles": dict(roles), "recovered": int(recovered), "expires": expires, "rulebooks": dict(books), "parties": dict(parties), **rest}:
                named = all(isinstance(each, list) and all(isinstance(word, str) for word in each) for each in (*books.values(), *parties.values()))
                return not rest and roles.keys() >= TOP and all(map(is_role, roles.values())) and recovered >= 0 and is_instant(expires) and named
            case _:
                return False

    return isinstance(value, dict) and all(map(is_digest, value)) and all(map(is_adopted, value.values()))


def check(before: Mapping[str, Adopted], after: Mapping[str, Adopted], rulebooks: Collection[str]) -> None:
    """Whether one adoption may follow another; `rulebooks`: the regimes that it adopts, signed or not.

    Raises:
        RolledBackError: it is older than what was adopted, or less.
        EntryError: it signs for rulebooks that it does not adopt, or for one of them twice.
    """
    regimes = [regime for one in after.values() for regime in one["rulebooks"]]
    if odd := {regime for regime in regimes if regime not in rulebooks or regimes.count(regime) > 1}:
        raise EntryError(f"signed law has '{min(odd)}' twice, or does not adopt it")
    for name, old in before.items():
        if name not in after:
            raise RolledBackError(f"the signed law of the repository {name[:16]} is left out: if it shall end, let it go (comity law drop)")
        _check_one(old, after[name])


def _check_one(old: Adopted, new: Adopted) -> None:
    anew = new["recovered"] > old["roles"][ROOT]["version"]
    for role, floor in old["roles"].items():
        if anew and role != ROOT:
            continue
        found = new["roles"].get(role)
        if found is None:
            raise RolledBackError(f"'{role}' is gone, of which version {floor['version']} was adopted")
        if found["version"] < floor["version"]:
            raise RolledBackError(f"version {found['version']} of '{role}' is older than version {floor['version']}, which was adopted")
        if found["version"] == floor["version"] and found["digest"] != floor["digest"]:
            raise RolledBackError(f"version {found['version']} of '{role}' is another than the one that was adopted")
    for regime, parties in old["parties"].items():
        if gone := set(parties) - names(new["rulebooks"].get(regime, parties)) or set(parties) - set(new["parties"].get(regime, ())):
            raise RolledBackError(f"'{regime}' was adopted with the signature of '{min(gone)}', and comes without it now")


def names(keys: Iterable[str]) -> set[str]:
    """Whose some public keys are."""
    return {key.partition("+")[0] for key in keys}


def parties(rulebooks: Mapping[str, Iterable[str]], before: Adopted | None) -> dict[str, list[str]]:
    """What an adoption says of parties, after what it said before."""
    told = {regime: set(parties) for regime, parties in before["parties"].items()} if before is not None else {}
    for regime, keys in rulebooks.items():
        told[regime] = told.get(regime, set()) | names(keys)
    return {regime: sorted(held) for regime, held in sorted(told.items()) if held}


def check_current(signed: Mapping[str, Adopted], at: str) -> None:
    """Raises StaleError if the time of any rulebook that was adopted is over."""
    for one in signed.values():
        if one["rulebooks"] and one["expires"] <= at:
            raise StaleError(f"the signed law that was adopted expired at {one['expires']}: adopt a newer edition")
