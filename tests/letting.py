"""What may cross of a table, the slow way: row by row, by the definitional judge, on worlds written as text, with persons in plain sets.

Nothing here is the gate's own: the world in which a row moves is a world file that a person could have written, in which the row's persons
are a group, what is kept of them an asset, and the movement that of the row; what was counted is looked up in a list.
"""

import calendar
import datetime as dt
import hmac
import json
import math
from dataclasses import replace
from zoneinfo import ZoneInfo

from judge import Judge
from strategies import world_of

from comity.facts.value import MAX, TRUE, UNKNOWN, Interval, OneOf, SetOf, only
from comity.gate.mac import Mac
from comity.law.condition import Counted
from comity.verdict.decide import stretches
from comity.verdict.plan import walk

PERSONS = Mac.of(bytes(range(32)), "person")  # under the key of the gates here
METRES = 110_574  # of a degree of latitude, where it is shortest


def first(window, day):
    """The first day of a window that ends on a day."""
    date = dt.date.fromordinal(day)
    match window:
        case ("year", n):
            return dt.date(date.year - n, 1, 1).toordinal()
        case ("since", n):
            return n
        case ("months", n):
            months = date.year * 12 + date.month - 1 - n
            year, month = months // 12, months % 12 + 1
            return dt.date(year, month, min(date.day, calendar.monthrange(year, month)[1])).toordinal()
    return 1


def days(instant, zones):
    """The earliest and the latest day that an instant is on: where the zones are, or anywhere."""
    utc = instant.astimezone(dt.UTC)
    told = [instant.astimezone(ZoneInfo(zone)) for zone in zones] or [utc - dt.timedelta(hours=12), utc + dt.timedelta(hours=14)]
    return min(one.date().toordinal() for one in told), max(one.date().toordinal() for one in told)


def torn(window, days, zones):
    """Whether it hangs on the zone in which window a movement counts. By months nothing can be said of a law without zones, and nothing is."""
    begins, ends = first(window, days[0]), first(window, days[1])
    return bool(zones) and days[0] != days[1] if window[0] == "months" else begins != ends or (days[0] < begins) != (days[1] < begins)


class Counting(Judge):
    """A judge of a leg that moves now: what is counted is what was moved before (`moved`), with what moves now, person by person."""

    def __init__(self, world, leg, plan, others, transfer):
        super().__init__(world, leg, plan, others)
        self.transfer = transfer

    def key(self, term):
        """Whose count the leg belongs to; None if nobody knows."""
        ends = []
        for name in term.key:
            links, _, last = name.rpartition(".") if name.endswith((".group", ".entity")) else (name, "", "id")
            ends.append(only(self.last(self.follow(self.env["leg"], links.split(".")), last)))
        return tuple(ends) if all(ends) and "!" not in ends else None

    def counted(self, term):
        """Those of the ledger and of the transfer; beside them, whom the rest of the world may move. Before the ledger began, whatever it says."""
        transfer, world, key = self.transfer, self.world, self.key(term)
        if first(term.window, transfer.day) > transfer.began:
            self.world = replace(world, closed={*world.closed, "counts"})
        lo, hi = super().counted(term)
        self.world = world
        if key is None:
            return Interval(0, MAX)
        own = len(transfer.persons(term, key))
        return Interval(max(lo, own), min(MAX, hi + own))

    def dealing(self):
        """The whole course of dealing, with the rows of other places that move now."""
        rest, self.others = self.others, self.course
        found = super().dealing()
        self.others = rest
        return found


class Transfer:
    """A table that is to move, with what moved before: (count, key, day, persons) each. `told`: the world as it is written, before it is read.

    `days`: the earliest and the latest that it may be where the law is; persons count on the latest.
    """

    def __init__(self, told, plan, movement, rows, days, began, moved):
        self.told, self.plan, self.movement, self.began, self.moved = told, plan, movement, began, moved
        self.on, self.day = "..".join(dt.date.fromordinal(day).isoformat() for day in days), days[1]
        self.table, self.rows, self.found = told["tables"]["t"], rows, {}
        self.terms = {node.name: node for node in walk(plan.conditions()) if isinstance(node, Counted)}.values()
        self.dealing = any("dealing" in repr(r.book) for r in plan.regimes)  # a ground may look at it as well as a prohibition
        self.cells = {}
        for row in rows:
            if (place := self.place(row)) and self.named(row):
                self.cells.setdefault(place, []).append(row)
        self.cells = dict(sorted(self.cells.items()))
        self.few = {}
        self.order = list(self.table["columns"])

    def place(self, row):
        """Where the person of a row is; None if it does not say so in words that are explained."""
        place = self.table["place"]
        return place["is"] if "is" in place else place["codes"].get(row[place["column"]])

    def named(self, row):
        """Does a row say who, and on which device where it should?"""
        return all(row[self.table[key]] for key in ("person", "device") if key in self.table)

    def persons(self, term, key):
        """All persons of a count under a key in its window: those who moved before, and those who move now."""
        return self.before(term.name, key) | self.brought.get((term.name, key), set())

    def here(self, place):
        """The rows of a place that are about somebody who crosses, if that place does."""
        return [row for row in self.cells[place] if place not in self.few or row[self.table["person"]] in self.few[place]]

    def form(self, chosen, column):
        """The words of the form that is chosen, and what the column then holds."""
        words, _, becomes = self.table["columns"][column].get("forms", ["keep"])[chosen[column]].partition(" as ")
        return words, becomes

    # -- the world of a row ------------------------------------------------------------------------------------------

    def group(self, place):
        """The narrowest group of the world that surely holds those of a place; nothing where they may be of another one too."""
        movement = self.told["movements"][self.movement]
        named = movement.get("population", self.told["assets"]["a0"].get("populations", []))
        groups = [self.told["populations"][n] for n in ([named] if isinstance(named, str) else named) if n in self.told["populations"]]
        inside, holding = self.plan.places.inside, []
        for one in groups:
            stated = one.get("place", "unknown")
            if stated == "unknown":
                return {}
            codes = stated.split(" | ")
            truths = {inside(place, frozenset({code})) for code in codes}
            if len(codes) > 1 and any(inside(code, frozenset(self.plan.places.ancestors(place))) for code in codes):
                return {}
            if len(codes) == 1 and truths == {UNKNOWN}:
                return {}
            holding += [one] * (truths == {TRUE} and len(codes) == 1)
        narrow = [one for one in holding if all(inside(one["place"], frozenset({other["place"]})) == TRUE for other in holding)]
        return narrow[0] if len(narrow) == 1 else {}

    def activity(self, place):
        """In whose processing those of a place are; nothing where the movement's own holds, `unknown` where nobody knows."""
        truths = {of: self.plan.places.inside(place, frozenset({of})) for of in self.table.get("activities", {})}
        if UNKNOWN in truths.values():
            return {"activity": "unknown"}
        holding = [of for of, truth in truths.items() if truth == TRUE]
        narrow = [of for of in holding if all(self.plan.places.inside(of, frozenset({other})) == TRUE for other in holding)]
        return {"activity": self.table["activities"][narrow[0]]} if narrow else {"activity": "unknown"} if holding else {}

    def fields(self, place, chosen):
        """The fields that are left of a row."""
        kept = []
        for column, told in self.table["columns"].items():
            words, becomes = self.form(chosen, column)
            if told["field"] == "none" or words == "drop":
                continue
            field = dict(next(one for one in self.told["assets"]["a0"]["fields"] if one["name"] == told["field"]))
            if becomes:
                field["kind"] = becomes
            if words.startswith("grid"):
                lines = int(words.split()[1])
                known = [abs(row["lat"]) for row in self.rows if self.place(row) == place and row["lat"] is not None] if "latitude" in self.table else []
                size = METRES / lines * math.cos(math.radians(min(90, max(known)))) if known else 0
                field["precision_m"] = f">={math.floor(max(0, size) * 100) / 100:.2f}"
            kept.append(field)
        return kept

    def world(self, place, choices):
        """The world in which the rows of one place move alone; those of other places beside them where the law looks at a whole course of dealing."""
        told = json.loads(json.dumps(self.told))
        own = told["movements"].pop(self.movement)
        own = {k: v for k, v in own.items() if k not in ("fields", "population")}
        everybody = sum(len({row[self.table["person"]] for row in self.here(one)}) for one in choices)
        for number, other in enumerate([place, *(one for one in choices if one != place and self.dealing)]):
            rows, name = self.here(other), self.movement if number == 0 else f"beside{number}"
            people = {k: v for k, v in self.group(other).items() if k not in ("devices", "apart")}
            told["populations"][f"those{number}"] = {**people, "place": other, "persons": str(len({row[self.table["person"]] for row in rows}))}
            if "device" in self.table:
                told["populations"][f"those{number}"]["devices"] = str(len({row[self.table["device"]] for row in rows} - {None, ""}))
            told["assets"][f"what{number}"] = {**told["assets"]["a0"], "populations": [f"those{number}"], "fields": self.fields(other, choices[other])}
            moving = {"asset": f"what{number}", "population": f"those{number}", "on": self.on}
            told["movements"][name] = {**own, **self.activity(other), **moving}
            for paper in told["instruments"].values():
                if "a0" in paper.get("assets", ()):
                    paper["assets"] = [f"what{number}", *paper["assets"]]
        for paper in told["instruments"].values():
            if str(paper.get("persons_max", "")).isdigit() and int(paper["persons_max"]) < everybody:
                paper["persons_max"] = "0"
        del told["tables"]
        return world_of(json.dumps(told, ensure_ascii=False).replace('"unknown"', "unknown"), self.plan)

    # -- the verdict on a row ----------------------------------------------------------------------------------------

    def permits(self, choices):
        """The places whose rows every law surely permits, if all of these move together in these forms."""
        key = tuple((place, tuple(chosen.items()), tuple(sorted(self.few.get(place, ("*",))))) for place, chosen in choices.items())
        if key not in self.found:
            self.found[key] = self.judged(choices)
        return self.found[key]

    def judged(self, choices):
        benches, self.brought, unsaid = {}, {}, set()
        for place in choices:
            world = self.world(place, choices)
            legs = [leg for one in stretches(world, self.plan) for leg in one.legs]
            ours = {self.movement} | {leg.movement for leg in legs if leg.movement.startswith("beside")}
            others, benches[place] = [], []
            others += [Judge(world, leg, self.plan, others) for leg in legs]
            rest = [one for one in others if one.leg.movement not in ours]
            for at, leg in enumerate(legs):
                if leg.movement == self.movement:
                    judge = Counting(world, leg, self.plan, rest, self)
                    judge.course = [*others[:at], judge, *others[at + 1 :]]
                    benches[place].append(judge)
                    self.bring(judge, place, unsaid)
        return {place for place, bench in benches.items() if place not in unsaid and all(map(self.allowed, bench))}

    def bring(self, judge, place, unsaid):
        """Adds the persons of a place to each count they belong to."""
        for term in self.terms:
            key, may = judge.key(term), judge.holds(term.where, UNKNOWN)
            if (
                key is None
                or (may and term.unit == "devices" and "device" not in self.table)
                or {"asset", "population"} & {k.partition(".")[0] for k in term.key}
            ):
                unsaid.add(place)
            elif may:
                column = self.table["person" if term.unit == "persons" else "device"]
                self.brought.setdefault((term.name, key), set()).update({row[column] for row in self.here(place)} - {None, ""})

    def allowed(self, judge):
        """Does every law permit the leg, at the worst, and has somebody been asked for each place that it touches?"""
        env = judge.env["leg"]
        ends = [
            (judge.follow(env, [end]).facts.get(fact)) for end, fact in (("exporter", "organised_in"), ("importer", "organised_in"), ("population", "place"))
        ]
        ends += [env.facts.get(fact) for fact in ("origin", "destination", "access_place")]
        touched = {code for end in ends for code in (end.known if isinstance(end, SetOf) else {only(end)} if isinstance(end, OneOf) else ()) if code}
        own = [regime.book.jurisdiction for regime in self.plan.regimes]
        if any(all(self.plan.places.inside(place, where) != TRUE for where in own) for place in touched):
            return False
        return all(next(judge.opinion(regime)) == 3 for regime in self.plan.regimes)

    # -- the forms of a row ------------------------------------------------------------------------------------------

    def choices(self):
        """Of each place whose rows cross the form of each column: the first that the law permits, column by column; else the last."""
        best = {place: dict.fromkeys(self.order, 0) for place in self.cells}
        if best and self.permits(best) == set(best):
            return best
        last = {c: len(told.get("forms", ["keep"])) - 1 for c, told in self.table["columns"].items()}
        able = self.permits(dict.fromkeys(self.cells, last)) if self.cells else set()
        chosen = {place: last for place in self.cells if place in able}
        for place in [one for one in self.cells if one not in able]:
            more = {**chosen, place: last}
            chosen = more if len(self.cells) > 1 and self.permits(more) == set(more) else chosen
        for place in [one for one in self.cells if one not in chosen and self.table.get("beyond_a_line")]:
            chosen = self.in_part(place, chosen, last)
        before = None
        while chosen != before:
            before = chosen
            for column in self.order:
                for form in range(last[column]):
                    waiting = {place for place, one in chosen.items() if one[column] > form}
                    tried = {place: {**one, column: form} if place in waiting else one for place, one in chosen.items()}
                    may = waiting & self.permits(tried)
                    settled = {place: tried[place] if place in may else one for place, one in chosen.items()}
                    chosen = settled if self.permits(settled) == set(settled) else chosen
        return chosen if chosen and self.permits(chosen) == set(chosen) else {}

    def in_part(self, place, chosen, last):
        """With a part of those of a place, if some may cross: first who is in each of its counts already, then in the order of their digests."""
        more = {**chosen, place: last}
        self.judged({place: last})
        persons = {row[self.table["person"]] for row in self.cells[place]}
        old = set.intersection(persons, *({one for one in persons if one in self.before(name, key)} for name, key in self.brought))
        order = sorted(persons, key=lambda one: (one not in old, PERSONS.digest(one)))
        few, beyond = 0, len(order)
        while beyond - few > 1:
            self.few[place] = set(order[: (few + beyond) // 2])
            few, beyond = ((few + beyond) // 2, beyond) if self.permits(more) == set(more) else (few, (few + beyond) // 2)
        self.few[place] = set(order[:few])
        return more if self.few[place] else chosen

    def before(self, name, key):
        """The persons of a count under a key who moved before, in the window of now."""
        (term,) = (one for one in self.terms if one.name == name)
        return {one for n, who, day, held in self.moved if (n, who) == (name, key) and day >= first(term.window, self.day) for one in held}

    def needless(self, choices):
        """Columns that cross in a later form than they need: in an earlier one, cells that take a later now may all cross too."""
        for column in self.order:
            for form in range(max((one[column] for one in choices.values()), default=0)):
                tried = {place: {**one, column: min(form, one[column])} for place, one in choices.items()}
                may = self.permits(tried)
                settled = {place: tried[place] if place in may else one for place, one in choices.items()}
                if settled != choices and self.permits(settled) == set(settled):
                    yield column, form

    def crossing(self, secret, others=None):
        """The rows that cross, each a mapping from columns to values; and which columns there are. `others`: forms that somebody else found.

        A row without columns is none, and no column holds pseudonyms beside numbers made coarse: where either would be, nothing crosses.
        """
        self.chosen = choices = self.choices() if others is None else others
        if choices:
            self.permits_again(choices)
        kept = [c for c in self.order if any(self.form(chosen, c)[0] != "drop" for chosen in choices.values())]
        text = {c for c in kept if any(self.form(chosen, c)[0] == "pseudonym" for chosen in choices.values())}
        coarse = {c for c in kept if any(self.form(chosen, c)[0].startswith("band") for chosen in choices.values())}
        if not kept or text & coarse:
            return [], []
        found = []
        for row in self.rows:
            place = self.place(row)
            if place in choices and self.named(row) and row in self.here(place):
                found.append({c: mask(row[c], self.form(choices[place], c)[0], secret, text=c in text) for c in kept})
        return found, kept

    def permits_again(self, choices):
        """Judges what is chosen anew, so that what it brings is what it brings."""
        assert self.judged(choices) == set(choices)


def mask(value, words, secret, *, text):
    """A value in a form; `text`: the column is text, because it is a pseudonym in some row."""
    word, *rest = words.split()
    if value is None or word == "drop":
        return None
    if word == "pseudonym":
        return hmac.digest(secret, str(value).encode(), "sha256").hex()[:32]
    if word == "grid":
        return math.floor(value * int(rest[0])) / int(rest[0]) + 0.0
    if word == "band":
        return value // int(rest[0]) * int(rest[0])
    if word in ("year", "month"):
        return value.replace(day=1, month=1 if word == "year" else value.month)
    return str(value) if text else value
