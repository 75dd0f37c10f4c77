"""Roots follow each other by the keys of both, and only some of them begin versions anew."""

import pytest
from publishers import SIGNING, Publisher, book, forged, role

from comity.signed.chain import METADATA, chain, recovered, roots
from comity.signed.metadata import RefusedError
from comity.signed.roles import Signing
from comity.text.source import SourceError


def with_role(name, anew):
    return Signing({**SIGNING.roles, name: anew}, SIGNING.parties)


def refused(publisher, files):
    with pytest.raises(SourceError) as fault:
        publisher.law(files)
    return str(fault.value)


def test_a_new_root_that_the_old_one_did_not_sign():
    """Two thieves of one old key, with a root of their own."""
    made = Publisher()
    made.published()
    made.signing = with_role("root", role("ann", "dan", "una", threshold=2))
    made.signing = Signing({**made.signing.roles, "targets": role("tara", "tom", threshold=2)}, SIGNING.parties)
    step = made.sign("ann", "dan", "tara", "tom", "snap", "time", "xa", "xb")
    assert not step.published
    files = {METADATA + "2.root.json": made.files["draft/2.root.json"], **made.files}
    assert "metadata/2.root.json:1:1: is signed by 1 of the 2 who must" in refused(made, files)


def test_a_root_that_was_left_out():
    made = Publisher()
    made.published()
    for names in (("ann", "ben", "dan"), ("ann", "ben", "cleo")):
        made.signing = with_role("root", role(*names, threshold=2))
        made.published()
    gone = {name: raw for name, raw in made.files.items() if name != METADATA + "2.root.json"}
    assert "metadata/3.root.json:1:1: does not follow: the root of version 2 is not there" in refused(made, gone)


def test_each_knows_whose_keys_came_before():
    made = Publisher({"xa.act": book("xa.act")})
    made.published()
    made.signing = with_role("root", role("cleo", "dan", threshold=2))
    made.published("ann", "cleo", "dan", "time")
    links = chain(made.files)
    assert [link.root.version for link in links] == [1, 2]
    assert links[1].signers == ("ann.example", "cleo.example", "dan.example")
    assert {key.name for key in links[1].names.values()} >= {"ann.example", "dan.example"}
    assert links[0].digest == made.root


@pytest.mark.parametrize(
    ("anew", "found"),
    [
        ({"root": role("ann", "ben", "dan", threshold=2)}, 0),
        ({"targets": role("tom", "una", threshold=2)}, 0),
        ({"snapshot": role("snap", "snip", "dan")}, 0),
        ({"snapshot": role("snap")}, 2),
        ({"timestamp": role("tick")}, 2),
        ({"timestamp": role("time", "tick", threshold=2)}, 0),
    ],
)
def test_versions_begin_anew_where_a_key_was_taken_from_what_says_what_is_new(anew, found):
    made = Publisher()
    made.published()
    made.signing = Signing({**SIGNING.roles, **anew}, SIGNING.parties)
    made.published("ann", "ben", "tara", "tom", "una", "snap", "snip", "time", "tick", "xa", "xb")
    assert recovered(chain(made.files)) == found
    assert recovered(chain(made.files)[1:]) == 0


def test_no_root_and_a_name_that_is_none():
    assert chain({}) == []
    named = {METADATA + "01.root.json": b"", METADATA + "1.root.json": b"", "1.root.json": b"", METADATA + "1.root.jso": b""}
    assert roots(named) == {1: METADATA + "1.root.json"}
    with pytest.raises(RefusedError):
        chain({METADATA + "1.root.json": b""})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda root: setattr(root, "version", 5), "is of another version than its name says"),
        (lambda root: setattr(root, "consistent_snapshot", False), "lets files have names without it"),
        (lambda root: setattr(root, "consistent_snapshot", None), "lets files have names without it"),
        (lambda root: root.roles["targets"].keyids.append("ab" * 32), "the key abababababababab is asked for and not there"),
    ],
)
def test_a_root_that_is_signed_and_says_what_it_may_not(change, told):
    made = Publisher()
    files = forged(made.published(), "1.root.json", change, "ann", "ben")
    with pytest.raises(RefusedError, match=told):
        chain(files)
