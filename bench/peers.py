"""The twelve rules in other engines. Each takes a row, perhaps with facts missing, and says which rules fire.

An answer is True, False or None (the engine says that it cannot tell). What an engine does by itself when a fact is
missing is reported as it is: no `has()` guards are added, since writing them for every fact is what people forget.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from reference import ADEQUATE, CONCERN, EMBARGO, LINES, RULES

ENCODINGS = Path(__file__).parent / "encodings"
Judge = Callable[[dict], list]


def _rules(*, list_of, among, has, none_of, both, either, no):
    """The twelve conditions in a language of expressions, given its spellings."""
    concern, adequate = among("dest", list_of(sorted(CONCERN))), among("dest", list_of(sorted(ADEQUATE)))
    concerned = either(concern, "covered_person", both(among("owner", list_of(sorted(CONCERN))), "own_pct >= 50"))
    exempt = both(among("purpose", list_of(["contract", "hr", "emergency", "legal_claim"])), no("ciio"), 'category != "important"')
    open_data = both(no("anonymised"), no(exempt))
    crowded = either(*(both(f'category == "{kind}"', f"n_persons > {line}") for kind, line in LINES.items()))
    return [
        both(among("dest", list_of(sorted(EMBARGO))), no(both('purpose == "emergency"', "tech_level == 0"))),
        both("tech_level >= 3", concerned, no(has("licence"))),
        both(concerned, crowded, no(both("encrypted", "anonymised", "own_pct < 50"))),
        both('category == "genomic"', concern, 'purpose != "emergency"'),
        both('recipient_type == "government"', no(adequate), 'purpose != "legal_claim"'),
        both("ciio", no("anonymised"), no(has("assessment"))),
        both(open_data, either("n_persons > 1000000", "n_sensitive > 10000", 'category == "important"'), no(has("assessment"))),
        both(open_data, either("n_persons > 100000", "n_sensitive > 0"), none_of("scc", "cert", "assessment")),
        both(no(adequate), open_data, none_of("scc", "bcr", "cert", "consent")),
        both("onward", no(adequate), no(has("onward_clause"))),
        both("retention_days > 365", among("category", list_of(["health", "biometric", "genomic", "financial"])), no("encrypted")),
        both(no("encrypted"), either("tech_level >= 1", no(adequate)), 'recipient_type != "affiliate"'),
    ]


def _list(words):
    return json.dumps(list(words))


def cel() -> Judge:
    """Google's C++ runtime: an absent variable is an error, which `&&` and `||` absorb."""
    from cel_expr_python import cel as runtime

    kinds = runtime.Type
    variables = {
        "dest": kinds.STRING, "owner": kinds.STRING, "own_pct": kinds.INT, "covered_person": kinds.BOOL,
        "category": kinds.STRING, "n_persons": kinds.INT, "n_sensitive": kinds.INT, "ciio": kinds.BOOL,
        "safeguards": kinds.List(kinds.STRING), "purpose": kinds.STRING, "anonymised": kinds.BOOL,
        "encrypted": kinds.BOOL, "retention_days": kinds.INT,
        "onward": kinds.BOOL, "tech_level": kinds.INT, "recipient_type": kinds.STRING,
    }  # fmt: skip
    texts = _rules(
        list_of=_list,
        among=lambda name, words: f"({name} in {words})",
        has=lambda name: f'("{name}" in safeguards)',
        none_of=lambda *names: "(" + " && ".join(f'!("{n}" in safeguards)' for n in names) + ")",
        both=lambda *parts: "(" + " && ".join(parts) + ")",
        either=lambda *parts: "(" + " || ".join(parts) + ")",
        no=lambda part: f"!({part})",
    )
    env = runtime.NewEnv(variables=variables)
    together, apart = env.compile("[" + ", ".join(texts) + "]"), [env.compile(text) for text in texts]

    def judge(row):
        if len(row) == len(variables):
            return together.eval(data=row).plain_value()
        activation = env.Activation(row)
        values = [rule.eval(activation) for rule in apart]
        return [value.value() if value.type() == kinds.BOOL else None for value in values]

    return judge


def zen() -> Judge:
    """GoRules ZEN, compiled expressions: a missing fact is null, which most operators refuse."""
    from zen import compile_expression

    texts = _rules(
        list_of=_list,
        among=lambda name, words: f"({name} in {words})",
        has=lambda name: f'("{name}" in safeguards)',
        none_of=lambda *names: "(" + " and ".join(f'not ("{n}" in safeguards)' for n in names) + ")",
        both=lambda *parts: "(" + " and ".join(parts) + ")",
        either=lambda *parts: "(" + " or ".join(parts) + ")",
        no=lambda part: f"(not ({part}))",
    )
    together, apart = compile_expression("[" + ", ".join(texts) + "]"), [compile_expression(text) for text in texts]

    def one(rule, row):
        try:
            answer = rule.evaluate(row)
        except RuntimeError:
            return None  # it says so: that is right
        return answer

    def judge(row):
        return together.evaluate(row) if len(row) == 16 else [one(rule, row) for rule in apart]

    return judge


def rego() -> Judge:
    """Rego on regorus: a condition over a missing fact is undefined, and its rule does not fire."""
    from opa_eval import OpaEval

    engine = OpaEval(str(ENCODINGS / "policy.rego"), query="data.twelve.fired")

    def judge(row):
        fired = engine.evaluate_parsed(json.dumps(row))
        return [rule in fired for rule in RULES]

    return judge


def cedar() -> Judge:
    """Cedar: a forbid whose evaluation errs is skipped; the error is reported beside the decision."""
    from cedarpy import Entities, PolicySet, is_authorized

    concern = json.dumps(sorted(CONCERN))
    text = (ENCODINGS / "policy.cedar").read_text(encoding="utf-8")
    concerned = f"{concern}.contains(context.dest) || context.covered_person || "
    concerned += f"({concern}.contains(context.owner) && context.own_pct >= 50)"
    exempt = '["contract", "hr", "emergency", "legal_claim"].contains(context.purpose) && !context.ciio'
    exempt += ' && context.category != "important"'
    for name, value in {
        "CONCERNED": concerned,
        "[PLACES_OF_CONCERN]": concern,
        "ADEQUATE": f"{json.dumps(sorted(ADEQUATE))}.contains(context.dest)",
        "EXEMPT": exempt,
    }.items():
        text = text.replace(name, value)
    policies, nobody = PolicySet.from_str(text), Entities.from_json_str("[]")
    request = {"principal": 'P::"p"', "action": 'Action::"a"', "resource": 'R::"r"'}

    def judge(row):
        result = is_authorized({**request, "context": row}, policies, nobody)
        fired = {*result.diagnostics.id_annotations_by_reason.values()}
        return [rule in fired for rule in RULES]

    return judge


PEERS = {"cel-expr-python (CEL, C++)": cel, "zen-engine (ZEN)": zen, "opa-eval (Rego, regorus)": rego, "cedarpy (Cedar)": cedar}


def peers() -> Iterator[tuple[str, Judge | None, str]]:
    """Name, judge, and why there is none."""
    for name, make in PEERS.items():
        try:
            yield name, make(), ""
        except ImportError as fault:
            yield name, None, f"not installed: {fault.name}"
