"""`comity serve`: the pages of a world, on this machine, until it is stopped."""

from __future__ import annotations

import argparse
import ipaddress
from typing import Final

from comity import shelf
from comity.cli.screen import out
from comity.edge.home import mistake

DEMO: Final = (shelf.HERE / "demo.yaml", shelf.HERE.parents[1] / "examples" / "platform" / "world.yaml")
"""The world that is shown where none is named: in the package as it is installed, or beside its source."""


def serve(args: argparse.Namespace) -> int:
    """Serves a world until it is stopped."""
    host, port = address(args.listen)
    try:
        import uvicorn

        from comity.web import traces
        from comity.web.app import LOCAL, application
    except ModuleNotFoundError as fault:
        raise mistake("serve", f"the package '{fault.name}' is not installed", "pip install 'comity[web]'") from fault
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
    )
    traces.exported()
    site.look()  # what is wrong with it is said before anybody asks
    out(f"{world}: http://{args.listen}/ (Ctrl-C to stop)")
    uvicorn.run(application(site, LOCAL), host=host, port=port, log_level="warning", server_header=False)
    return 0


def address(text: str) -> tuple[str, int]:
    """The host and port to listen on; another machine than this one is not let in without knowing who asks. Raises SourceError."""
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise mistake("--listen", f"'{text}' is no address", "write 127.0.0.1:8000")
    try:
        loopback = ipaddress.ip_address(bare).is_loopback
    except ValueError:
        loopback = bare == "localhost"
    if not loopback:
        raise mistake("--listen", f"'{host}' can be reached from other machines, and nobody signs in here", "write 127.0.0.1 and let a proxy ask who comes")
    return bare, int(port)
