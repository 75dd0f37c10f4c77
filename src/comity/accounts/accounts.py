"""All accounts: a fold over the entries that tell of them. An entry that does not follow from those before it has no effect.

Of each event, what it says beside the account:

    made      party; rights
    given     rights: these, in place of those it had
    invited   invitation: its digest; until
    passkey   passkey: its digest; invitation: the one that it was made with, which lets in nobody else
    token     token: its digest; scopes; until
    revoked   pass: the digest of an invitation, a passkey or a token
    closed    nothing; nobody comes in as it any more
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from comity.accounts.account import INVITATION, PASSKEY, RIGHTS, TOKEN, Account, Pass, Right
from comity.ledger.entry import is_instant

DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
NAME: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)


class AccountRefusedError(ValueError):
    """Why an entry of an account has no effect."""


@dataclass
class Accounts:
    """Accounts by name, and whose each pass is."""

    held: dict[str, Account] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    """The name of the account whose pass has this digest."""
    at: str = ""
    """The moment of the last entry: a clock that says less is wrong."""

    def fork(self) -> Accounts:
        """The same, to go on from without changing this one."""
        return Accounts(dict(self.held), dict(self.of), self.at)

    def by(self, kind: str, digest: str, at: str) -> Account | None:
        """Whoever comes in with a pass of this kind and digest at a moment."""
        account = self.held.get(self.of.get(digest, ""))
        if account is None or account.closed:
            return None
        found = account.passes[digest]
        return account if found.kind == kind and found.holds(max(at, self.at)) else None

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Goes on with an entry of an account. Raises AccountRefusedError, and then at most its number is taken."""
        name, _, number = str(entry["id"]).rpartition("/")
        before = self.held.get(name)
        if number != str(before.entries if before else 0):
            raise AccountRefusedError("another entry of the account came first")
        event, at, self.at = entry.get("event"), entry["at"], entry["at"]
        if before is None:
            if event != "made":
                raise AccountRefusedError(f"there is no account '{name}'")
            self.held[name] = self._made(name, _says(entry), at)
            return
        self.held[name] = before = replace(before, entries=before.entries + 1)  # whatever comes of it: no other entry can have that number
        if before.closed:
            raise AccountRefusedError(f"the account '{name}' is closed")
        self.held[name] = after = self._after(before, event, _says(entry), at)
        self.of |= dict.fromkeys(after.passes, name)

    def _made(self, name: str, says: Mapping[str, Any], at: str) -> Account:
        if not NAME.fullmatch(name):
            raise AccountRefusedError("an account is made under a name of its own")
        return Account(name, _text(says, "party"), _rights(says, "rights"), at)

    def _after(self, before: Account, event: object, says: Mapping[str, Any], at: str) -> Account:
        """An account after an event."""
        match event:
            case "given":
                return replace(before, rights=_rights(says, "rights"))
            case "invited":
                return self._with(before, says, Pass(INVITATION, at, _until(says, at)))
            case "passkey":
                return self._with(_used(before, _digest(says, INVITATION), at), says, Pass(PASSKEY, at))
            case "token":
                scopes = _rights(says, "scopes")
                if not scopes or scopes - before.rights:
                    raise AccountRefusedError("a token may do something, and nothing that its account may not")
                return self._with(before, says, Pass(TOKEN, at, _until(says, at), scopes))
            case "revoked":
                digest = _digest(says, "pass")
                if digest not in before.passes or before.passes[digest].gone:
                    raise AccountRefusedError("what is revoked is no pass of the account, or gone already")
                return _without(before, digest, at)
            case "closed":
                return replace(before, closed=at)
            case "made":
                raise AccountRefusedError("an account is made once")
            case _:
                raise AccountRefusedError("what happens to the account is not said")

    def _with(self, account: Account, says: Mapping[str, Any], made: Pass) -> Account:
        digest = _digest(says, made.kind)
        if digest in self.of:
            raise AccountRefusedError(f"this {made.kind} is known already")
        return replace(account, passes={**account.passes, digest: made})


def _used(account: Account, digest: str, at: str) -> Account:
    """An account whose invitation is taken up."""
    found = account.passes.get(digest)
    if found is None or found.kind != INVITATION or not found.holds(at):
        raise AccountRefusedError("there is no such invitation, or it is over, or was used")
    return _without(account, digest, at, used=True)


def _without(account: Account, digest: str, at: str, *, used: bool = False) -> Account:
    return replace(account, passes={**account.passes, digest: replace(account.passes[digest], gone=at, used=used)})


def _says(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    says = entry.get("says")
    if not isinstance(says, dict):
        raise AccountRefusedError("an event says what of it")
    return says


def _text(says: Mapping[str, Any], name: str) -> str:
    if not isinstance(found := says.get(name), str):
        raise AccountRefusedError(f"'{name}' is not said")
    return found


def _digest(says: Mapping[str, Any], name: str) -> str:
    if not DIGEST.fullmatch(found := _text(says, name)):
        raise AccountRefusedError(f"'{name}' is said by its digest")
    return found


def _rights(says: Mapping[str, Any], name: str) -> frozenset[Right]:
    found = says.get(name)
    if not isinstance(found, list) or not all(one in RIGHTS for one in found):
        raise AccountRefusedError(f"'{name}' are of {', '.join(RIGHTS)}")
    return frozenset(found)


def _until(says: Mapping[str, Any], at: str) -> str:
    if not is_instant(found := _text(says, "until")) or found <= at:
        raise AccountRefusedError("it ends at a moment, and later than it begins")
    return found
