"""Who may do what: of every address that is served, which right opens it. An address that is not named here is opened by none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.accounts.account import ALL, ASK, READ, WATCH, Account, Right

WHO: Final = "comity.who"
"""Where a request says who asks."""
SIGN_IN: Final = "/sign-in"
OPEN: Final = frozenset({SIGN_IN, "/sign-in/options", "/enrol", "/enrol/options", "/static"})
"""What nobody need be known for: how one becomes known, and how pages look."""


@dataclass(frozen=True)
class Need:
    """What an address asks of whoever comes: one of these rights, or only to be known; `whole`: to see every movement, `session`: to be in a browser."""

    rights: frozenset[Right] = frozenset()
    whole: bool = False
    session: bool = False


KNOWN: Final = Need()
LOOK: Final = Need(frozenset({READ}))
"""What is told is the same for all (law, docket, proofs), or of the movements in which the reader's party takes part and of no others."""
SEND: Final = Need(frozenset({ASK}))
"""What is judged is what the reader sends, and nothing that is served."""
NEEDS: Final[Mapping[str, Need]] = {
    "/": LOOK,
    "/movements/{movement:path}": LOOK,
    "/movements/{movement:path}/beside": LOOK,
    "/movements/{movement:path}/packs": LOOK,
    "/movements/{movement:path}/packs/{rulebook}/{file}": LOOK,
    "/movements/{movement:path}/ask": Need(frozenset({ASK}), whole=True),  # answers are put into the whole world, and may ask about any of it
    "/movements/{movement:path}/if": Need(frozenset({ASK}), whole=True),  # as above
    "/ways/{movement:path}": LOOK,
    "/changes": LOOK,
    "/register": LOOK,
    "/register.csv": LOOK,
    "/register.xlsx": LOOK,
    "/register.pdf": LOOK,
    "/register.json": LOOK,
    "/register/packs/{rulebook}/{file}": LOOK,
    "/runs": LOOK,
    "/runs/{entry:int}": LOOK,
    "/runs/{entry:int}/proof": LOOK,
    "/runs/{entry:int}/manifest": LOOK,
    "/counts": LOOK,
    "/law": LOOK,
    "/law/compare": LOOK,
    "/law/{regime}": LOOK,
    "/law/{regime}/changes": LOOK,
    "/law/{regime}/{path:path}": LOOK,
    "/docket": LOOK,
    "/docket/{matter}": LOOK,
    "/docket/{matter}/packs": LOOK,
    "/proof": LOOK,
    "/openapi.json": LOOK,
    "/world.schema.json": LOOK,
    "/settlement": Need(frozenset({READ}), whole=True),  # what each party holds a change to be worth is not for another to know
    "/settlement.svg": Need(frozenset({READ}), whole=True),
    "/plan": Need(frozenset({READ}), whole=True),  # it weighs movements of all against each other
    "/ask": SEND,
    "/ask/questions": SEND,
    "/answers.yaml": SEND,
    "/verdicts": SEND,
    "/opinions": SEND,
    "/opinions/stream": SEND,
    "/health": Need(frozenset({READ, WATCH})),
    "/metrics": Need(frozenset({WATCH})),
    "/account": KNOWN,
    "/sign-out": Need(session=True),  # a token is let in by no session, and ends nobody's
}


@dataclass(frozen=True)
class Who:
    """Whoever comes: the account, what it is called at home, and the rights that what it came in with may use. `session`: in a browser, not a program."""

    account: Account
    label: str
    rights: frozenset[Right]
    session: bool

    @property
    def sees(self) -> str | None:
        """The party whose movements are seen; none where all are."""
        return None if ALL in self.rights else self.account.party

    def may(self, path: str) -> bool:
        """Is this address, as the router writes it, open to them?"""
        need = NEEDS.get(path)
        if need is None or (need.whole and ALL not in self.rights) or (need.session and not self.session):
            return False
        return not need.rights or bool(need.rights & self.rights)


def may(who: Who | None, path: str) -> bool:
    """The same; where nobody need sign in, everything is open."""
    return who is None or who.may(path)
