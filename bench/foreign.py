"""Do verifiers that nobody here wrote believe our log, and only our log? Proofs, mutants of proofs, notes, tiles, and witnesses both ways.

A peer that is not installed is skipped and named. `foreign.py [PROOFS] [--node FOLDER]`: the folder is one where `npm install @sigstore/verify`
was run. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import argparse
import base64
import json
import logging
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from comity.ledger import merkle, tiles
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import Cosigner
from comity.ledger.note import Signer
from comity.ledger.publish import published

SIZE = 70_000
ORIGIN = "log.example/ledger"
GOAL = {"proofs": 100_000, "foreign_verifiers_of_both_kinds": 2, "disagreements": 0, "mutants_accepted": 0}
NOW = int(time.time())


def said(check, *asked):
    """Whether it believes: a verifier may answer, or raise."""
    try:
        answer = check(*asked)
    except Exception:
        return False
    return answer is None or bool(answer)


def ours():
    return (lambda entry, *rest: merkle.check_inclusion(merkle.leaf(entry), *rest)), merkle.check_consistency


def tlog_scales():
    from tlog_scales.tlog import ConsistencyProof, InclusionProof

    def inclusion(entry, index, size, path, root):
        InclusionProof(index, size, list(path)).check(merkle.leaf(entry), root)

    return inclusion, lambda old, size, path, before, after: ConsistencyProof(old, size, list(path)).check(before, after)


def aics_tlog():
    from aics_tlog import verify_consistency, verify_leaf_inclusion

    return verify_leaf_inclusion, lambda old, size, path, before, after: verify_consistency(old, size, before, after, path)


def sigstore():
    from sigstore._internal.merkle import verify_merkle_inclusion

    def inclusion(entry, index, size, path, root):
        proof = SimpleNamespace(log_index=index, tree_size=size, hashes=list(path), root_hash=root)
        verify_merkle_inclusion(SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=proof, canonicalized_body=entry)))

    return inclusion, None


PEERS = {"ours": ours, "tlog-scales": tlog_scales, "aics-tlog": aics_tlog, "sigstore": sigstore}


def mutant(chance, proof):
    """A proof with one thing changed, and what. Never the tree's size: no hash on a path covers it, the checkpoint's signature does (see `by_note`)."""
    first, at, size, path, last = proof[0], proof[1], proof[2], list(proof[3]), proof[4:]
    kinds = ["index", "longer", "root", "first", *(["bit", "shorter", "cut"] if path else []), *(["exchanged"] if len(set(path)) > 1 else [])]
    kind = chance.choice(kinds)
    place = chance.randrange(len(path)) if path else 0

    def flip(raw):
        return (int.from_bytes(raw, "big") ^ 1 << chance.randrange(8 * len(raw))).to_bytes(len(raw), "big")

    match kind:
        case "index":
            at += chance.choice([-1, 1])
        case "longer":
            path.insert(place, chance.randbytes(32))
        case "root":
            last = (*last[:-1], flip(last[-1]))
        case "first":
            first = flip(first)
        case "bit":
            path[place] = flip(path[place])
        case "shorter":
            del path[place]
        case "cut":
            path[place] = path[place][:-1]
        case _:
            other = next(n for n, one in enumerate(path) if one != path[0])
            path[0], path[other] = path[other], path[0]
    return kind, (first, at, size, path, *last)


def log(count, said="entry"):
    """Entries, tiles and tree."""
    entries, kept = [f"{said} {n}".encode() for n in range(count)], {}
    tree, new = tiles.Tree(0, lambda level, index: kept[level, index]).append([merkle.leaf(entry) for entry in entries])
    kept.update(new)
    return entries, kept, tree


def proofs(chance, count, entries, tree):
    """Half inclusion, half consistency, in trees of every size: (is inclusion, what a verifier is asked)."""
    heads = {}

    def head(size):
        if size not in heads:
            heads[size] = tree.head(size)
        return heads[size]

    for number in range(count):
        size = chance.choice([chance.randint(2, 300), chance.randint(2, SIZE)])
        if number % 2:
            old = chance.randint(1, size - 1)
            yield False, (head(old), old, size, tree.consistency(old, size), head(size))
        else:
            index = chance.randrange(size)
            yield True, (entries[index], index, size, tree.inclusion(index, size), head(size))


def ask(peer, inclusion, proof):
    """What a peer says of a proof; None where it has nothing to say."""
    first, at, size, path, root = proof
    if inclusion:
        return said(peer[0], first, at, size, path, root)
    return None if peer[1] is None else said(peer[1], at, size, path, first, root)


def written(proof):
    def text(raw):
        return base64.b64encode(raw).decode()

    return json.dumps({"entry": text(proof[0]), "index": proof[1], "size": proof[2], "path": [text(one) for one in proof[3]], "root": text(proof[4])})


def by_proof(chance, count, peers, figures, node):
    entries, _, tree = log(SIZE)
    asked, wrong, accepted, kinds, lines = Counter(), Counter(), Counter(), Counter(), []
    taken = Counter()
    for inclusion, proof in proofs(chance, count, entries, tree):
        kind, changed = mutant(chance, proof)
        kinds[kind] += 1
        for name, peer in peers.items():
            start = time.perf_counter()
            good = ask(peer, inclusion, proof)
            taken[name] += time.perf_counter() - start
            if good is not None:
                asked[name] += 1
                wrong[name] += not good
                accepted[name] += ask(peer, inclusion, changed)
        if inclusion and node:
            lines += [written(proof), written(changed)]
    if node:
        script = Path(__file__).with_suffix(".mjs").resolve()
        done = subprocess.run(["node", script], cwd=node, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        answers = [line == "1" for line in done.stdout.split()]
        assert len(answers) == len(lines)
        name = "@sigstore/verify"
        asked[name], wrong[name], accepted[name] = len(lines) // 2, answers[::2].count(False), answers[1::2].count(True)
    print(f"{'':18}{'proofs':>9}{'refused':>9}{'mutants accepted':>18}{'us a proof':>12}")
    for name in asked:
        rate = f"{taken[name] / asked[name] * 1e6:12.0f}" if taken[name] else ""
        print(f"{name:18}{asked[name]:9}{wrong[name]:9}{accepted[name]:18}{rate}")
    print("mutants:", ", ".join(f"{kind} {many}" for kind, many in kinds.most_common()))
    figures |= {"proofs": count, "asked": dict(asked), "disagreements": sum(wrong.values()), "mutants_accepted": sum(accepted.values())}
    figures["foreign_verifiers_of_both_kinds"] = sum(peer[1] is not None for name, peer in peers.items() if name != "ours")


def by_note(chance, figures):
    """Signed and cosigned checkpoints, and the same with one bit of a signature, or of the text, changed."""
    checks = {}
    try:
        from tlog_scales.signing import Vkey
        from tlog_scales.tlog import Checkpoint as Theirs

        def scales(text, log_key, witness):
            theirs = Theirs.from_text(text)
            theirs.verify(Vkey.from_string(str(log_key)))
            theirs.verify(Vkey.from_string(str(witness)))
            return theirs.serialize() == text

        checks["tlog-scales"] = scales
    except ImportError:
        pass
    try:
        from aics_tlog import parse_note, parse_vkey, verify_checkpoint

        checks["aics-tlog"] = lambda text, log_key, witness: (
            verify_checkpoint(parse_note(text), parse_vkey(str(log_key)), [parse_vkey(str(witness))], 1, expected_origin=ORIGIN).ok
        )
    except ImportError:
        pass
    wrong = accepted = 0
    for _ in range(1_000):
        signer, witness = Signer(ORIGIN, chance.randbytes(32)), Cosigner("witness.example", chance.randbytes(32))
        note = Checkpoint(ORIGIN, chance.randrange(2**40), chance.randbytes(32)).signed(signer)
        text = str(note.with_signatures(witness.cosign(note.text, NOW)))
        place = chance.choice([n for n, letter in enumerate(text) if letter.isalnum() and n > len(ORIGIN)])  # its size, its root, a signature
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        for check in checks.values():
            wrong += not said(check, text, signer.key, witness.key)
            accepted += said(check, changed, signer.key, witness.key)
    figures |= {"notes_refused": wrong, "changed_notes_accepted": accepted, "note_verifiers": list(checks)}
    print(f"notes: 1000 by {', '.join(checks)}: {wrong} refused, {accepted} changed ones accepted")


def by_tile(figures):
    """Our tiles as files: they read, audit and prove from them what we do."""
    entries, _, tree = log(3_000)
    agreed = {}
    with tempfile.TemporaryDirectory() as folder:
        note = Checkpoint(ORIGIN, tree.size, tree.head()).signed(Signer(ORIGIN, b"L" * 32))
        for name, raw in published(note, tree.read, lambda index: tiles.bundle(entries[index * 256 : (index + 1) * 256])):
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        try:
            from aics_tlog import FileSystemTileReader, audit_tiles, consistency_proof_from_tiles, inclusion_proof_from_tiles

            reader = FileSystemTileReader(folder)
            audit_tiles(reader, tree.size, tree.head())
            agreed["aics-tlog"] = all(inclusion_proof_from_tiles(reader, n, tree.size) == tree.inclusion(n) for n in range(0, 3_000, 7)) and all(
                consistency_proof_from_tiles(reader, n, tree.size) == tree.consistency(n) for n in range(1, 3_000, 7)
            )
        except ImportError:
            pass
        try:
            from tlog_scales.backend import LocalBackend
            from tlog_scales.reader import TilesReader

            theirs = TilesReader(LocalBackend(Path(folder)))
            theirs.set_size(tree.size)
            agreed["tlog-scales"] = (
                theirs.calculate_root_hash() == tree.head()
                and all(theirs.get_inclusion_proof(n, tree.size).node_hashes == tree.inclusion(n) for n in range(0, 3_000, 7))
                and all(theirs.get_consistency_proof(n, tree.size).node_hashes == tree.consistency(n) for n in range(1, 3_000, 7))
            )
        except ImportError:
            pass
    figures["tiles_agree"] = agreed
    print("tiles:", agreed)


def by_witness(figures):
    """Our log at their witness, their log client at ours: what continues is cosigned, a fork is not."""
    try:
        from aics_tlog import parse_vkey
        from aics_witness import WitnessClient
        from aics_witness.config import LogConfig
        from aics_witness.service import Witness as TheirWitness
        from aics_witness.service import WitnessError as TheirError
        from aics_witness.store import WitnessStore
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        return
    from comity.ledger.carrier import Server
    from comity.ledger.memory import Memory
    from comity.ledger.watch import Watch
    from comity.ledger.witness import SIZE as KIND
    from comity.ledger.witness import Answer, OtherHistoryError, cosigned

    signer, cosigner, outcomes = Signer(ORIGIN, b"L" * 32), Cosigner("witness.example", b"W" * 32), {}
    _, _, tree = log(500)
    _, _, fork = log(500, said="another")

    def note(size, of=tree):
        return Checkpoint(ORIGIN, size, of.head(size)).signed(signer)

    with tempfile.TemporaryDirectory() as folder:
        store = WitnessStore(Path(folder, "witness.db"), create=True)
        theirs = TheirWitness(cosigner.name, Ed25519PrivateKey.from_private_bytes(cosigner.seed), store, [LogConfig(ORIGIN, (parse_vkey(str(signer.key)),))])

        def send(text):
            try:
                return Answer(200, theirs.add_checkpoint(text.encode()).decode())
            except TheirError as refused:
                return Answer(refused.status, refused.body.decode(), KIND if refused.status == 409 else "")

        for size in (7, 300, 300, 500):
            line = cosigned(note(size), cosigner.key, lambda old, size=size: tree.consistency(old, size), send)
            outcomes[f"their witness, ours at {size}"] = cosigner.key.verifies(note(size).text, line.raw)
        try:
            cosigned(note(500, fork), cosigner.key, lambda old: fork.consistency(old, 500), send)
            outcomes["their witness, a fork"] = False
        except OtherHistoryError:
            outcomes["their witness, a fork"] = True
        Path(folder, "ours").mkdir()
        with Memory(Path(folder, "ours"), cosigner.key) as memory:
            memory.add(ORIGIN)
            server = Server(("127.0.0.1", 0), Watch(cosigner, memory, {ORIGIN: [signer.key]}, lambda: int(time.time())))
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            client = WitnessClient(f"http://127.0.0.1:{server.server_address[1]}", str(cosigner.key))
            for size in (7, 300, 300, 500):
                lines = client.submit(str(note(size)), tree.consistency)
                outcomes[f"our witness, theirs at {size}"] = lines.startswith("— witness.example ")
            outcomes["our witness, a fork"] = not said(client.submit, str(note(500, fork)), fork.consistency)
            server.shutdown()
            server.server_close()
    figures["witnesses"] = all(outcomes.values())
    print("witnesses:", outcomes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proofs", nargs="?", type=int, default=GOAL["proofs"])
    parser.add_argument("--node", metavar="FOLDER", help="where @sigstore/verify is installed")
    options = parser.parse_args()
    logging.disable()  # a peer that refuses a fork says so at length
    chance, figures, peers = random.Random(20_261_126), {}, {}
    for name, make in PEERS.items():
        try:
            peers[name] = make()
        except ImportError as fault:
            print(f"skipped {name}: {fault}")
    by_proof(chance, options.proofs, peers, figures, options.node)
    by_note(chance, figures)
    by_tile(figures)
    by_witness(figures)
    whole = all(figures["tiles_agree"].values()) and figures.get("witnesses", True)
    right = not any(figures[name] for name in ("disagreements", "mutants_accepted", "notes_refused", "changed_notes_accepted")) and whole
    met = right and all(figures[name] >= GOAL[name] for name in ("proofs", "foreign_verifiers_of_both_kinds"))
    print(json.dumps({"bench": "foreign", "figures": figures, "goal": GOAL, "met": met}))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
