import datetime as dt
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import entry
from comity.ledger.hold import EntryError
from comity.ledger.tiles import MAX_ENTRY

WORDS = st.text(max_size=6)
PLAIN = st.recursive(
    WORDS | st.integers(-(2**53) + 1, 2**53 - 1), lambda held: st.lists(held, max_size=2) | st.dictionaries(WORDS, held, max_size=2), max_leaves=4
)
VERDICT = {"kind": "verdict", "id": "v"}


@given(st.dictionaries(WORDS, PLAIN, max_size=3))
def test_what_is_written_is_read_again_and_has_one_spelling(about):
    made = {**about, "kind": "verdict", "at": "2026-11-26T10:00:00Z", "id": "v"}
    raw = entry.write(made)
    assert entry.read(raw) == made
    assert raw == entry.write(dict(reversed(made.items()))) == rfc8785.dumps(json.loads(raw))


@pytest.mark.parametrize("value", [0.5, True, None, float("nan"), b"", 2**53, "\ud800", {1: "a"}, ("a",)])
def test_what_has_more_than_one_meaning_is_refused(value):
    with pytest.raises(EntryError):
        entry.request({**VERDICT, "about": {"value": value}})


def test_a_structure_without_end_is_refused():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(EntryError):
        entry.request({**VERDICT, "about": deep})
    with pytest.raises(EntryError):
        entry.read(b"[" * 60_000)


DIGEST = "ab" * 32
ASKED = {"count": "sent", "key": ["exporter"], "day": 739_000, "persons": {"set": DIGEST, "number": 3}}
REQUESTS = (
    {"kind": "adopt", "rulebooks": {"xx.act": DIGEST}, "counts": [{"name": "sent", "unit": "person", "window": ["months", 12], "most": 100}]},
    {"kind": "reserve", "id": "r", "under": {"xx.act": DIGEST}, "asked": [ASKED], "until": "2026-11-26T10:00:00Z", "about": {}},
    {"kind": "commit", "id": "r", "about": {}},
    {"kind": "cancel", "id": "r", "why": "it crosses a line"},
    {"kind": "expire", "id": "r"},
    {"kind": "spend", "id": "s", "asked": [{"budget": "b", "amount": "0.5", "most": "3"}]},
    {"kind": "refuse", "id": "r"},
    VERDICT,
    {"kind": "key", "id": "k", "role": "log", "vkey": "v"},
)


@pytest.mark.parametrize("made", REQUESTS, ids=lambda made: made["kind"])
def test_every_part_of_a_request_is_needed_and_has_its_shape(made):
    assert json.loads(entry.request(made)) == made
    for part in made:
        with pytest.raises(EntryError):
            entry.request({name: value for name, value in made.items() if name != part})
        with pytest.raises(EntryError):
            entry.request({**made, part: 7})
    for added in entry.ADDED:
        with pytest.raises(EntryError):
            entry.request({**made, added: "2026-11-26T10:00:00Z"})


@pytest.mark.parametrize(
    "more", [{"persons": {"set": "x", "number": 3}}, {"persons": {"set": DIGEST, "number": -1}}, {"day": "today"}, {"key": [3]}, {"more": 1}]
)
def test_what_is_asked_names_its_persons_by_digest(more):
    with pytest.raises(EntryError):
        entry.request({**REQUESTS[1], "asked": [{**ASKED, **more}]})


def test_only_records_carry_what_is_not_known_here():
    for made in REQUESTS:
        if made["kind"] in ("refuse", "verdict", "key"):
            entry.request({**made, "more": "a"})
        else:
            with pytest.raises(EntryError):
                entry.request({**made, "more": "a"})


def test_an_entry_is_no_larger_than_a_bundle_can_say():
    room = MAX_ENTRY - 40 - len(entry.request({**VERDICT, "note": ""}))
    entry.request({**VERDICT, "note": "x" * room})
    with pytest.raises(EntryError):
        entry.request({**VERDICT, "note": "x" * (room + 1)})
    many = [{**ASKED, "key": [str(i)]} for i in range(500)]
    totals = [{"least": 2**53 - 1, "most": 2**53 - 1}] * 300
    made = {**REQUESTS[1], "asked": many[:300]}
    entry.request(made)
    entry.write({**made, "at": "2026-11-26T10:00:00Z", "totals": totals})  # what is let in has room for what is added
    with pytest.raises(EntryError):
        entry.request({**REQUESTS[1], "asked": many})
    spends = {"kind": "spend", "id": "s", "asked": [{"budget": str(i), "amount": "0.1", "most": "9"} for i in range(1_200)]}
    with pytest.raises(EntryError):  # a total may have as many digits as any amount
        entry.request(spends)


def test_what_has_no_end_or_no_bounds_is_refused():
    ring, wide, deep = [], [0], []
    ring.append(ring)
    for _ in range(45):
        wide, deep = [wide, wide], [deep]
    entry.request({**VERDICT, "note": deep, "asked": 5})
    for note in (ring, wide, [[[[[deep]]]]], ["\ud83d", "\ude00"], ["\x01" * 11_000]):
        with pytest.raises(EntryError):
            entry.request({**VERDICT, "note": note})
    assert len(entry.request({**VERDICT, "note": "\x01" * 10_000})) > 60_000


@given(st.datetimes(timezones=st.timezones() | st.just(dt.UTC), min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 1, 1)))  # noqa: DTZ001 -- Hypothesis adds the zone
def test_moments_sort_as_time_does(moment):
    text = entry.instant(moment)
    assert entry.is_instant(text)
    assert dt.datetime.fromisoformat(text) <= moment < dt.datetime.fromisoformat(text) + dt.timedelta(seconds=1)


@pytest.mark.parametrize("text", ["2026-11-26", "2026-11-26T10:00:00", "2026-13-26T10:00:00Z", "2026-11-26T10:00:00+00:00", "２026-11-26T10:00:00Z", 7, None])
def test_other_spellings_of_a_moment_are_none(text):
    assert not entry.is_instant(text)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(EntryError):
        entry.instant(dt.datetime(2026, 11, 26))  # noqa: DTZ001 -- that is what is refused


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b'{"kind":"verdict"}', b'{"at":"2026-11-26T10:00:00Z","kind":"rumour"}'])
def test_other_bytes_are_no_entry(raw):
    with pytest.raises(EntryError):
        entry.read(raw)
