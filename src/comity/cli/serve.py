"""`comity serve`: the pages of a world, on this machine, until it is stopped."""

from __future__ import annotations

import argparse
import ipaddress
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity import shelf
from comity.cli.screen import out
from comity.edge.home import Home, mistake, told
from comity.text.source import Mistakes, Place, nearest
from comity.web.who.origin import LOCAL as NEAR
from comity.web.who.origin import Origin, origin

if TYPE_CHECKING:
    from comity.web.who.house import House

DEMO: Final = (shelf.HERE / "demo.yaml", shelf.HERE.parents[1] / "examples" / "platform" / "world.yaml")
"""The world that is shown where none is named: in the package as it is installed, or beside its source."""


def serve(args: argparse.Namespace) -> int:
    """Serves a world until it is stopped."""
    mistakes = Mistakes()
    host, port, near = address(args.listen, mistakes)
    tls = certificate(args, mistakes)
    if args.accounts:
        _with_accounts(args, host, mistakes, near=near, tls=tls)
    else:
        _without_accounts(args, host, mistakes, near=near)
    called = origin("--name", args.name or f"{'https' if tls else 'http'}://{NEAR}:{port}", mistakes)
    mistakes.settle()
    try:
        import uvicorn

        from comity.web import traces
        from comity.web.app import LOCAL, application
        from comity.web.line import Line
    except ModuleNotFoundError as fault:
        raise mistake("serve", f"the package '{fault.name}' is not installed", "pip install 'comity[web]'") from fault
    from comity.edge.adopted import Relying
    from comity.web.site import Site

    world = args.world or next((file for file in DEMO if file.exists()), DEMO[0])
    site = Site(
        world,
        tuple(args.rulebooks or ()),
        args.docket,
        args.manifests,
        tuple(args.levers or ()),
        args.costs,
        args.values,
        args.parties,
        tuple(args.edition or ()),
        adopted=Relying(args.ledger),
    )
    traces.exported()
    house = _house(args.accounts, called) if args.accounts else None
    look = site.look()  # what is wrong with it is said before anybody asks
    if house:
        for line in strangers(house, look.read.world["party"]):
            out(line)
    out(f"{world}: {house.origin.url if house else f'http://{args.listen}'}/ (Ctrl-C to stop)")
    app = application(site, (house.origin.host,) if house else LOCAL, house)
    uvicorn.run(app, host=host, port=port, http=Line, log_level="warning", server_header=False, ssl_certfile=args.certificate, ssl_keyfile=args.key)
    return 0


def address(text: str, mistakes: Mistakes) -> tuple[str, int, bool]:
    """The host and port to listen on, and whether it is of this machine alone."""
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        mistakes.add(Place("--listen", 1, 1), f"'{text}' is no address", "write 127.0.0.1:8000")
        return bare, 0, True
    try:
        return bare, int(port), ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return bare, int(port), bare == "localhost"


def _without_accounts(args: argparse.Namespace, host: str, mistakes: Mistakes, *, near: bool) -> None:
    """What is wrong where nobody signs in."""
    for option in ("name", "certificate", "key"):
        if getattr(args, option):
            mistakes.add(Place(f"--{option}", 1, 1), "is said where somebody signs in", "add --accounts FOLDER")
    if not near:
        mistakes.add(Place("--listen", 1, 1), f"'{host}' can be reached from other machines, and nobody signs in here", "add --accounts FOLDER")


def _with_accounts(args: argparse.Namespace, host: str, mistakes: Mistakes, *, near: bool, tls: bool) -> None:
    """What is wrong where whoever comes has to sign in."""
    if not near and not tls:
        mistakes.add(Place("--listen", 1, 1), f"'{host}' can be reached from other machines, and so by TLS alone", "add --certificate and --key")
    if not near and not args.name:
        mistakes.add(Place("--name", 1, 1), "what the site is called is not said, and passkeys are made for that name", "write https://comity.example")
    if args.docket and Home.at(args.docket).folder.resolve() == args.accounts.resolve():
        mistakes.add(Place("--accounts", 1, 1), "accounts are kept in a ledger of their own, not in that of the docket")


def certificate(args: argparse.Namespace, mistakes: Mistakes) -> bool:
    """Are there a certificate and its key? Tells what is wrong with them."""
    if bool(args.certificate) != bool(args.key):
        mistakes.add(Place("--certificate", 1, 1), "a certificate and its key go together")
    if not args.certificate or not args.key:
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(args.certificate, args.key, password="")  # a key that asks for one would wait for ever
    except ssl.SSLError:
        mistakes.add(Place(str(args.certificate), 1, 1), f"this is no certificate with {args.key} as its key, or the key asks for a password")
    except OSError as fault:
        mistakes.add(Place(str(args.certificate), 1, 1), f"it or its key: {(fault.strerror or 'cannot be read').lower()}")
    return True


def _house(folder: Path, called: Origin) -> House:
    """Who is let in. Raises SourceError."""
    from comity.edge.accounts import Office
    from comity.web.who.house import House

    office = Office(folder)
    with told(str(folder)):
        office.book.now()  # what is wrong with it is said before anybody signs in
    return House(office, called)


def strangers(house: House, parties: Iterable[str]) -> Iterator[str]:
    """What to say of accounts that belong to a party which the world does not name: they see no movement."""
    known = set(parties)
    for one in house.office.book.now().held.values():
        if one.party and one.party not in known and not one.closed:
            meant = nearest(one.party, known)
            yield f"the account {one.name} is of '{one.party}', which the world does not name" + (f" ({meant})" if meant else "")
