"""The second opinion, first part: records, links and rows, straight from a world; what nobody listed, and nobody."""

from dataclasses import dataclass, field

from comity.facts.leg import resolve
from comity.facts.record import Rows
from comity.facts.value import ANY_CODE, FALSE, NOTHING, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, SetOf
from comity.facts.vocabulary import PLURALS

ALL = 100 * 10**6  # of a party, in quanta of a share


@dataclass(frozen=True, eq=False)
class Thing:
    """A record or a row; of the unknown one (`?`) nothing is known, and nobody (`!`) has no facts."""

    kind: str
    id: str
    facts: dict = field(default_factory=dict)


class Records:
    """The records of a world on the days of one leg; `legs` are all the legs there are."""

    def __init__(self, world, leg, plan, legs):
        self.world, self.leg, self.plan, self.legs, self.settled, self.counts = world, leg, plan, legs, {}, {}
        self.things = {k: {n: Thing(k, n, {f: resolve(v, leg.days) for f, v in r.facts.items()}) for n, r in world[k].items()} for k in PLURALS}
        self.env = {"leg": Thing("movement", leg.movement, leg.facts)}

    def fact(self, kind, name):
        owner, _, rows = kind.removeprefix("rows:").partition("/")
        facts = self.plan.vocabulary.kinds[owner]
        return (facts[rows].columns if rows else facts)[name]

    def record(self, kind, name):
        return self.things[kind][name]

    def value(self, thing, name):
        if name.startswith("@"):
            if thing.id in "?!":
                return ANY_CODE if thing.id == "?" else NOTHING
            return {"@id": lambda t: OneOf(frozenset({t.id})), "@entity": self.entity, "@group": self.group}[name](thing)
        fact = self.fact(thing.kind, name)
        if thing.id == "!":
            return {"bool": FALSE, "number": NOWHERE, "date": NOWHERE}.get(fact.type, NOTHING)
        return fact.anything if thing.id == "?" else thing.facts.get(name, fact.unknown)

    def follow(self, thing, link):
        kind = self.fact(thing.kind, link).to
        match thing.facts.get(link, ANY_CODE) if thing.id != "!" else OneOf(frozenset()):
            case OneOf(members) if members is not None and len(members) <= 1:
                return self.record(kind, *members) if members else Thing(kind, "!")
        return Thing(kind, "?")

    def at(self, root, links, env):
        thing = env[root]
        for link in links:
            thing = self.follow(thing, link)
        return thing

    def entity(self, party, seen=()):
        """A branch is the entity it is part of."""
        parent = self.follow(party, "part_of")
        if parent.id == "!":
            return OneOf(frozenset({party.id}))
        return ANY_CODE if parent.id == "?" or parent.id in seen else self.entity(parent, (*seen, party.id))

    def group(self, party, seen=()):
        """The group as stated, or that of the majority owner, or the party itself where there surely is none."""
        owners = party.facts.get("owners", Rows((), open=True))
        if party.id == "?" or party.id in seen or isinstance(party.facts.get("group"), OneOf):
            return party.facts.get("group", ANY_CODE)
        shares = [(row, row.get("share", Interval(0, ALL))) for row in owners.rows]
        for row, share in shares:
            if share.hi > ALL // 2:
                owner = self.follow(Thing("rows:party/owners", "row", row), "party")
                return self.group(owner, (*seen, party.id)) if share.lo > ALL // 2 and owner.id != "!" else ANY_CODE
        undisclosed = owners.open and sum(max(0, share.lo) for _, share in shares) < ALL // 2
        return ANY_CODE if undisclosed else OneOf(frozenset({party.id}))

    def rows(self, over, env):
        """The rows of a relation, each with how surely it is there; the unlisted one (`?`) stands for any number."""
        thing = self.at(over.root, over.links, env)
        if thing.kind == "movement" and over.source in ("dealing", "concerning", "measures"):
            return self.leg_rows(thing, over.source)
        if thing.id == "!":
            return []
        fact, found = self.fact(thing.kind, over.source), thing.facts.get(over.source)
        if fact.type == "links":
            found = found if isinstance(found, SetOf) else SetOf(frozenset(), None)
            listed, open_ = [self.record(fact.to, name) for name in sorted(found.known)], not found.closed
        else:
            found = found if isinstance(found, Rows) else Rows((), open=True)
            listed, open_ = [Thing(over.kind, f"{thing.id}/{i}", row) for i, row in enumerate(found.rows)], found.open
        return [(row, TRUE) for row in listed] + [(Thing(over.kind, "?"), UNKNOWN)] * open_

    def leg_rows(self, leg, source):
        if source != "dealing":
            kind = {"concerning": "instrument", "measures": "measure"}[source]
            unlisted = [(Thing(kind, "?"), UNKNOWN)] * (f"{kind}s" not in self.world.closed)
            return [(row, TRUE) for row in self.things[kind].values()] + unlisted
        found, perhaps = {}, False
        for other in self.legs:
            if (same := self.course(leg, other)) == TRUE:
                found.setdefault((other.movement, other.part), (Thing("movement", other.movement, other.facts), TRUE))
            perhaps |= same == UNKNOWN
        return [*found.values()] + [(Thing("movement", "?"), UNKNOWN)] * perhaps

    def course(self, leg, other):
        """The same exporter and importer, or parties of their groups."""
        if other.facts is leg.facts:
            return TRUE
        ends = [(self.follow(leg, s), self.follow(Thing("movement", "", other.facts), s)) for s in ("exporter", "importer")]
        return min(self.same(a, b) | self.related(self.value(a, "@group"), "in", self.value(b, "@group"), None) for a, b in ends)

    @staticmethod
    def same(one, other):
        return UNKNOWN if "?" in (one.id, other.id) else TRUE if one.id == other.id else FALSE
