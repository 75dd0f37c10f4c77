"""The twelve rules by hand, in plain Python, two-valued and three-valued, with rows to try them on: it judges engines.

A row is a dict of sixteen facts; a fact nobody knows is absent. A rule's answer is True, False or None (perhaps).
The policy is illustrative, not law.
"""

import math
import random

EMBARGO = frozenset("IR KP SY CU".split())  # noqa: SIM905
CONCERN = frozenset("CN HK MO RU IR KP CU VE".split())  # noqa: SIM905
EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()  # noqa: SIM905
ADEQUATE = frozenset([*"AD AR CA FO GG IL IM JP JE NZ KR CH GB UY US BR IS LI NO".split(), *EU])  # noqa: SIM905
OTHER = "IN SG AU AE ZA MX PH VN ID NG TR SA".split()  # noqa: SIM905
LINES = {"genomic": 100, "biometric": 1_000, "geolocation": 1_000, "health": 10_000, "financial": 10_000, "personal": 100_000}

CATEGORIES = ["personal", "health", "financial", "geolocation", "biometric", "genomic", "important", "technical"]
SAFEGUARDS = ["licence", "assessment", "scc", "bcr", "cert", "consent", "onward_clause"]
PURPOSES = ["contract", "hr", "emergency", "legal_claim", "marketing", "research", "analytics"]
RECIPIENTS = ["affiliate", "processor", "vendor", "government"]
EXEMPT = frozenset(["contract", "hr", "emergency", "legal_claim"])
GUARDED = frozenset(["health", "biometric", "genomic", "financial"])
RULES = [f"r{n}" for n in range(1, 13)]
FACTS = [
    "dest", "owner", "own_pct", "covered_person", "category", "n_persons", "n_sensitive", "ciio", "safeguards",
    "purpose", "anonymised", "encrypted", "retention_days", "onward", "tech_level", "recipient_type",
]  # fmt: skip

Row = dict[str, object]


def rows(count, seed=12):
    """Rows with every fact known: about one in seven is denied, and every rule fires somewhere."""
    chance = random.Random(seed)
    safe = {"licence": 0.5, "assessment": 0.6, "scc": 0.65, "bcr": 0.25, "cert": 0.3, "consent": 0.35, "onward_clause": 0.8}
    made = []
    for _ in range(count):
        group = chance.choices([sorted(ADEQUATE), OTHER, sorted(CONCERN - EMBARGO), sorted(EMBARGO)], [75, 16, 8, 1])[0]
        dest = chance.choice(group)
        anywhere = sorted(ADEQUATE | CONCERN | EMBARGO | set(OTHER))
        category = chance.choices(CATEGORIES, [45, 10, 10, 8, 4, 4, 2, 17])[0]
        made.append(
            {
                "dest": dest,
                "owner": dest if chance.random() < 0.7 else chance.choice(anywhere),
                "own_pct": chance.randint(0, 100),
                "covered_person": chance.random() < 0.01,
                "category": category,
                "n_persons": int(10 ** chance.uniform(0, 6.5)),
                "n_sensitive": 0 if chance.random() < 0.7 else int(10 ** chance.uniform(0, 5)),
                "ciio": chance.random() < 0.04,
                "safeguards": [name for name in SAFEGUARDS if chance.random() < safe[name]],
                "purpose": chance.choices(PURPOSES, [30, 15, 2, 3, 15, 10, 25])[0],
                "anonymised": chance.random() < 0.35,
                "encrypted": chance.random() < 0.9,
                "retention_days": int(10 ** chance.uniform(0, 3.3)),
                "onward": chance.random() < 0.15,
                "tech_level": chance.choices(range(6), [80, 8, 5, 3, 2, 2])[0],
                "recipient_type": chance.choices(RECIPIENTS, [40, 30, 27, 3])[0],
            }
        )
    return made


def forget(made, count=2, seed=13):
    """The same rows with some facts, chosen by chance, no longer known."""
    chance = random.Random(seed)
    return [{k: v for k, v in row.items() if k not in gone} for row in made for gone in [chance.sample(FACTS, count)]]


def fires(row, concern=CONCERN, lines=LINES):
    """Which of the twelve rules fire, every fact being known; of another edition, with other places of concern and lines."""
    dest, own_pct, category, n_persons = row["dest"], row["own_pct"], row["category"], row["n_persons"]
    safeguards, purpose, anonymised, encrypted = row["safeguards"], row["purpose"], row["anonymised"], row["encrypted"]
    n_sensitive, tech_level = row["n_sensitive"], row["tech_level"]
    concerned = dest in concern or row["covered_person"] or (row["owner"] in concern and own_pct >= 50)
    adequate = dest in ADEQUATE
    exempt = purpose in EXEMPT and not row["ciio"] and category != "important"
    unassessed = "assessment" not in safeguards
    return [
        dest in EMBARGO and not (purpose == "emergency" and tech_level == 0),
        tech_level >= 3 and concerned and "licence" not in safeguards,
        concerned and n_persons > lines.get(category, math.inf) and not (encrypted and anonymised and own_pct < 50),
        category == "genomic" and dest in concern and purpose != "emergency",
        row["recipient_type"] == "government" and not adequate and purpose != "legal_claim",
        row["ciio"] and not anonymised and unassessed,
        not anonymised and not exempt and (n_persons > 1_000_000 or n_sensitive > 10_000 or category == "important") and unassessed,
        not anonymised and not exempt and (n_persons > 100_000 or n_sensitive > 0) and unassessed and not ("scc" in safeguards or "cert" in safeguards),
        not adequate and not anonymised and not exempt and not any(s in safeguards for s in ("scc", "bcr", "cert", "consent")),
        row["onward"] and not adequate and "onward_clause" not in safeguards,
        row["retention_days"] > 365 and category in GUARDED and not encrypted,
        not encrypted and (tech_level >= 1 or not adequate) and row["recipient_type"] != "affiliate",
    ]


def _not(a):
    return None if a is None else not a


def _and(*parts):
    return False if any(p is False for p in parts) else None if any(p is None for p in parts) else True


def _or(*parts):
    return True if any(p is True for p in parts) else None if any(p is None for p in parts) else False


def might(row):
    """Which of the twelve rules fire (True), do not (False), or might (None), as far as the facts are known."""

    def has(name, test):
        return test(row[name]) if name in row else None

    dest_concern = has("dest", CONCERN.__contains__)
    adequate = has("dest", ADEQUATE.__contains__)
    owned = _and(has("owner", CONCERN.__contains__), has("own_pct", lambda v: v >= 50))
    concerned = _or(dest_concern, row.get("covered_person"), owned)
    important = has("category", lambda v: v == "important")
    exempt = _and(has("purpose", EXEMPT.__contains__), _not(row.get("ciio")), _not(important))
    emergency = has("purpose", lambda v: v == "emergency")
    anonymised, encrypted = row.get("anonymised"), row.get("encrypted")
    open_data = _and(_not(anonymised), _not(exempt))
    unassessed = has("safeguards", lambda v: "assessment" not in v)

    def lacks(*names):
        return has("safeguards", lambda v: not any(n in v for n in names))

    def above(line):
        return has("n_persons", lambda v: v > line)

    crowded = _or(*(_and(has("category", lambda v, k=k: v == k), above(line)) for k, line in LINES.items()))
    return [
        _and(has("dest", EMBARGO.__contains__), _not(_and(emergency, has("tech_level", lambda v: v == 0)))),
        _and(has("tech_level", lambda v: v >= 3), concerned, lacks("licence")),
        _and(concerned, crowded, _not(_and(encrypted, anonymised, has("own_pct", lambda v: v < 50)))),
        _and(has("category", lambda v: v == "genomic"), dest_concern, _not(emergency)),
        _and(has("recipient_type", lambda v: v == "government"), _not(adequate), has("purpose", lambda v: v != "legal_claim")),
        _and(row.get("ciio"), _not(anonymised), unassessed),
        _and(open_data, _or(above(1_000_000), has("n_sensitive", lambda v: v > 10_000), important), unassessed),
        _and(open_data, _or(above(100_000), has("n_sensitive", lambda v: v > 0)), lacks("scc", "cert", "assessment")),
        _and(_not(adequate), open_data, lacks("scc", "bcr", "cert", "consent")),
        _and(row.get("onward"), _not(adequate), lacks("onward_clause")),
        _and(has("retention_days", lambda v: v > 365), has("category", GUARDED.__contains__), _not(encrypted)),
        _and(_not(encrypted), _or(has("tech_level", lambda v: v >= 1), _not(adequate)), has("recipient_type", lambda v: v != "affiliate")),
    ]


def verdict(answers):
    """Denied if some rule fires, allowed if none can, otherwise not known."""
    return {True: "denied", None: "unknown", False: "allowed"}[_or(*answers)]
