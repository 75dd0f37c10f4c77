"""What is signed is read; whatever else a thief, a mirror or a disk makes of it is refused, each with its own words."""

import hashlib
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publishers import ALL, BOOKS, DAY, MORNING, SIGNING, Publisher, book, forged, number, relinked, renamed, role, signer
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, MetaFile, SuccinctRoles, TargetFile

from comity.signed.chain import METADATA, TARGETS
from comity.signed.keys import public
from comity.signed.metadata import PARTIES, digest, opened
from comity.signed.reading import read
from comity.signed.roles import Signing
from comity.text.source import SourceError


@pytest.fixture(scope="module")
def whole():
    """A published repository, which tests copy and never change."""
    made = Publisher()
    made.published()
    return made


def refused(publisher, files, **more):
    """Why a repository is refused."""
    with pytest.raises(SourceError) as fault:
        publisher.law(files, **more)
    return str(fault.value)


def target(files, path):
    """The name in a repository of a file that is signed under another."""
    folder, _, base = path.rpartition("/")
    (name,) = [name for name in files if name.startswith(f"{TARGETS}{folder}/") and name.endswith(f".{base}")]
    return name


def signed_again(files, regime, change, *names):
    """The targets that name a rulebook changed, and everything above them: thieves of all keys but those of parties."""
    return relinked(forged(files, f"1.{regime}.json", change, *names))


def test_what_was_signed_is_read_to_the_byte(whole):
    law = whole.law()
    assert {regime: dict(one.files) for regime, one in law.books.items()} == {regime: dict(one.files) for regime, one in BOOKS.items()}
    assert law.books["xab.pact"].rulebook.parties == {"xa.example", "xb.example"}
    assert law.roles["xab.pact"].signers == ("xa.example", "xb.example")
    assert law.expires == MORNING + 7 * DAY
    assert law.adopted()["roles"].keys() == {"root", "timestamp", "snapshot", "targets", "xab.pact"}


def test_freeze(whole):
    """A mirror that goes on serving what was true once."""
    whole.law(at=MORNING + 7 * DAY - DAY / 86_400)
    assert "metadata/timestamp.json:1:1: its time was over at 2026-12-03T10:00:00Z" in refused(whole, whole.files, at=MORNING + 7 * DAY)


@pytest.mark.parametrize(("name", "days"), [("1.root", 365), ("1.targets", 90), ("1.xab.pact", 90), ("1.snapshot", 30)])
def test_freeze_of_any_role(name, days):
    """The others are signed anew, this one is not: its key does not come any more."""
    made = Publisher()
    made.published()
    at = MORNING + days * DAY
    served = dict(made.files)
    for role_name in ("root", "targets", "xab.pact", "snapshot", "timestamp"):
        file = f"{'' if role_name == 'timestamp' else '1.'}{role_name}"
        if file != name:
            who = {"root": ("ann", "ben"), "targets": ("tara", "tom"), "xab.pact": ("xa", "xb"), "snapshot": ("snap",), "timestamp": ("time",)}[role_name]
            served = forged(served, f"{file}.json", lambda signed: setattr(signed, "expires", at + DAY), *who)
    root = digest(served[METADATA + "1.root.json"])
    assert f"metadata/{name}.json:1:1: its time was over" in refused(made, relinked(served), at=at, trusted=root)


def test_rollback_of_the_root():
    """What was adopted knows a newer root than what is served."""
    made = Publisher()
    old = made.published()
    made.signing = replace_role(made.signing, "snapshot", role("snip", days=30))
    made.published("ann", "ben", "tara", "tom", "snip", "time", "xa", "xb")
    newest = digest(made.files[METADATA + "2.root.json"])
    assert "no root that is trusted leads to this one" in refused(made, old, trusted=newest)
    made.law(trusted=newest)


def replace_role(signing, name, anew):
    return Signing({**signing.roles, name: anew}, signing.parties)


def test_mix_and_match():
    """Each file is genuine, and they never were together."""
    made = Publisher()
    old = made.published()
    made.books["xa.act"] = book("xa.act", "2")
    new = made.published()
    assert "is not the file that was signed for" in refused(made, {**new, METADATA + "2.snapshot.json": old[METADATA + "1.snapshot.json"]})
    assert "is missing" in refused(made, {**new, METADATA + "timestamp.json": old[METADATA + "timestamp.json"]})
    assert "is not the file that was signed for" in refused(made, {**new, METADATA + "2.targets.json": old[METADATA + "1.targets.json"]})
    mixed = {name: raw for name, raw in new.items() if not name.startswith(TARGETS)} | {name: raw for name, raw in old.items() if name.startswith(TARGETS)}
    assert "targets/xa.act/rulebook.yaml:1:1: is not there as it was signed" in refused(made, mixed)


def test_one_signature_of_two(whole):
    files = relinked(forged(whole.files, "1.targets.json", lambda _: None, "tara"))
    said = refused(whole, files)
    assert "metadata/1.targets.json:1:1: is signed by 1 of the 2 who must (not by " in said
    assert "tom.example" in said


def test_a_duplicated_signer_counts_once(whole):
    """The same signature twice, under the same number and under another."""
    files = relinked(forged(whole.files, "1.targets.json", lambda _: None, "tara"))
    meta = opened("x", files[METADATA + "1.targets.json"], "targets")
    line = next(iter(meta.signatures.values()))
    twice = {**meta.to_dict(), "signatures": [line.to_dict(), line.to_dict()]}
    assert "is no metadata" in refused(whole, relinked({**files, METADATA + "1.targets.json": spelt(twice)}))
    other = {**line.to_dict(), "keyid": number("tom")}
    twice = {**meta.to_dict(), "signatures": sorted([line.to_dict(), other], key=lambda one: one["keyid"])}
    assert "is signed by 1 of the 2 who must" in refused(whole, relinked({**files, METADATA + "1.targets.json": spelt(twice)}))


def test_one_key_under_two_numbers_is_refused(whole):
    """python-tuf alone would count it as two: it does not ask whether a number is its key's."""
    alias = "ab" * 32

    def doubled(root):
        key = root.keys[number("tara")].to_dict()
        root.keys[alias] = type(root.keys[number("tara")]).from_dict(alias, key)
        root.roles["targets"].keyids = [number("tara"), alias]
        del root.keys[number("tom")], root.keys[number("una")]

    files = forged(whole.files, "1.root.json", doubled, "ann", "ben")
    root = digest(files[METADATA + "1.root.json"])
    assert "the key of 'tara.example' is not written as it would be, under its own digest" in refused(whole, files, trusted=root)


def spelt(told):
    """Metadata in its one spelling, whatever it says."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("name", ["1.root", "1.targets", "1.xab.pact", "1.snapshot", "timestamp"])
def test_a_file_stripped_of_its_signatures(whole, name):
    """A reader that takes what bears no signature for what needs none has been seen elsewhere."""
    meta = opened("x", whole.files[f"{METADATA}{name}.json"], name.split(".")[-1] if "pact" not in name and name != "1.targets" else "targets")
    meta.signatures.clear()
    files = {**whole.files, f"{METADATA}{name}.json": meta.to_bytes()}
    root = digest(files[METADATA + "1.root.json"])
    assert "is signed by 0 of the" in refused(whole, relinked(files) if name in ("1.targets", "1.xab.pact") else relinked_snapshot(files, name), trusted=root)
    gone = {one: raw for one, raw in whole.files.items() if one != f"{METADATA}{name}.json"}
    assert refused(whole, gone)


def relinked_snapshot(files, name):
    """The timestamp made to name a snapshot as it is now."""
    if name != "1.snapshot":
        return files
    told = MetaFile.from_data(1, files[METADATA + "1.snapshot.json"], ["sha256"])
    return forged(files, "timestamp.json", lambda timestamp: setattr(timestamp, "snapshot_meta", told), "time")


@pytest.mark.parametrize("made", [CryptoSigner.generate_ecdsa, CryptoSigner.generate_rsa])
def test_a_key_of_another_scheme_is_refused(whole, made):
    """What a downgrade would need: TUF would take it."""
    other = made()

    def weakened(root):
        root.keys[other.public_key.keyid] = other.public_key
        root.roles["timestamp"].keyids = [other.public_key.keyid]
        del root.keys[number("time")], root.keys[number("tick")]

    files = forged(whole.files, "1.root.json", weakened, "ann", "ben")
    meta = opened("x", files[METADATA + "timestamp.json"], "timestamp")
    meta.sign(other)
    files[METADATA + "timestamp.json"] = meta.to_bytes()
    said = refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))
    assert "where ed25519 alone is allowed" in said


def test_an_unknown_scheme_and_a_weaker_digest_are_refused(whole):
    raw = whole.files[METADATA + "1.root.json"].replace(b'"scheme":"ed25519"', b'"scheme":"ed25518"', 1)
    assert "names a key of a scheme that is not known" in refused(whole, {**whole.files, METADATA + "1.root.json": raw})

    def weaker(targets):
        for path, told in targets.targets.items():
            raw = whole.files[target(whole.files, path)]
            targets.targets[path] = TargetFile(told.length, {"md5": hashlib.md5(raw).hexdigest()}, path)

    files = relinked(forged(whole.files, "1.targets.json", weaker, "tara", "tom"))
    assert "by something else than its length and its SHA-256" in refused(whole, files)


def test_a_tampered_target(whole):
    name = target(whole.files, "xa.act/rulebook.yaml")
    said = refused(whole, {**whole.files, name: whole.files[name].replace(b"send", b"view")})
    assert said == "repo/targets/xa.act/rulebook.yaml:1:1: is not there as it was signed"


def test_a_truncated_target(whole):
    name = target(whole.files, "xab.pact/rulebook.yaml")
    assert "targets/xab.pact/rulebook.yaml:1:1: is not there as it was signed" in refused(whole, {**whole.files, name: whole.files[name][:-1]})


def test_an_added_target(whole):
    said = refused(whole, {**whole.files, TARGETS + "xa.act/levers.yaml": b"x: 1\n"})
    assert said == "repo/targets/xa.act/levers.yaml:1:1: nobody signed for this file (take it away)"
    assert "nobody signed for this file" in refused(whole, {**whole.files, METADATA + "9.targets.json": whole.files[METADATA + "1.targets.json"]})


def test_swapped_targets(whole):
    one, other = target(whole.files, "xa.act/rulebook.yaml"), target(whole.files, "xab.pact/rulebook.yaml")
    said = refused(whole, {**whole.files, one: whole.files[other], other: whole.files[one]})
    assert len(said.splitlines()) == 2, "every fault is told at once"


def test_signatures_in_another_order(whole):
    told = opened("x", whole.files[METADATA + "1.targets.json"], "targets").to_dict()
    files = {**whole.files, METADATA + "1.targets.json": spelt({**told, "signatures": told["signatures"][::-1]})}
    assert "in another order than they are written in" in refused(whole, relinked(files))


def test_re_ordered_targets(whole):
    """The same entries in another order are the same to a signature, and not to a digest."""
    raw = whole.files[METADATA + "1.targets.json"]
    told = json.loads(raw)
    told["signed"]["targets"] = dict(reversed(list(told["signed"]["targets"].items())))
    other = json.dumps(told, separators=(",", ":")).encode()
    assert "is not written as what it says would be" in refused(whole, relinked_bytes(whole.files, "1.targets.json", other))


def relinked_bytes(files, name, raw):
    """Bytes that only an attacker's own program writes, put where a thief of both keys would name them."""
    files = {**files, METADATA + name: raw}
    at = {"targets.json": MetaFile.from_data(1, raw, ["sha256"])}
    made = forged(files, "1.snapshot.json", lambda snapshot: snapshot.meta.update(at), "snap")
    return relinked_snapshot(made, "1.snapshot")


def test_root_rotation_with_the_loss_of_one_key_of_each_role():
    """Ann, tara, snap and time lose theirs; those who are left put others in their place, and who adopted before goes on."""
    made = Publisher()
    made.published()
    first = made.root
    made.signing = Signing(
        {
            "root": role("dan", "ben", "cleo", threshold=2, days=365),
            "targets": role("tom", "una", threshold=2, days=90),
            "snapshot": role("snip", days=30),
            "timestamp": role("tick", days=7),
        },
        SIGNING.parties,
    )
    made.at += DAY
    made.published("ben", "cleo", "tom", "una", "snip", "tick")
    law = made.law(trusted=first)
    assert law.roles["root"].version == 2
    assert set(law.roles["root"].signers) == {"ben.example", "cleo.example"}
    assert law.recovered == 2
    assert made.law(trusted=digest(made.files[METADATA + "2.root.json"])).recovered == 0
    assert law.books.keys() == BOOKS.keys()


# -- rulebooks that parties sign --------------------------------------------------------------------------------------


def test_a_bilateral_rulebook_with_one_signature_missing(whole):
    said = refused(whole, signed_again(whole.files, "xab.pact", lambda _: None, "xa"))
    assert said == "repo/metadata/1.xab.pact.json:1:1: is signed by 1 of the 2 who must (not by xb.example)"


def test_a_party_that_signs_twice_is_one(whole):
    """By a second key under the same name, which the root even knows."""
    again = number("xc")

    def doubled(root):
        key = public(renamed("xc", "xa.example"))
        root.keys[again] = key
        root.unrecognized_fields[PARTIES] = sorted([*root.unrecognized_fields[PARTIES], again])

    def left(targets):
        key = public(renamed("xc", "xa.example"))
        targets.delegations.keys = {number("xa"): targets.delegations.keys[number("xa")], again: key}
        targets.delegations.roles["xab.pact"].keyids = sorted([number("xa"), again])

    files = forged(whole.files, "1.root.json", doubled, "ann", "ben")
    files = forged(files, "1.targets.json", left, "tara", "tom")
    files = relinked(forged(files, "1.xab.pact.json", lambda _: None, "xa", "xc"))
    said = refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))
    assert "names xb.example as a party, who did not sign it" in said


def test_a_party_added_to_the_file_after_signing(whole):
    """First as it would come about; then with the keys of all others stolen, so that only the parties' own stand in the way."""
    name = target(whole.files, "xab.pact/rulebook.yaml")
    anew = book("xab.pact", names=("xa", "xb", "xc")).files["rulebook.yaml"]
    assert "is not there as it was signed" in refused(whole, {**whole.files, name: anew})
    told = TargetFile.from_data("xab.pact/rulebook.yaml", anew)
    moved = {one: raw for one, raw in whole.files.items() if one != name} | {TARGETS + told.get_prefixed_paths()[0]: anew}
    files = signed_again(moved, "xab.pact", lambda targets: targets.targets.update({told.path: told}), "xa", "xb")
    assert "names xc.example as a party, who did not sign it (every party that is named signs: law sign)" in refused(whole, files)
    files = signed_again(moved, "xab.pact", lambda targets: targets.targets.update({told.path: told}))
    assert "is signed by 0 of the 2 who must" in refused(whole, files)


def test_a_bilateral_rulebook_that_its_publisher_signs_alone(whole):
    """Listed among the publisher's own files, with the role of the parties left out."""
    held = opened("x", whole.files[METADATA + "1.xab.pact.json"], "targets").signed.targets

    def taken_over(targets):
        targets.targets.update(held)
        targets.delegations = None

    files = relinked(forged(whole.files, "1.targets.json", taken_over, "tara", "tom"))
    del files[METADATA + "1.xab.pact.json"]
    said = refused(whole, files)
    assert "names xa.example, xb.example as a party, who did not sign it" in said

    files = relinked(forged(whole.files, "1.targets.json", lambda targets: targets.targets.update(held), "tara", "tom"))
    assert "targets/xab.pact/rulebook.yaml:1:1: 'targets' has no say about this file" in refused(whole, files)


def test_a_publisher_that_plays_a_party(whole):
    """Whose key is a party's the root says, and targets alone cannot."""

    def played(targets):
        key = public(renamed("una", "xb.example"))
        targets.delegations.keys = {number("xa"): targets.delegations.keys[number("xa")], key.keyid: key}
        targets.delegations.roles["xab.pact"].keyids = sorted([number("xa"), key.keyid])

    files = forged(whole.files, "1.targets.json", played, "tara", "tom")
    files = relinked(forged(files, "1.xab.pact.json", lambda _: None, "xa", "una"))
    assert "by a key that the root does not know as a party's" in refused(whole, files)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one: setattr(one, "threshold", 1), "asks for 1 of the 2 parties of 'xab.pact', where all must sign"),
        (lambda one: setattr(one, "paths", ["xab.pact/*", "xa.act/*"]), "leaves more to 'xab.pact' than the rulebook of that name"),
        (lambda one: setattr(one, "terminating", False), "leaves more to 'xab.pact' than the rulebook of that name"),
        (lambda one: setattr(one, "keyids", [*one.keyids, "ab" * 32]) or setattr(one, "threshold", 3), "by a key that the root does not know as a party's"),
    ],
)
def test_targets_leave_a_rulebook_to_all_its_parties_and_to_nobody_else(whole, change, told):
    files = relinked(forged(whole.files, "1.targets.json", lambda targets: change(targets.delegations.roles["xab.pact"]), "tara", "tom"))
    assert told in refused(whole, files)


def test_a_party_leaves_nothing_to_others(whole):
    def left(targets):
        key = signer("xa").public_key
        targets.delegations = type(delegations(whole))({key.keyid: key}, {"xc.act": DelegatedRole("xc.act", [key.keyid], 1, terminating=True, paths=["*"])})

    assert "leaves rulebooks to others, which a party may not" in refused(whole, signed_again(whole.files, "xab.pact", left, "xa", "xb"))


def delegations(whole):
    return opened("x", whole.files[METADATA + "1.targets.json"], "targets").signed.delegations


def test_a_name_that_leads_out_of_its_folder(whole):
    raw = b"x: 1\n"
    for path in ("xa.act/../../evil.yaml", "/etc/passwd", "xa.act/a/b/c.yaml", "xa.act/.hidden", "rulebook.yaml", "xa.act\\x.yaml"):
        told = TargetFile.from_data(path, raw)
        files = forged(whole.files, "1.targets.json", lambda targets, told=told: targets.targets.update({told.path: told}), "tara", "tom")
        assert "has no say about this file" in refused(whole, relinked({**files, TARGETS + told.get_prefixed_paths()[0]: raw}))


def test_a_rulebook_in_another_folder_and_one_without_its_page():
    made = Publisher({"xa.act": replace(book("xb.act"), files={"rulebook.yaml": book("xb.act").files["rulebook.yaml"]}), "xc.act": book("xc.act")})
    made.books["xc.act"] = replace(made.books["xc.act"], files={"cases/one.yaml": b""})
    made.sign()
    said = refused(made, made.files)
    assert "is the rulebook 'xb.act', in the folder of 'xa.act'" in said
    assert "targets/xc.act/rulebook.yaml:1:1: is not among the files that were signed" in said


# -- a byte -----------------------------------------------------------------------------------------------------------


def flipped(files, name, at, bit):
    raw = bytearray(files[name])
    raw[at] ^= 1 << bit
    return {**files, name: bytes(raw)}


@given(st.data())
def test_an_edit_of_one_stored_byte_anywhere_is_noticed(data):
    made = repository_of_two_roots()
    name = data.draw(st.sampled_from(sorted(made.files)))
    at = data.draw(st.integers(0, len(made.files[name]) - 1))
    with pytest.raises(SourceError):
        made.law(flipped(made.files, name, at, data.draw(st.integers(0, 7))))


@pytest.mark.slow
def test_every_edit_of_one_stored_byte_is_noticed():
    made, chance, tried = repository_of_two_roots(), random.Random(5), 0
    for name in sorted(made.files):
        for at in range(len(made.files[name])):
            with pytest.raises(SourceError):
                made.law(flipped(made.files, name, at, chance.randrange(8)))
            tried += 1
    assert tried == sum(map(len, made.files.values()))


def repository_of_two_roots(made=[]):  # noqa: B006 -- made once
    if not made:
        one = Publisher()
        one.published()
        one.signing = replace_role(SIGNING, "root", role("ann", "ben", "dan", threshold=2, days=365))
        one.published(*ALL)
        made.append(one)
    return made[0]


def test_a_repository_is_not_read_where_there_is_none(whole):
    assert "there is no root: this is no repository of signed law" in refused(whole, {}, trusted="ab" * 32)
    assert "is no metadata" in refused(whole, {**whole.files, METADATA + "1.root.json": b"{" * 5000})
    assert "is metadata of 'timestamp', where 'root' is due" in refused(
        whole, {**whole.files, METADATA + "1.root.json": whole.files[METADATA + "timestamp.json"]}
    )


def test_nothing_is_believed_under_a_root_that_nobody_named(whole):
    with pytest.raises(SourceError, match="no root that is trusted leads to this one"):
        read(whole.files, "repo", "ab" * 32, MORNING)


def test_files_beside_the_repository_are_nobodys_business(whole):
    whole.law({**whole.files, "README.md": b"hello", "draft/2.targets.json": b"not yet"})


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("timestamp", lambda one: setattr(one, "snapshot_meta", MetaFile(1)), "timestamp.json:1:1: names 'snapshot.json' by something else than"),
        ("1.snapshot", lambda one: one.meta.update({"targets.json": MetaFile(1)}), "1.snapshot.json:1:1: names 'targets.json' by something else than"),
        ("1.snapshot", lambda one: setattr(one.meta["targets.json"], "hashes", {"sha1": "ab" * 20}), "names 'targets.json' by something else than"),
        ("1.snapshot", lambda one: one.meta.pop("xab.pact.json"), "1.snapshot.json:1:1: does not name 'xab.pact'"),
        ("1.snapshot", lambda one: setattr(one, "version", 2), "1.snapshot.json:1:1: is of another version than the one that is due"),
    ],
)
def test_what_says_what_is_new_says_it_exactly(whole, name, change, told):
    files = forged(whole.files, f"{name}.json", change, "time" if name == "timestamp" else "snap")
    assert told in refused(whole, relinked_snapshot(files, name))


def test_targets_leave_rulebooks_to_others_in_one_way(whole):
    def more(targets):
        targets.delegations.keys[number("xc")] = public(renamed("xc", "xc.example"))

    def bins(targets):
        targets.delegations = type(delegations(whole))({}, None, SuccinctRoles([], 1, 2, "bin"))

    for change in (more, bins):
        files = relinked(forged(whole.files, "1.targets.json", change, "tara", "tom"))
        assert "leaves rulebooks to others in a way that is not read here" in refused(whole, files)


def test_somebody_who_signs_what_does_not_name_them(whole):
    """The rulebook names one of the two who signed: as a party it binds the other, who is none."""
    raw = book("xab.pact", names=("xa",)).files["rulebook.yaml"]
    told = TargetFile.from_data("xab.pact/rulebook.yaml", raw)
    name = target(whole.files, "xab.pact/rulebook.yaml")
    moved = {one: held for one, held in whole.files.items() if one != name} | {TARGETS + told.get_prefixed_paths()[0]: raw}
    files = signed_again(moved, "xab.pact", lambda targets: targets.targets.update({told.path: told}), "xa", "xb")
    assert "is signed by xb.example, whom it does not name as a party" in refused(whole, files)


def test_a_root_whose_parties_are_no_list(whole):
    files = forged(whole.files, "1.root.json", lambda root: root.unrecognized_fields.update({PARTIES: 5}), "ann", "ben")
    said = refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))
    assert said == "repo:1:1: something in its metadata is not what metadata says"
