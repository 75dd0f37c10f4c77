"""`comity ledger`: begin one, show, count, prove, verify, publish and rebuild what it holds; audit another's, and be its witness."""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
import time
from functools import partial
from pathlib import Path

from comity.cli.screen import columns, out
from comity.edge.home import HOME, Home, begun, law_of, mistake, now, private, reading, told
from comity.ledger import entry as entries
from comity.ledger import policy
from comity.ledger.audit import audit as audited
from comity.ledger.cosignature import Cosigner, WitnessKey
from comity.ledger.hold import CorruptError
from comity.ledger.ledger import Ledger
from comity.ledger.note import KEY_BYTES, Key, Note, NoteError, Signer, base64_of
from comity.ledger.publish import Folder
from comity.ledger.reader import Reader
from comity.ledger.rebuild import rebuild as rebuilt
from comity.ledger.secret import keep
from comity.ledger.tiles import TileError
from comity.text.source import Mistakes, Place
from comity.words.lines import cut


def key(args: argparse.Namespace) -> int:
    """Makes a private key, readable by its owner only, and says the public one."""
    path, kind = Path(args.file), Cosigner if args.witness else Signer
    with told(str(path)):
        made = kind(args.name, secrets.token_bytes(KEY_BYTES))
        said = str(made.key)
        keep(path, f"{made.secret}\n".encode())
    out(said)
    return 0


def new(args: argparse.Namespace) -> int:
    """Begins a ledger, signed by a key."""
    signer = private(Path(args.key), Signer)
    with told(args.ledger):
        Ledger.create(Path(args.ledger), signer=signer, now=now).close()
    out(f"{args.ledger}: the log of {signer.key}")
    return 0


def begin(args: argparse.Namespace) -> int:
    """Begins a ledger in a folder, with keys of its own, under the shipped rulebooks and those named."""
    from comity import shelf

    home = Home.at(args.ledger)
    with told(home.name):
        begun(home, shelf.plan(args.rulebooks or ()))
    out(f"begun: {home.name}, the log of {home.signer().key}")
    out(f"Keep {home.folder / HOME} where it is, and safe: under it persons are counted.")
    return 0


def adopt(args: argparse.Namespace) -> int:
    """Goes by the shipped rulebooks, and those named, as they are now: for a person to say, since what was reserved under others is held.

    Signed law that was adopted stays: `comity law adopt` alone changes it.
    """
    from comity import shelf
    from comity.edge.adopted import carried

    home = Home.at(args.ledger)
    with home.open() as ledger, told(home.name):
        signed = carried(home, ledger.signed())
        index = ledger.adopt(*law_of(shelf.plan(args.rulebooks or (), signed=signed.folders)), signed.told)
    out(f"adopted: entry {index} of {home.name}")
    return 0


def show(args: argparse.Namespace) -> int:
    """Every entry in a line, or one in full."""
    with reading(args.ledger) as reader:
        if args.index is not None:
            out(json.dumps(reader.entry(_within(reader, args)), ensure_ascii=False, indent=2))
            return 0
        wide = columns()
        for index, held in enumerate(map(entries.read, reader.store.entries(0, reader.size))):
            rest = {name: value for name, value in held.items() if name not in ("at", "kind", "id")}
            out(cut(f"{index:>7}  {held['at']}  {held['kind']:<8} {held.get('id', '')}  {json.dumps(rest, ensure_ascii=False)}", wide))
    return 0


def counts(args: argparse.Namespace) -> int:
    """How near its counts are to the lines of the law."""
    from comity.cli.counts import counts as told  # it may judge a world

    return told(args)


def prove(args: argparse.Namespace) -> int:
    """A proof that an entry is in the log, for anybody to check offline; and the entry itself, to the byte."""
    with reading(args.ledger) as reader:
        index = _within(reader, args)
        proof, entry = reader.prove(index), reader.store.entry(index)
    if args.entry is not None:
        with told(str(args.entry)):
            Path(args.entry).write_bytes(entry)
    if args.out is None:
        sys.stdout.write(proof)
    else:
        with told(str(args.out)):
            Path(args.out).write_text(proof, encoding="utf-8")
    return 0


def verify(args: argparse.Namespace) -> int:
    """Whether all of a ledger holds: 0 if it does, 1 with the first thing that does not. With a policy, whose word is taken is not the ledger's to say."""
    believed = _policy(Path(args.policy)) if args.policy is not None else None
    with reading(args.ledger) as reader:
        try:
            checked = reader.check()
            if believed is not None:
                believed.accept(Note.parse(checked.note))  # of what was checked: the newest in the table may be another
        except (CorruptError, NoteError) as fault:
            out(f"does not hold: {fault}")
            return 1
    out(f"{checked.size:,} entr{'y' if checked.size == 1 else 'ies'} under the root {base64_of(checked.root)}")
    out("Each follows from those before it; counts, tree and checkpoint follow from them.")
    out(f"Signed by {checked.signer}" + ("" if believed else ", as the log itself says: name whom you trust with --policy"))
    out(f"{checked.pending:,} reservation{'s' * (checked.pending != 1)} pending")
    return 0


def publish(args: argparse.Namespace) -> int:
    """Writes the log into a folder, as files that any web server serves and anybody can audit; called again, what came since."""
    with reading(args.ledger) as reader, told(str(args.folder)):
        made = Folder(args.folder).write(reader)
    out(f"published: {made.size:,} entr{'y' if made.size == 1 else 'ies'} under the root {base64_of(made.root)}")
    return 0


def audit(args: argparse.Namespace) -> int:
    """Whether the files of a published log hold under a policy: 0 if they do, 1 with the first thing that does not."""
    believed, folder = _policy(args.policy), Folder(args.folder)
    with told(str(args.folder)):
        note = folder.checkpoint()
    try:
        made = believed.accept(note).checkpoint
        audited(made, partial(folder.tile, made.size), partial(folder.bundle, made.size))
    except (NoteError, TileError) as fault:
        out(f"does not hold: {fault}")
        return 1
    except OSError as fault:
        out(f"does not hold: {fault.filename}: {(fault.strerror or 'cannot be read').lower()}")
        return 1
    out(f"{made.size:,} entr{'y' if made.size == 1 else 'ies'} under the root {base64_of(made.root)}, of the log {made.origin}")
    return 0


def rebuild(args: argparse.Namespace) -> int:
    """Writes the tree and the names anew from the entries; 1 if the entries are not those that were signed."""
    with reading(args.ledger) as reader:
        try:
            size = rebuilt(reader.store).state.size
        except CorruptError as fault:
            out(f"cannot be rebuilt: {fault}")
            return 1
    out(f"rebuilt from {size:,} entr{'y' if size == 1 else 'ies'}")
    return 0


def witness(args: argparse.Namespace) -> int:
    """Vouches for the checkpoints of other ledgers until it is interrupted; or begins to remember them, for a person to say once."""
    from comity.ledger.carrier import Server
    from comity.ledger.memory import ForgotError, Memory
    from comity.ledger.watch import Watch

    cosigner, mistakes = private(Path(args.key), Cosigner), Mistakes()
    logs: dict[str, list[Key]] = {}
    for text in args.log:
        try:
            one = Key.parse(text)
            logs.setdefault(one.name, []).append(one)
        except NoteError as fault:
            mistakes.add(Place("--log", 1, 1), str(fault), "write the public key that `comity ledger key` said")
    listen = re.fullmatch(r"([!-~]+):(\d{1,5})", args.listen)
    if listen is None or int(listen[2]) > 65_535:
        mistakes.add(Place("--listen", 1, 1), f"'{args.listen}' is no address", "write HOST:PORT")
    mistakes.settle()
    assert listen is not None  # or a mistake was told
    try:
        with Memory(Path(args.folder), WitnessKey(cosigner.name, cosigner.key.public)) as memory:
            if args.add:
                for origin in logs:
                    memory.add(origin)
                    out(f"remembers {origin} from now on")
                return 0
            with Server((listen[1], int(listen[2])), Watch(cosigner, memory, logs, lambda: int(time.time()))) as server:
                host, port = server.server_address[:2]
                out(f"{cosigner.key}\nlistens on http://{host!s}:{port}/")
                sys.stdout.flush()
                server.serve_forever()
    except (ForgotError, OSError) as fault:
        raise mistake(args.folder, str(getattr(fault, "strerror", None) or fault).lower(), "--add begins to remember a log" if not args.add else "") from fault
    except KeyboardInterrupt:
        return 0
    return 0


def _within(reader: Reader, args: argparse.Namespace) -> int:
    size, index = reader.size, int(args.index)
    if not 0 <= index < size:
        raise mistake(Home.at(args.ledger).name, f"there is no entry {index}", f"it has {size}, from 0 on")
    return index


def _policy(path: Path) -> policy.Policy:
    mistakes = Mistakes()
    with told(str(path)):
        found = policy.read(str(path), path.read_bytes(), mistakes)
    mistakes.settle()
    assert found is not None  # or a mistake was told
    return found
