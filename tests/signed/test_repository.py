"""A repository is signed by turns, published when enough have signed, and read by a client of TUF that is not ours."""

import tempfile
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from publishers import ALL, BOOKS, DAY, MORNING, SIGNING, Publisher, book, forged, number, parties, private, renamed, role, signer
from tuf.api.exceptions import DownloadHTTPError, ExpiredMetadataError, LengthOrHashMismatchError, UnsignedMetadataError
from tuf.api.metadata import Metadata
from tuf.ngclient import FetcherInterface, Updater

from comity.ledger import floor
from comity.ledger.hold import RolledBackError
from comity.signed.chain import METADATA, TARGETS
from comity.signed.metadata import RefusedError, digest, opened
from comity.signed.repository import DRAFT, Repository
from comity.signed.roles import Signing


class Disk(FetcherInterface):
    """What a client of TUF asks for, out of files that are in hand."""

    def __init__(self, files):
        self.files = files

    def _fetch(self, url):
        name = unquote(url.removeprefix("here://"))
        if name not in self.files:
            raise DownloadHTTPError(f"no {name}", 404)
        yield self.files[name]


def client(files, at=MORNING, root=None):
    """python-tuf's own client at a time, with nothing in its memory but a root."""
    made = Updater(tempfile.mkdtemp(), "here://metadata/", None, "here://targets/", fetcher=Disk(files), bootstrap=root or files[METADATA + "1.root.json"])
    made._trusted_set.reference_time = at
    return made


def standing(step):
    return {one.role: (one.signers, one.lacking, one.needed) for one in step.standings}


def test_signed_by_turns_and_published_by_the_last():
    made = Publisher()
    step = made.sign("ann", "tara")
    assert not step.published
    assert standing(step) == {
        "root": (("ann.example",), ("ben.example", "cleo.example"), 1),
        "targets": (("tara.example",), ("tom.example", "una.example"), 1),
        "xab.pact": ((), ("xa.example", "xb.example"), 2),
    }
    assert set(made.files) == {f"{DRAFT}1.{name}.json" for name in ("root", "targets", "xab.pact")}
    for name in ("xa", "ben", "una", "snap", "time"):
        assert not made.sign(name).published
    assert f"{DRAFT}1.snapshot.json" not in made.files, "what is not signed is not named"
    step = made.sign("xb")
    assert standing(step)["snapshot"] == ((), ("snap.example", "snip.example"), 1)
    step = made.sign("snap")
    assert standing(step)["timestamp"] == ((), ("tick.example", "time.example"), 1)
    step = made.sign("tick")
    assert step.published
    assert not [name for name in made.files if name.startswith(DRAFT)]
    made.law()


def test_a_client_that_is_not_ours_reads_what_is_written():
    made = Publisher()
    files = made.published()
    for regime, one in BOOKS.items():
        for path, raw in one.files.items():
            reader = client(files)
            told = reader.get_targetinfo(f"{regime}/{path}")
            assert Path(reader.download_target(told, str(Path(reader._dir) / "x"))).read_bytes() == raw
    with pytest.raises(ExpiredMetadataError):
        client(files, MORNING + 7 * DAY).refresh()
    with pytest.raises(LengthOrHashMismatchError):
        client({**files, METADATA + "1.snapshot.json": files[METADATA + "1.snapshot.json"].replace(b"1", b"2", 1)}).refresh()
    meta = Metadata.from_bytes(files[METADATA + "timestamp.json"])
    meta.signatures.clear()
    with pytest.raises(UnsignedMetadataError):
        client({**files, METADATA + "timestamp.json": meta.to_bytes()}).refresh()


def test_a_client_that_is_not_ours_follows_a_rotation():
    made = Publisher()
    first = made.published()[METADATA + "1.root.json"]
    made.signing = Signing({**SIGNING.roles, "timestamp": role("tick", days=7), "root": role("dan", "ben", "cleo", threshold=2)}, SIGNING.parties)
    files = made.published("ben", "dan", "ann", "tara", "tom", "snap", "tick", "xa", "xb")
    reader = client(files, root=first)
    reader.refresh()
    assert reader._trusted_set.root.version == 2


def test_a_draft_of_other_content_loses_its_signatures():
    made = Publisher()
    made.sign("tara", "xa")
    made.books["xa.act"] = book("xa.act", "2")
    step = made.sign("tom")
    assert step.lost == ["targets"]
    assert standing(step)["targets"][0] == ("tom.example",)
    assert standing(step)["xab.pact"][0] == ("xa.example",), "this one says what it said"


def test_a_draft_that_would_hold_for_longer_than_agreed_is_not_signed():
    """Whoever signs first cannot have others sign for a century."""
    made = Publisher()
    made.sign("tara")
    meta = opened("x", made.files[DRAFT + "1.targets.json"], "targets")
    meta.signed.expires = MORNING + 36_500 * DAY
    meta.sign(signer("tara"))
    made.files[DRAFT + "1.targets.json"] = meta.to_bytes()
    step = made.sign("tom")
    assert step.lost == ["targets"]
    assert standing(step)["targets"][0] == ("tom.example",)
    assert opened("x", made.files[DRAFT + "1.targets.json"], "targets").signed.expires == MORNING + 90 * DAY


def test_the_same_again_changes_nothing_but_the_timestamp():
    made = Publisher()
    before = made.published()
    assert made.published("ann", "tara", "xa") == before
    made.at += DAY
    after = made.published("time")
    assert {name for name in after if after[name] != before.get(name)} == {METADATA + "timestamp.json"}
    assert made.law().roles["timestamp"].version == 2
    floor.check({"r": Publisher.law(made, before, MORNING).adopted()}, {"r": made.law().adopted()}, BOOKS)


def test_what_is_over_or_is_asked_to_hold_for_longer_is_signed_anew():
    made = Publisher()
    made.published()
    made.at += 80 * DAY
    step = made.sign("snap", "time", "tara", renew=["targets"])
    assert standing(step)["targets"] == (("tara.example",), ("tom.example", "una.example"), 1)
    assert made.sign("tom", "snap", "time").published, "who signs second need not say again that it is to hold for longer"
    assert made.law().roles["targets"].version == 2
    assert made.law().roles["xab.pact"].version == 1
    made.at += 20 * DAY
    assert standing(made.sign("time"))["xab.pact"] == ((), ("xa.example", "xb.example"), 2), "its time was over"


def test_a_rulebook_that_is_let_go_leaves_its_version_behind():
    """And comes again above it: who adopted the first may adopt the second."""
    made = Publisher()
    made.published()
    adopted = [made.law().adopted()]
    held = made.books.pop("xab.pact")
    made.published("tara", "tom", "snap", "time")
    assert made.law().books.keys() == {"xa.act"}
    assert made.law().roles["xab.pact"].version == 1
    adopted.append(made.law().adopted(adopted[-1]))
    made.books["xab.pact"] = held
    made.published()
    assert made.law().roles["xab.pact"].version == 2
    adopted.append(made.law().adopted(adopted[-1]))
    for before, after in pairwise(adopted):
        floor.check({"r": before}, {"r": after}, BOOKS)
    made.books["xab.pact"] = book("xab.pact")  # by its publisher alone, after it was gone for a while
    made.published()
    with pytest.raises(RolledBackError, match=r"'xab\.pact' was adopted with the signature of 'xa\.example', and comes without it now"):
        floor.check({"r": adopted[1]}, {"r": made.law().adopted(adopted[1])}, BOOKS)


def test_a_new_edition_names_no_file_of_the_old_one():
    made = Publisher()
    old = made.published()
    made.books["xa.act"] = book("xa.act", "2")
    new = made.published()
    gone = set(old) - set(new)
    assert gone == {METADATA + "1.targets.json", METADATA + "1.snapshot.json", next(n for n in old if n.startswith(TARGETS + "xa.act/") and "rulebook" in n)}
    assert made.law().books["xa.act"].rulebook.edition == "2"


def test_a_party_loses_its_key_and_gets_another_by_the_root():
    made = Publisher()
    made.published()
    first = made.root
    made.signing = Signing(SIGNING.roles, {**parties("xa"), "xb.example": renamed("xc", "xb.example")})
    made.published("ann", "ben", "tara", "tom", "snap", "time", "xa", "xc")
    law = made.law(trusted=first)
    assert law.books["xab.pact"].rulebook.parties == {"xa.example", "xb.example"}
    assert law.roles["xab.pact"].version == 2
    assert law.recovered == 0, "nobody who says what is new was touched"


def test_a_stolen_timestamp_key_fast_forwards_and_a_rotation_recovers():
    made = Publisher()
    before = made.published()
    start = made.law().adopted()
    meta = opened("x", before[METADATA + "timestamp.json"], "timestamp")
    meta.signed.version = 2**31
    meta.signatures.clear()
    meta.sign(signer("time"))
    pushed = made.law({**before, METADATA + "timestamp.json": meta.to_bytes()}).adopted()
    floor.check({"r": start}, {"r": pushed}, BOOKS)
    made.at += DAY
    made.published("tick")
    with pytest.raises(RolledBackError, match="'timestamp' is older than version 2147483648"):
        floor.check({"r": pushed}, {"r": made.law().adopted()}, BOOKS)
    made.signing = Signing({**SIGNING.roles, "timestamp": role("tick", days=7)}, SIGNING.parties)
    made.published("ann", "ben", "tick")
    floor.check({"r": pushed}, {"r": made.law(trusted=digest(before[METADATA + "1.root.json"])).adopted()}, BOOKS)


@pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets"])
def test_rollback_of_what_is_genuine_and_old(name):
    """A mirror goes back to what it served a day before: all of it was signed, and holds; only who adopted since knows."""
    made = Publisher()
    old = made.published()
    made.at += DAY
    if name == "targets":
        made.books["xa.act"] = book("xa.act", "2")
    made.published(*ALL, renew=["snapshot"] if name == "snapshot" else [])
    newer, older = made.law().adopted(), made.law(old).adopted()
    with pytest.raises(RolledBackError, match="is older than"):
        floor.check({"r": newer}, {"r": older}, BOOKS)
    older["roles"] = {role_name: newer["roles"][role_name] if role_name != name else told for role_name, told in older["roles"].items()}
    with pytest.raises(RolledBackError, match=f"'{name}' is older than version 2"):
        floor.check({"r": newer}, {"r": older}, BOOKS)


@pytest.mark.parametrize("name", ["timestamp", "1.snapshot", "1.root"])
def test_nobody_signs_on_from_what_is_forged(name):
    """A repository is passed on by others, and the next version is counted from it: pushed up there, by a signature that is none, it ends here."""
    made = Publisher()
    made.published()
    files = forged(made.files, f"{name}.json", lambda signed: setattr(signed, "version", 2**31), "dan")
    with pytest.raises(RefusedError, match="signed by"):
        Repository(files, SIGNING, BOOKS, [signer("time")], MORNING).signed()
    del files[f"{METADATA}{name}.json"]
    if name != "1.root":
        made.at += DAY
        made.published(renew=["snapshot"])
        gone = {one: raw for one, raw in made.files.items() if one != METADATA + "timestamp.json"}
        with pytest.raises(RefusedError, match="is missing, and something was published before"):
            Repository(gone, SIGNING, BOOKS, [signer("time")], MORNING).signed()


def test_a_publication_that_was_stopped_half_way_goes_on():
    """After any number of files were written, in the order in which they are."""
    made = Publisher()
    for change in (lambda: None, lambda: made.books.update({"xa.act": book("xa.act", "2")}), lambda: setattr(made, "signing", rotated())):
        change()
        made.at += DAY
        made.sign("ann", "ben", "tara", "tom", "xa", "xb", "snap", "snip")
        before = dict(made.files)
        after = made.published("tick")
        order = sorted((one for one in after if before.get(one) != after[one]), key=lambda one: (one == METADATA + "timestamp.json", one))
        for written in range(len(order) + 1):
            stopped = Publisher(made.books, made.signing, made.at)
            stopped.files = {**before, **{one: after[one] for one in order[:written]}}
            stopped.published("tick")
            assert stopped.law().books.keys() == made.books.keys()
            assert stopped.law().roles["timestamp"].version >= made.law().roles["timestamp"].version


def rotated():
    return Signing({**SIGNING.roles, "root": role("ann", "ben", "dan", threshold=2), "timestamp": role("tick", days=7)}, SIGNING.parties)


def test_a_repository_that_is_broken_is_not_written_over():
    made = Publisher()
    made.published()
    made.files[METADATA + "1.root.json"] = b"{}"
    with pytest.raises(RefusedError):
        made.sign()
    files = {**made.files, DRAFT + "2.root.json": b"x"}
    with pytest.raises(RefusedError):
        Repository(files, SIGNING, BOOKS, [signer("ann")], MORNING).signed()


def test_no_key_is_in_what_is_written():
    raw = b"".join(Publisher().published().values())
    for name in ALL:
        seed = private(name).seed
        assert seed not in raw
        assert seed.hex().encode() not in raw
        assert number(name).encode() in raw
