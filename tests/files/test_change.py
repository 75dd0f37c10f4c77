"""Changes of a world's text: what is set, added and dropped, and that the tree they are made in stays as it was."""

import pytest

from comity.files.change import Change
from comity.text.source import Mistakes, Node, read_documents


def tree(text: str) -> Node:
    (node,) = read_documents("w", text, Mistakes())
    return node


def plain(node: Node):
    """A tree without its places."""
    if node.pairs is not None:
        return {key: plain(child) for key, child in node.pairs.items()}
    return [plain(item) for item in node.items] if node.items is not None else node.text


@pytest.mark.parametrize(
    ("was", "fragment", "now"),
    [
        ("{a: 1, b: {c: 2}}", "{b: {d: 3}}", {"a": "1", "b": {"c": "2", "d": "3"}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": ["3"]}),
        ("{a: {is: true, by: x}}", "{a: false}", {"a": "false"}),
        ("{a: [importer]}", "{a: {is: [], by: x}}", {"a": {"is": [], "by": "x"}}),
        ("{a: {is: true, by: x, because: y}}", "{a: {is: false, by: z}}", {"a": {"is": "false", "by": "z"}}),
        ("{owners: [{party: p, share: 60%}, {party: q, share: 40%}]}", "{owners: {q: {share: 20%}}}",
         {"owners": [{"party": "p", "share": "60%"}, {"party": "q", "share": "20%"}]}),
        ("{o: [{party: p, share: 60%}]}", "{o: {r: {party: r, share: 1%}}}", {"o": [{"party": "p", "share": "60%"}, {"party": "r", "share": "1%"}]}),
        ("{fields: [{kind: name}, {name: spot, kind: location}]}", "{fields: {spot: {kind: rough_location}}}",
         {"fields": [{"kind": "name"}, {"name": "spot", "kind": "rough_location"}]}),
    ],
)  # fmt: skip
def test_what_is_set_is_merged_and_rows_are_found_by_name(was, fragment, now):
    node, mistakes = tree(was), Mistakes()
    before = plain(node)
    assert plain(Change(put=tree(fragment)).made(node, mistakes)) == now
    assert (plain(node), mistakes.found) == (before, [])


def test_what_is_added_is_there_once():
    node, mistakes = tree("{done: [a], places: {x: [b]}}"), Mistakes()
    change = Change(add=tree("{done: [a, c], places: {x: [d]}, more: [e]}"))
    assert plain(change.made(node, mistakes)) == {"done": ["a", "c"], "places": {"x": ["b", "d"]}, "more": ["e"]}
    assert mistakes.found == []


def test_what_is_dropped_is_found_by_name_kind_or_word():
    node, mistakes = tree("{fields: [name, {kind: email}, {name: spot, kind: location}], other: 1}"), Mistakes()
    assert plain(Change(drop=tree("{fields: [spot, email]}")).made(node, mistakes)) == {"fields": ["name"], "other": "1"}


def test_two_changes_of_one_list_can_be_made_in_either_order():
    node, one, other = tree("{fields: [a, b, c]}"), Change(drop=tree("{fields: [a]}")), Change(drop=tree("{fields: [c]}"))
    assert plain(one.made(other.made(node, Mistakes()), Mistakes())) == plain(other.made(one.made(node, Mistakes()), Mistakes())) == {"fields": ["b"]}


def test_what_cannot_be_added_or_dropped_is_a_mistake_at_its_place():
    mistakes = Mistakes()
    Change(add=tree("{a: [1]}"), drop=tree("{b: c}")).made(tree("{a: 1, b: [c]}"), mistakes)
    assert [str(one) for one in mistakes.found] == [
        "w:1:5: a list cannot be added to a text (add [...] to a list, or set a value)",
        "w:1:5: nothing can be dropped from a list by a text (name the list, and in it what is dropped: fields: [phone])",
    ]


def test_names_of_the_movement_stand_in_keys_and_values_and_what_is_absent_is_said():
    change, absent = Change(put=tree("{instruments: {$movement-paper: {exporters: [$exporter], places: [$where]}}}")).named({"movement": "m", "exporter": "e"})
    assert plain(change.put) == {"instruments": {"m-paper": {"exporters": ["e"], "places": ["$where"]}}}
    assert absent == {"where"}
