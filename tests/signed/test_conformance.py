"""The scenarios of tuf-conformance, the suite to which clients of The Update Framework are held, one by one: where each is tried, or tried here.

Where what is read here is stricter than a client must be, the scenario's refusal is what is tried. What only a client has that fetches and keeps
files (its requests, its cache) is named with the reason why there is nothing to try.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from publishers import BOOKS, DAY, MORNING, PEOPLE, SIGNING, Publisher, forged, number, private, relinked, role
from tuf.api.metadata import MetaFile

from comity.ledger import floor
from comity.ledger.hold import RolledBackError
from comity.signed.chain import METADATA, chain
from comity.signed.keys import public
from comity.signed.metadata import RefusedError, digest, opened
from comity.signed.roles import Signing
from comity.text.source import SourceError

HERE = Path(__file__).parent
FETCHES = "nothing is fetched: the files are given, all at once"
KEEPS = "nothing is kept but what the ledger says: tests/ledger/test_floor.py"
SCENARIOS = {
    "basic: refresh_requests": FETCHES,
    "basic: refresh_trusted_data": ["test_reading: what_was_signed_is_read_to_the_byte"],
    "basic: implicit_refresh": FETCHES,
    "basic: invalid_initial_root": [
        "test_reading: a_repository_is_not_read_where_there_is_none", "test_reading: nothing_is_believed_under_a_root_that_nobody_named",
    ],
    "basic: unsigned_initial_root": ["test_reading: a_file_stripped_of_its_signatures", "test_metadata: every_signature_is_good_and_in_one_spelling"],
    "basic: unsigned_metadata": ["test_reading: a_file_stripped_of_its_signatures", "test_reading: one_signature_of_two"],
    "basic: url_and_metadata_version_mismatch": [
        "test_chain: a_root_that_is_signed_and_says_what_it_may_not", "test_reading: what_says_what_is_new_says_it_exactly", "here: targets_of_another_version",
    ],
    "basic: timestamp_content_changes": ["../ledger/test_floor: another_file_of_the_same_version"],
    "basic: basic_metadata_hash_support": ["test_repository: a_client_that_is_not_ours_reads_what_is_written"],
    "basic: targets_hash_mismatch": ["test_reading: mix_and_match"],
    "basic: snapshot_hash_mismatch": ["test_reading: mix_and_match"],
    "basic: metadata_bytes_match": ["test_disk: there_and_back", "test_metadata: another_spelling_is_refused_where_python_tuf_takes_it"],
    "basic: custom_fields": ["here: a_field_that_nobody_knows_is_signed_like_any_other"],
    "basic: deprecated_keyid_hash_algorithms": ["here: a_key_with_more_than_a_key_has"],
    "basic: snapshot_404": ["here: a_file_that_is_not_there"],
    "basic: targets_404": ["here: a_file_that_is_not_there"],
    "basic: timestamp_404": ["here: a_file_that_is_not_there"],
    "basic: incorrect_metadata_type": ["here: a_snapshot_in_the_timestamp_s_place"],
    "basic: faketime": "the time is given",
    "expiration: root_expired": ["test_reading: freeze_of_any_role"],
    "expiration: timestamp_expired": ["test_reading: freeze"],
    "expiration: snapshot_expired": ["test_reading: freeze_of_any_role"],
    "expiration: targets_expired": ["test_reading: freeze_of_any_role"],
    "expiration: expired_local_root": ["here: a_root_that_is_over_leads_to_one_that_is_not"],
    "expiration: expired_local_timestamp": ["here: what_was_adopted_and_is_over_is_followed_by_what_is_not"],
    "file_download: client_downloads_expected_file": ["test_reading: what_was_signed_is_read_to_the_byte"],
    "file_download: client_downloads_expected_file_in_sub_dir": ["test_reading: what_was_signed_is_read_to_the_byte"],
    "file_download: repository_substitutes_target_file": ["test_reading: a_tampered_target", "test_reading: swapped_targets"],
    "file_download: multiple_changes_to_target": ["test_repository: a_new_edition_names_no_file_of_the_old_one"],
    "file_download: download_with_hash_algorithms": ["test_reading: an_unknown_scheme_and_a_weaker_digest_are_refused"],
    "file_download: download_with_unknown_hash_algorithm": ["test_reading: an_unknown_scheme_and_a_weaker_digest_are_refused"],
    "file_download: artifact_cache": KEEPS,
    "keys: snapshot_does_not_meet_threshold": ["here: rotation_of_any_other_role"],
    "keys: snapshot_has_too_few_keys": ["here: more_signatures_than_there_are_keys"],
    "keys: duplicate_keys": ["test_reading: one_key_under_two_numbers_is_refused", "test_reading: a_duplicated_signer_counts_once"],
    "keys: duplicate_sig_keyids": ["test_reading: a_duplicated_signer_counts_once"],
    "keys: keytype_and_scheme": ["test_reading: a_key_of_another_scheme_is_refused", "test_keys: another_spelling_is_no_key"],
    "keys: invalid_sig_in_valid_metadata": ["test_metadata: every_signature_is_good_and_in_one_spelling", "test_metadata: who_is_not_asked_signs_nothing"],
    "quoting_issues: unusual_role_name": ["here: a_role_of_an_unusual_name"],
    "rollback: new_timestamp_version_rollback": ["../ledger/test_floor: rollback_of_any_role", "test_repository: rollback_of_what_is_genuine_and_old"],
    "rollback: snapshot_rollback": ["../ledger/test_floor: rollback_of_any_role", "test_repository: rollback_of_what_is_genuine_and_old"],
    "rollback: targets_rollback": ["../ledger/test_floor: rollback_of_any_role", "test_repository: rollback_of_what_is_genuine_and_old"],
    "rollback: targets_role_removal": ["../ledger/test_floor: a_role_and_a_repository_that_are_left_out"],
    "rollback: targets_fast_forward_recovery": ["here: targets_pushed_forward_begin_anew_with_another_key_of_the_snapshot"],
    "rollback: new_snapshot_fast_forward_recovery": ["../ledger/test_floor: fast_forward_and_recovery_by_root_rotation"],
    "rollback: new_timestamp_fast_forward_recovery": ["test_repository: a_stolen_timestamp_key_fast_forwards_and_a_rotation_recovers"],
    "static_repositories: static_repository": ["test_repository: a_client_that_is_not_ours_reads_what_is_written"],
    "updater_delegation_graphs: graph_traversal": [
        "test_reading: a_party_leaves_nothing_to_others", "test_reading: targets_leave_rulebooks_to_others_in_one_way",
    ],
    "updater_delegation_graphs: targetfile_search": ["test_reading: targets_leave_a_rulebook_to_all_its_parties_and_to_nobody_else"],
    "updater_delegation_graphs: cached_role_is_verified_against_current_delegator": ["test_reading: a_party_leaves_nothing_to_others"],
    "updater_delegation_graphs: delegation_not_in_snapshot": ["test_reading: what_says_what_is_new_says_it_exactly"],
    "updater_key_rotations: root_rotation": ["here: rotation_of_the_root"],
    "updater_key_rotations: non_root_rotations": ["here: rotation_of_any_other_role"],
}  # fmt: skip


def test_every_scenario_is_tried_where_it_says():
    for scenario, tried in SCENARIOS.items():
        for one in tried if isinstance(tried, list) else []:
            file, name = one.split(": ")
            text = (HERE / f"{'test_conformance' if file == 'here' else file}.py").read_text(encoding="utf-8")
            assert re.search(rf"^def test_{name}\(", text, re.MULTILINE), scenario


@pytest.fixture(scope="module")
def whole():
    made = Publisher()
    made.published()
    return made


def refused(publisher, files, **more):
    with pytest.raises(SourceError) as fault:
        publisher.law(files, **more)
    return str(fault.value)


def trusting(publisher, files, at=MORNING):
    return publisher.law(files, at=at, trusted=digest(files[METADATA + "1.root.json"]))


# -- basic ------------------------------------------------------------------------------------------------------------


def test_targets_of_another_version(whole):
    files = relinked(forged(whole.files, "1.targets.json", lambda targets: setattr(targets, "version", 2), "tara", "tom"))
    assert "1.targets.json:1:1: is of another version than the one that is due" in refused(whole, files)


def test_a_field_that_nobody_knows_is_signed_like_any_other(whole):
    def more(root):
        root.unrecognized_fields["custom-field"] = "value"
        root.roles["root"].unrecognized_fields["another-field"] = {"a": 1}

    files = forged(whole.files, "1.root.json", more, "ann", "ben")
    assert trusting(whole, files).books.keys() == BOOKS.keys()
    stripped = files[METADATA + "1.root.json"].replace(b'"custom-field":"value",', b"")
    assert len(stripped) < len(files[METADATA + "1.root.json"])
    assert "is signed by 0 of the 2 who must" in refused(whole, {**files, METADATA + "1.root.json": stripped}, trusted=digest(stripped))


@pytest.mark.parametrize("more", [{"keyid_hash_algorithms": "md5"}, {"extra-field": {"a": 1}}])
def test_a_key_with_more_than_a_key_has(whole, more):
    """A client copes with it; here a key is whose name and which number it is, and nothing else."""
    files = forged(whole.files, "1.root.json", lambda root: root.keys[number("snap")].unrecognized_fields.update(more), "ann", "ben")
    assert "the key of 'snap.example' is not written as it would be" in refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))


@pytest.mark.parametrize("name", ["timestamp", "1.snapshot", "1.targets", "1.xab.pact"])
def test_a_file_that_is_not_there(whole, name):
    gone = {one: raw for one, raw in whole.files.items() if one != f"{METADATA}{name}.json"}
    assert f"metadata/{name}.json:1:1: is missing" in refused(whole, gone)


def test_a_snapshot_in_the_timestamp_s_place(whole):
    """Signed by whoever signs the timestamp, and all that a timestamp would be but for what it calls itself."""
    files = forged(whole.files, "1.snapshot.json", lambda snapshot: setattr(snapshot, "meta", {"snapshot.json": MetaFile(1)}), "time")
    files = {**whole.files, METADATA + "timestamp.json": files[METADATA + "1.snapshot.json"]}
    assert "timestamp.json:1:1: is metadata of 'snapshot', where 'timestamp' is due" in refused(whole, files)


# -- expiration -------------------------------------------------------------------------------------------------------


def test_a_root_that_is_over_leads_to_one_that_is_not():
    made = Publisher()
    made.published()
    first, made.at = made.root, MORNING + 366 * DAY
    made.published()
    assert made.law(trusted=first).roles["root"].version == 2
    gone = {name: raw for name, raw in made.files.items() if name != METADATA + "2.root.json"}
    assert "metadata/1.root.json:1:1: its time was over" in refused(made, gone, trusted=first)


def test_what_was_adopted_and_is_over_is_followed_by_what_is_not():
    made = Publisher()
    made.published()
    before, made.at = made.law().adopted(), MORNING + 8 * DAY
    assert "timestamp.json:1:1: its time was over" in refused(made, made.files)
    made.published()
    floor.check({"r": before}, {"r": made.law().adopted(before)}, BOOKS)


# -- keys -------------------------------------------------------------------------------------------------------------


def test_more_signatures_than_there_are_keys(whole):
    files = forged(whole.files, "1.root.json", lambda root: setattr(root.roles["snapshot"], "threshold", 3), "ann", "ben")
    files = relinked(forged(files, "1.snapshot.json", lambda _: None, "snap", "snip"))
    said = refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))
    assert "1.snapshot.json:1:1: is signed by" in said
    assert "of the 3 who must" in said


@pytest.mark.parametrize("name", ["?", "#", "/delegatedrole", "../delegatedrole"])
def test_a_role_of_an_unusual_name(whole, name):
    def left(targets):
        one = targets.delegations.roles.pop("xab.pact")
        one.name, one.paths = name, [f"{name}/*", f"{name}/*/*"]
        targets.delegations.roles[name] = one

    files = relinked(forged(whole.files, "1.targets.json", left, "tara", "tom"))
    assert "leaves more to" in refused(whole, files)


# -- rollback ---------------------------------------------------------------------------------------------------------


def test_targets_pushed_forward_begin_anew_with_another_key_of_the_snapshot():
    """And a role that nobody wants any more is not named any more; that the parties signed its rulebook stays known."""
    made = Publisher()
    files = made.published()
    start = made.law().adopted()
    pushed = {**start, "roles": {**start["roles"], "targets": {"version": 100, "digest": "ab" * 32}, "xc.act": {"version": 1, "digest": "cd" * 32}}}
    made.at += DAY
    made.published(renew=["snapshot"])
    with pytest.raises(RolledBackError, match="'targets' is older than version 100"):
        floor.check({"r": pushed}, {"r": made.law().adopted(pushed)}, BOOKS)
    made.signing = Signing({**SIGNING.roles, "snapshot": role("snip")}, SIGNING.parties)
    made.published("ann", "ben", "tara", "tom", "snip", "time", "xa", "xb")
    law = made.law(trusted=digest(files[METADATA + "1.root.json"]))
    floor.check({"r": pushed}, {"r": law.adopted(pushed)}, BOOKS)
    assert law.adopted(pushed)["parties"] == start["parties"]


# -- rotations: keys, how many of them must sign, and who does ----------------------------------------------------------

ROOTS = {
    "1-of-1-key-rotation": [([1], 1, [1]), ([2], 1, [2, 1]), ([2], 1, [2])],
    "3-of-5-sign-with-different-keycombos": [([0, 1, 2, 3, 4], 3, sigs) for sigs in ([0, 2, 4], [0, 4, 1], [0, 1, 3], [0, 1, 3])],
    "3-of-5-one-key-rotated-with-intermediate-step": [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])],
    "3-of-5-one-key-rotated": [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 1])],
    "3-of-5-all-keys-rotated-with-intermediate-step": [
        ([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        ([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
        ([5, 6, 7, 8, 9], 3, [5, 6, 7]),
    ],
    "1-of-3-threshold-increase-to-2-of-3": [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])],
    "2-of-3-threshold-decrease-to-1-of-3": [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 2]), ([1, 2, 3], 1, [1])],
    "1-of-2-threshold-increase-to-2-of-2": [([1], 1, [1]), ([1, 2], 2, [1, 2])],
}
NO_ROOTS = {
    "1-of-1-key-rotation-unused-signatures": [([1], 1, [3, 1, 4])],  # stricter than a client: who is not asked signs nothing
    "1-of-1-key-rotation-fail-not-signed-with-old-key": [([1], 1, [1]), ([2], 1, [2, 3, 4])],
    "1-of-1-key-rotation-fail-not-signed-with-new-key": [([1], 1, [1]), ([2], 1, [1, 3, 4])],
    "3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys": [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4])],
    "3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys": [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])],
    "1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached": [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2])],
    "2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-reached": [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1])],
}
OTHERS = {
    "1-of-1-key-rotation": ([2], 1, [2]),
    **{f"3-of-5-sign-combo-{''.join(map(str, sigs))}": ([0, 1, 2, 3, 4], 3, sigs) for sigs in ([0, 2, 4], [0, 4, 1], [0, 1, 3], [1, 2, 3], [2, 3, 4])},
}
NO_OTHERS = {
    "1-of-1-key-rotation-unused-signatures": ([1], 1, [3, 1, 4]),
    "1-of-1-key-rotation-fail-not-signed-with-new-key": ([2], 1, [1, 3, 4]),
    "3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys": ([0, 1, 3, 4, 5], 3, [0, 2, 4]),
    "2-of-5-one-key-signature-missing-threshold-not-reached": ([0, 1, 3, 4, 5], 3, [0, 4]),
}


def asks(root, name, keys, threshold):
    """Whose signatures a root asks for."""
    for keyid in list(root.roles[name].keyids):
        root.revoke_key(keyid, name)
    for one in keys:
        root.add_key(public(private(PEOPLE[one]).key), name)
    root.roles[name].threshold = threshold


def rooted(whole, versions):
    """The roots of a repository, one after another."""
    files = {METADATA + f"{version}.root.json": whole.files[METADATA + "1.root.json"] for version in range(1, len(versions) + 1)}
    for version, (keys, threshold, sigs) in enumerate(versions, 1):

        def change(root, version=version, keys=keys, threshold=threshold):
            root.version = version
            asks(root, "root", keys, threshold)

        files = forged(files, f"{version}.root.json", change, *(PEOPLE[one] for one in sigs))
    return files


@pytest.mark.parametrize("versions", ROOTS.values(), ids=ROOTS.keys())
def test_rotation_of_the_root(whole, versions):
    assert [link.root.version for link in chain(rooted(whole, versions))] == list(range(1, len(versions) + 1))


@pytest.mark.parametrize("versions", NO_ROOTS.values(), ids=NO_ROOTS.keys())
def test_rotation_of_the_root_that_does_not_hold(whole, versions):
    if versions[:-1]:
        chain(rooted(whole, versions[:-1]))
    with pytest.raises(RefusedError, match=f"{len(versions)}.root.json: (is signed by|bears a signature)"):
        chain(rooted(whole, versions))


def turned(whole, name, keys, threshold, sigs):
    """The repository with other keys for one role, and that role signed by these."""
    who = [PEOPLE[one] for one in sigs]
    files = forged(whole.files, "1.root.json", lambda root: asks(root, name, keys, threshold), "ann", "ben")
    if name == "targets":
        return relinked(forged(files, "1.targets.json", lambda _: None, *who))
    if name == "timestamp":
        return forged(files, "timestamp.json", lambda _: None, *who)
    files = forged(files, "1.snapshot.json", lambda _: None, *who)
    told = MetaFile.from_data(1, files[METADATA + "1.snapshot.json"], ["sha256"])
    return forged(files, "timestamp.json", lambda timestamp: setattr(timestamp, "snapshot_meta", told), "time")


@pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets"])
@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS.keys())
def test_rotation_of_any_other_role(whole, name, case):
    files = turned(whole, name, *case)
    kind = opened("x", files[f"{METADATA}{'' if name == 'timestamp' else '1.'}{name}.json"], name)
    assert len(kind.signatures) == len(case[2])
    assert trusting(whole, files).books.keys() == BOOKS.keys()


@pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets"])
@pytest.mark.parametrize("case", NO_OTHERS.values(), ids=NO_OTHERS.keys())
def test_rotation_of_any_other_role_that_does_not_hold(whole, name, case):
    files = turned(whole, name, *case)
    said = refused(whole, files, trusted=digest(files[METADATA + "1.root.json"]))
    assert re.search(rf"{name}\.json:1:1: (is signed by \d of the \d who must|bears a signature)", said)
