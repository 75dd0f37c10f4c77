"""Expressions: every refusal points at its column, and any text is a tree or a refusal."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EXPRESSION

from comity.text.expression import MAX_DEPTH, MAX_LENGTH, Attr, Binary, Call, Comp, ExpressionError, Joined, Lit, Name, SetLit, Unary, read_expression


def shape(expr):
    """The tree without its places, as text."""
    match expr:
        case Name(_, id_):
            return id_
        case Attr(_, base, name):
            return f"{shape(base)}.{name}"
        case Lit(_, kind, value):
            return f"{kind} {value}"
        case SetLit(_, items):
            return "{" + " ".join(items) + "}"
        case Unary(_, part):
            return f"not[{shape(part)}]"
        case Joined(_, op, parts):
            return f"{op}[{' '.join(map(shape, parts))}]"
        case Binary(_, op, left, right):
            return f"{op}[{shape(left)} {shape(right)}]"
        case Call(_, name, args, named):
            return f"{name}({' '.join([*map(shape, args), *(f'{k}={shape(v)}' for k, v in named)])})"
        case Comp(_, name, body, loops, condition):
            where = f" if {shape(condition)}" if condition else ""
            return f"{name}({shape(body)}{''.join(f' for {v} in {shape(s)}' for v, s in loops)}{where})"
    raise TypeError(expr)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and not c", "or[a and[b not[c]]]"),
        ("(a or b) and c", "and[or[a b] c]"),
        ("not a == b", "not[==[a b]]"),
        ("a.b.c >= 1_000", ">=[a.b.c number 1000]"),
        ("x in {'a', \"b\"}", "in[x {a b}]"),
        ("x not in S", "not in[x S]"),
        ("a | b | c", "|[|[a b] c]"),
        ("n + m > 5%", ">[+[n m] number 5]"),
        ("-3 < n", "<[number -3 n]"),
        ("on >= 2026-01-31", ">=[on date 739647]"),
        ("any(f.kind == 'x' for f in fields if f.n > 1)", "any(==[f.kind code x] for f in fields if >[f.n number 1])"),
        ("all(a for x in y for z in x.w)", "all(a for x in y for z in x.w)"),
        ("counted(persons, where=a and b, key=[c, d.e], window=months(12))", "counted(persons where=and[a b] key=list(c d.e) window=months(number 12))"),
        ("a or b or c", "or[a b c]"),
        ("true and false", "and[truth True truth False]"),
    ],
)
def test_what_binds_closer(text, tree):
    """Or, and, not, comparison, union and sum, in this order; loops and calls as in Python."""
    assert shape(read_expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("a and", 5, "too early"),
        ("a b", 2, "not expected"),
        ("a == b == c", 7, "not chained"),
        ("a = b", 2, "not a comparison"),
        ("a && b", 2, "'&&' is not read"),
        ("a || b", 2, "'||'"),
        ("x in {a}", 6, "quoted words"),
        ("x in {'a' 'b'}", 10, "comma"),
        ("f(a b)", 4, "comma"),
        ("(a or b", 7, "missing at the end"),
        ("a )", 2, "not expected"),
        ("a.", 2, "name is expected"),
        ("a.1", 2, "name is expected"),
        ("'open", 0, "does not end"),
        ("а == 'x'", 0, "U+0430"),
        ("n > 2026-13-01", 4, "no day"),
        ("any(x for 1 in y)", 10, "after 'for'"),
        ("any(x for y z)", 12, "'in' is expected"),
        ("a @ b", 2, "not read"),
        ("", 0, "too early"),
        ("not", 3, "too early"),
        ("5 5", 2, "not expected"),
        ("f(k=)", 4, "not expected"),
        ("counted(persons, key=exporter)", 21, "a list in square brackets"),
        ("counted(persons, key='exporter')", 21, "a list in square brackets"),
        ("counted(persons, key=[])", 21, "one name at least"),
        ("a ; b", 2, "not read"),
        ("__import__('os').system", 16, "not expected"),
        ("a[0]", 1, "not expected"),
        ("lambda: 1", 6, "not read"),
        ("'a\\'b'", 0, "backslash"),
    ],
)
def test_every_refusal_points_at_its_column(text, column, word):
    """Where it stands, what is wrong; nothing of Python beyond the grammar."""
    with pytest.raises(ExpressionError) as raised:
        read_expression(text)
    assert raised.value.at == column
    assert word in f"{raised.value.message} {raised.value.suggestion}"


def test_length_and_depth_are_bounded():
    """A long or a deep expression is refused before it is walked."""
    with pytest.raises(ExpressionError, match="longer"):
        read_expression("a" * (MAX_LENGTH + 1))
    for text in ("(" * 2000 + "a", "not " * 900 + "a", "f(" * 1500):
        with pytest.raises(ExpressionError, match="deeper"):
            read_expression(text)
    assert read_expression("(" * (MAX_DEPTH - 2) + "a" + ")" * (MAX_DEPTH - 2)) == Name(MAX_DEPTH - 2, "a")


def test_numbers_are_exact():
    """No float on the way."""
    assert read_expression("0.1").value == Fraction(1, 10)
    assert read_expression("1e26").value == 10**26
    assert read_expression("49.9%").value == Fraction(499, 10)


@given(EXPRESSION)
def test_what_the_strategies_write_is_read(text):
    """Every random expression of these tests is one."""
    assert shape(read_expression(text))


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("abn.,()[]{}'\" =<>!|+-1%\n", max_size=60),
        st.lists(st.sampled_from(("a", "and", "or", "not", "in", "for", "if", "(", ")", "'x'", "1", ".", ",", "==", "any(", "{")), max_size=20).map(" ".join),
    )
)
def test_any_text_is_a_tree_or_a_refusal(text):
    """Never another exception; a refusal stands inside the text."""
    fault = None
    try:
        read_expression(text)
    except ExpressionError as found:
        fault = found
    assert fault is None or (0 <= fault.at <= len(text) and fault.message)
