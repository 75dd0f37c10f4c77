"""The page that checks a proof: in a real browser, from a file, with nothing asked of any network, it says what the verifier in Python says."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from chromium import Visit
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from growing import SIGNER, WITNESSES, Log

from comity.ledger import entry, merkle, verify_offline
from comity.ledger import policy as policies
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import WitnessKey, message
from comity.ledger.note import Key, NoteError, Signature, base64_of
from comity.ledger.proof import Proof
from comity.text.source import Mistakes

PAGE = Path(__file__).parents[2] / "src/comity/web/proof.html"
SHOWN = Path(__file__).parents[2] / "build/pages"
ANN, BEN, CAT = WITNESSES[:3]
MANY = 1_000
LOG = Log(300)
HEADLINE = {"en": {"proved": "Proved", "refused": "Refused", "open": "Not proved"}, "zh": {"proved": "已证明", "refused": "不予认可", "open": "未能证明"}}


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    made = opened(browser)
    yield made
    assert made.elsewhere == []
    assert made.told == []
    made.close()


def opened(browser: Any, lang: str = "en", before: str = "", **how: Any) -> Visit:
    """The page as somebody has it who saved it, without a network."""
    made = Visit(browser, PAGE.as_uri(), **{"viewport": {"width": 1000, "height": 900}, **how})
    made.context.set_offline(True)
    made.context.add_init_script(before)
    made.page.goto(f"{PAGE.as_uri()}?lang={lang}")
    return made


# ---- It agrees with the verifier in Python ----

Question = tuple[bytes, str, list[str], int, bytes | None]
"""A bundle, the log's key, keys of witnesses, how many must vouch, the entry where it is given."""


def bundle(chance: random.Random) -> Question:
    """A bundle that holds, of one of some sizes, with witnesses enough; the entry beside it or in it."""
    size = chance.choice([1, 2, 3, 7, 8, 100, 255, 256, 257, 300])
    index, brought = chance.randrange(size), chance.random() < 0.8
    signed, asked = chance.choice([([], []), ([ANN], [ANN]), ([ANN, BEN], [ANN, BEN]), ([BEN, CAT], [ANN, BEN, CAT])])
    quorum = min(len(signed), len(asked), chance.randint(1, 2)) if asked else 0
    proof = LOG.prove(index, size, witnesses=signed)
    raw = str(proof if brought else Proof(proof.index, proof.path, proof.checkpoint)).encode()
    return raw, str(SIGNER.key), [str(one.key) for one in asked], quorum, None if brought else LOG.entries[index]


def policy(log: str, witnesses: list[str], quorum: int) -> str:
    """The same question as the page is asked it."""
    lines = [f"log {log}", *(f"witness w{n} {key}" for n, key in enumerate(witnesses))]
    names = " ".join(f"w{n}" for n in range(len(witnesses)))
    return "\n".join([*lines, *([f"group g {quorum} {names}", "quorum g"] if witnesses else ["quorum none"])])


def of_python(question: Question) -> tuple[str, str]:
    """What the verifier in Python says of it, and which check it says it of."""
    raw, log, witnesses, quorum, given = question
    try:
        keys = verify_offline.keys_of(log, witnesses, quorum)
    except ValueError:
        return "open", "trust"
    try:
        read = verify_offline.bundle_of(raw)
        if given is None and not read.extra:
            return "open", "entry"
        verify_offline.verify(read, read.extra if given is None else given, *keys, quorum)
    except verify_offline.RefusedError as refused:
        return "refused", next((check for told, check in REFUSALS.items() if re.search(told, str(refused))), "form")
    return "proved", ""


REFUSALS = {
    rf"signature of '{SIGNER.name}'|a checkpoint of |did not sign": "log",
    "signature of 'witness|a cosignature of": "witness",
    "witnesses vouch": "quorum",
    "no entry|path is too|not in this log": "inclusion",
}


def flip(raw: bytes, at: int, chance: random.Random) -> bytes:
    """The bytes with one bit of one of them changed."""
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def within(pattern: bytes) -> Callable[[Question, random.Random], Question]:
    """Changes a byte of what a pattern finds: another letter of base 64, another digit, or any bit."""

    def change(question: Question, chance: random.Random) -> Question:
        raw, *rest = question
        found = chance.choice(list(re.finditer(pattern, raw, re.MULTILINE)) or [re.match(rb"(.)", raw)])
        at = chance.randrange(*found.span(1))
        letters = b"ABCDEFGHabcdefgh01234567+/" if not raw[at : at + 1].isdigit() or chance.random() < 0.5 else b"0123456789"
        changed = raw[:at] + bytes([chance.choice(letters)]) + raw[at + 1 :] if chance.random() < 0.8 else flip(raw, at, chance)
        return changed, *rest

    return change


def lines(act: Callable[[list[bytes], random.Random], list[bytes]]) -> Callable[[Question, random.Random], Question]:
    """Changes the lines of a bundle."""
    return lambda question, chance: (b"\n".join(act(question[0].split(b"\n"), chance)), *question[1:])


def swapped(of: list[bytes], chance: random.Random) -> list[bytes]:
    """Two lines in each other's place."""
    one, other = chance.sample(range(len(of)), 2)
    of[one], of[other] = of[other], of[one]
    return of


def lost(of: list[bytes], chance: random.Random) -> list[bytes]:
    """One line fewer."""
    del of[chance.randrange(len(of))]
    return of


def doubled(of: list[bytes], chance: random.Random) -> list[bytes]:
    """One line more."""
    at = chance.randrange(len(of))
    return [*of[:at], of[at], *of[at:]]


def truncated(question: Question, chance: random.Random) -> Question:
    return question[0][: chance.randrange(len(question[0]))], *question[1:]


def anywhere(question: Question, chance: random.Random) -> Question:
    return flip(question[0], chance.randrange(len(question[0])), chance), *question[1:]


def spliced(question: Question, chance: random.Random) -> Question:
    """The beginning of one bundle and the end of another."""
    return question[0].partition(b"\n\n")[0] + b"\n\n" + bundle(chance)[0].partition(b"\n\n")[2], *question[1:]


def another_entry(question: Question, chance: random.Random) -> Question:
    return *question[:4], flip(question[4] or b"entry 7", chance.randrange(7), chance)


def another_key(question: Question, chance: random.Random) -> Question:
    """A key of somebody else's under the same name; a letter of a key changed; more witnesses asked for."""
    raw, log, witnesses, quorum, given = question
    match chance.randrange(5):
        case 0:
            return raw, str(Key(SIGNER.name, b"k" * 32)), witnesses, quorum, given
        case 1:
            return raw, str(Key("log.example/other", SIGNER.key.public)), witnesses, quorum, given
        case 2:
            at = chance.randrange(len(log))
            return raw, log[:at] + chance.choice("abcdef0123+") + log[at + 1 :], witnesses, quorum, given
        case 3:
            return raw, log, [*witnesses, str(WitnessKey(CAT.name + "x", b"w" * 32))], len(witnesses) + 1, given
        case _:
            return raw, log, [str(WitnessKey(ANN.name, b"w" * 32))], 1, given


MUTATIONS: dict[str, Callable[[Question, random.Random], Question]] = {
    "signature of the log": within(rb"^\xe2\x80\x94 log\S+ (\S+)"),
    "signature of a witness": within(rb"^\xe2\x80\x94 witness\S+ (\S+)"),
    "name of a signer": within(rb"^(\xe2\x80\x94 \S+) "),
    "hash of the path": within(rb"^([A-Za-z0-9+/]{43}=)$"),
    "index": within(rb"^index (\d+)$"),
    "size": within(rb"^(\d+)$"),
    "name of the log": within(rb"^(log\.example/ledger)$"),
    "entry": within(rb"^extra (\S+)$"),
    "entry given": another_entry,
    "keys": another_key,
    "truncated": truncated,
    "lines swapped": lines(swapped),
    "line lost": lines(lost),
    "line doubled": lines(doubled),
    "spliced": spliced,
    "any bit": anywhere,
}


def of_page(visit: Visit, questions: list[Question]) -> list[tuple[str, str]]:
    """What the page says of each, and the first check that it says it of, in the order in which Python looks."""
    told = [[raw.decode("latin-1"), policy(*keys), None if given is None else given.decode("latin-1")] for raw, *keys, given in questions]
    answers = visit.page.evaluate(
        """async (all) => {
          const bytes = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
          return Promise.all(JSON.parse(all).map(async ([raw, trust, given]) => {
            const { verdict, why } = await verify(bytes(raw), trust, given === null ? null : bytes(given));
            return verdict === "proved" ? `${verdict} ` : `${verdict} ${why[0].id}`;
          }));
        }""",
        json.dumps(told),
    )
    return [tuple(one.split(" ")) for one in answers]


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The arithmetic in plain Python does no sum twice: the same signatures come again and again."""
    for name in ("ed25519", "weak"):
        monkeypatch.setattr(verify_offline, name, cache(getattr(verify_offline, name)))


@pytest.mark.usefixtures("once")
def test_it_agrees_with_python_on_a_thousand_bundles_and_a_thousand_mutants(visit: Visit) -> None:
    chance = random.Random(6)
    good = [bundle(chance) for _ in range(MANY)]
    assert of_page(visit, good) == [of_python(one) for one in good] == [("proved", "")] * MANY
    names = [list(MUTATIONS)[n % len(MUTATIONS)] for n in range(MANY)]
    mutants = [MUTATIONS[name](bundle(chance), chance) for name in names]
    python = [of_python(one) for one in mutants]
    for name, mutant, ours, page in zip(names, mutants, python, of_page(visit, mutants), strict=True):
        if ours[0] == "open":  # Python looks no further where it cannot go on; the page does, and may find more amiss
            assert page[0] != "proved", (name, mutant, ours, page)
        else:
            assert ours == page, (name, mutant)
    refused = Counter(name for name, (verdict, _) in zip(names, python, strict=True) if verdict != "proved")
    assert set(refused) == set(MUTATIONS)
    assert {check for _, check in python} == {"", "form", "trust", "entry", "log", "witness", "quorum", "inclusion"}


POLICIES = """quorum ann | quorum none | group g any ann ben,quorum g | group g all ann ben,quorum g | group g 2 ann ben cat,quorum g
group g 1 ben cat,group h all ann g,quorum h | group g 2 ben cat,group h any ann g,quorum h | group g 3 ann ben,quorum g | group g 0 ann,quorum g
group g 01 ann,quorum g | group g any ann ann,quorum g | group g any ann nobody,quorum g | quorum nobody | quorum ann,quorum ben
group g any ann | group ann any ben,quorum ann | witness ann {dan},quorum ann | witness none {dan},quorum none | witness dan {ann},quorum dan
# ann,quorum ben | \tquorum \t ben  | quorums ben | quorum ben cat | group g any,quorum g | witness dan,quorum none | log {log},quorum none
witness dan {dan} https://dan.example,quorum dan | witness dan {dan} a b,quorum dan | log {ann},quorum none | witness dan {log},quorum dan
witness dan {own},quorum dan | log {other},quorum ann | quorum\x00 none"""


def test_it_reads_a_policy_as_the_ledger_does(visit: Visit) -> None:
    ann, ben, cat, dan = (str(one.key) for one in WITNESSES)
    named = {"log": SIGNER.key, "ann": ann, "dan": dan, "own": WitnessKey("own", SIGNER.key.public), "other": Key("other", b"o" * 32)}
    above = f"log {SIGNER.key}\nwitness ann {ann}\nwitness ben {ben}\nwitness cat {cat}\n"
    texts = [above + one.strip(" ").replace(",", "\n").format(**named) for one in re.split(r" \| |\n", POLICIES)]
    raw = str(LOG.prove(7, witnesses=[ANN, CAT]))
    note, seen = Proof.parse(raw).checkpoint, Counter[str]()
    for text in texts:
        believed = policies.read("log.policy", text.encode(), Mistakes())
        try:
            ledger = "open" if believed is None else "proved" if believed.accept(note) else ""
        except NoteError:
            ledger = "refused"
        page = visit.page.evaluate("async ([raw, text]) => (await verify(UTF8.encode(raw), text)).verdict", [raw, text])
        assert page == ledger, text
        seen[page] += 1
    assert min(seen[verdict] for verdict in ("proved", "refused", "open")) >= 3


def own_hand() -> dict[str, Question]:
    """Bundles that a log or a witness signed although they prove nothing, and what else only its spelling gives away."""
    said, sibling = b"entry", bytes(range(32))
    leaf, log = merkle.leaf(said), str(SIGNER.key)

    def made(index: int, path: list[bytes], checkpoint: Checkpoint, *more: str) -> Question:
        return (str(Proof(index, tuple(path), checkpoint.signed(SIGNER), said)) + "".join(more)).encode(), log, [], 0, None

    plain = Checkpoint(SIGNER.name, 1, leaf)
    timeless = ANN.cosign(str(plain), 1).raw[8:]
    far = 2**63
    line = f"\N{EM DASH} {ANN.name} " + base64_of(ANN.key.number + far.to_bytes(8, "big") + signing(b"\0" * 32, message(str(plain), far))) + "\n"
    late = made(0, [], plain, line)
    false = str(Signature(SIGNER.name, SIGNER.key.number, bytes(64)))
    name = made(0, [], plain)[0].decode()
    return {
        "as it should be": made(0, [], plain),
        "an index past the end": made(5, [], plain),
        "too short a path": made(0, [], Checkpoint(SIGNER.name, 2, leaf)),
        "too long a path": made(0, [sibling], Checkpoint(SIGNER.name, 1, merkle.join(sibling, leaf))),
        "another log's checkpoint": made(0, [], Checkpoint("log.example/other", 1, leaf)),
        "a false line after the true one": made(0, [], plain, false),
        "a time that is none": (late[0], log, [str(ANN.key)], 1, None),
        "a cosignature without a time": (made(0, [], plain, str(Signature(ANN.name, ANN.key.number, timeless)))[0], log, [str(ANN.key)], 1, None),
        "a count that is none": (name.replace("index 0", f"index {2**63}").encode(), log, [], 0, None),
        "a name with a space": made(0, [], plain, "\N{EM DASH} a\N{NO-BREAK SPACE}b AAAAAAA=\n"),
        "a name with another": made(0, [], plain, "\N{EM DASH} a\x85b AAAAAAA=\n"),
        "a name without one": made(0, [], plain, "\N{EM DASH} a\N{ZERO WIDTH NO-BREAK SPACE}b AAAAAAA=\n"),
        "a mark of order before it": (b"\xef\xbb\xbf" + made(0, [], plain)[0], log, [], 0, None),
    }


def signing(seed: bytes, text: bytes) -> bytes:
    """A signature that no witness of ours would make."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(text)


def test_it_agrees_on_what_was_signed_and_proves_nothing(visit: Visit) -> None:
    asked = own_hand()
    python = [of_python(one) for one in asked.values()]
    assert dict(zip(asked, of_page(visit, list(asked.values())), strict=True)) == dict(zip(asked, python, strict=True))
    assert [name for name, (verdict, _) in zip(asked, python, strict=True) if verdict == "proved"] == ["as it should be", "a name without one"]


def test_no_key_is_taken_that_is_not_one(visit: Visit) -> None:
    """Under the first anybody can sign; the second is a point in another spelling than its own; the third has another's number."""

    def vkey(public: bytes, number: str = "") -> str:
        own = sha256(b"a.example\n\x01" + public).hexdigest()[:8]
        return f"a.example+{number or own}+{base64_of(bytes([1]) + public)}"

    beyond = (verify_offline.P + 3).to_bytes(32, "little")
    texts = [vkey(bytes(32)), vkey(beyond), vkey(SIGNER.key.public, "01234567"), vkey(SIGNER.key.public)]
    mistakes = visit.page.evaluate("(texts) => Promise.all(texts.map(async (one) => (await trustOf(one)).mistakes.map(({ why }) => why.say)))", texts)
    assert mistakes == [["weak key"], ["unknown word"], ["unknown word"], []]


def test_canonical_is_said_of_one_spelling_alone(visit: Visit) -> None:
    one = ['{"a":1,"é":["x",{}]}', '{"__proto__":1}']
    none = ['{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":"\\ud800"}', '{"a":1.0}', '{"a":1e400}', "[" * 100_000, "no"]
    assert visit.page.evaluate("(texts) => texts.map((text) => canonical(text).is)", one + none) == [True] * len(one) + [False] * len(none)


# ---- What it says ----


def test_its_policy_lets_its_own_script_and_style_run_and_nothing_else() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-" in page
    assert not re.search(r"unsafe|https?://|<script .|<style .| on[a-z]+=| style=", page)


def states(visit: Visit) -> dict[str, str]:
    """Each check with its state in words, as it is shown."""
    rows = visit.page.locator("#checks h3").all_inner_texts()
    return dict(row.split(" · ") for row in rows)


def test_the_example_is_proved_line_by_line_in_both_languages(browser: Any) -> None:
    SHOWN.mkdir(parents=True, exist_ok=True)
    for lang in ("en", "zh"):
        visit = opened(browser, lang)
        visit.page.click("#example")
        visit.page.wait_for_selector("#answer:visible")
        assert visit.page.inner_text("#headline") == HEADLINE[lang]["proved"]
        assert visit.page.locator("#checks > li").count() == 9
        assert visit.violations() == []
        visit.page.screenshot(path=SHOWN / f"proof.{lang}.jpg", type="jpeg", quality=72)
        visit.page.click(f"button.language:not([value={lang}])")  # the answer stays, in the other language
        assert visit.page.inner_text("#headline") == HEADLINE["zh" if lang == "en" else "en"]["proved"]
        assert (visit.elsewhere, visit.told) == ([], [])
        visit.close()


def test_the_example_is_what_python_proves(visit: Visit) -> None:
    raw, trust = visit.page.evaluate("[EXAMPLE.bundle, EXAMPLE.trust]")
    log, *witnesses = [line.split()[-1] for line in trust.splitlines()[:3]]
    read = verify_offline.bundle_of(raw.encode())
    verify_offline.verify(read, read.extra, *verify_offline.keys_of(log, witnesses, 2), 2)
    assert entry.write(entry.read(read.extra)) == read.extra


def test_without_a_key_it_vouches_for_nothing(visit: Visit) -> None:
    visit.page.set_input_files("#file-bundle", {"name": "a.tlog-proof", "mimeType": "", "buffer": str(LOG.prove(7)).encode()})
    visit.page.wait_for_selector("#answer:visible")
    assert visit.page.inner_text("#headline") == "Not proved"
    assert "with a key that nobody vouched for" in visit.page.inner_text("#checks")
    told = states(visit)
    assert (told["Entry under the root"], told["Signature of the log"], told["Enough witnesses"]) == ("holds", "not checked", "not checked")


def test_it_says_which_check_failed_and_what_was_hashed(visit: Visit) -> None:
    raw = str(LOG.prove(7, witnesses=[ANN])).replace("index 7", "index 6")
    visit.page.evaluate("document.getElementById('paste').open = true")
    visit.page.fill("#text-bundle", raw)
    visit.page.fill("#text-trust", f"{SIGNER.key}\n{ANN.key}\n{BEN.key}")
    visit.page.wait_for_function("document.querySelectorAll('#checks [data-state=fails]').length === 2")
    told = states(visit)
    assert told == {
        "Form of the bundle": "holds",
        "Your keys": "as given",
        "The entry": "as given",
        "Entry under the root": "fails",
        "Signature of the log": "holds",
        "Witness witness.example/0": "holds",
        "Witness witness.example/1": "absent",
        "Enough witnesses": "fails",
        "Consistency with an earlier log": "not checked",
    }
    assert visit.page.inner_text("#sentence").endswith("What failed: Enough witnesses, Entry under the root.")
    assert visit.page.inner_text("#bytes > pre") == "entry 7"


def test_what_a_bundle_brings_is_text_and_shows_what_no_eye_sees(visit: Visit) -> None:
    log = Log().grow(1, said="<img src=x onerror=alert(1)>\x1b\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}")
    visit.page.set_input_files("#file-bundle", {"name": "a", "mimeType": "", "buffer": str(log.prove(0)).encode()})
    visit.page.wait_for_selector("#hashed:visible")
    assert visit.page.inner_text("#bytes > pre") == "<img src=x onerror=alert(1)>\\u{1b}\\u{202e}\\u{200b} 0"
    assert visit.page.locator("#bytes img").count() == 0


def test_mistakes_in_keys_are_told_all_at_once_and_decide_nothing(visit: Visit) -> None:
    visit.page.set_input_files("#file-bundle", {"name": "a", "mimeType": "", "buffer": str(LOG.prove(7)).encode()})
    weak = "a.example+5b3a1f08+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    visit.page.fill("#text-trust", f"log {SIGNER.key}x\nwitnes a {ANN.key}\nlog {weak}\ngroup g 1 nobody\nquorum g")
    visit.page.wait_for_selector("#checks [data-state=fails]")
    assert visit.page.locator("#checks [data-state=fails] p").count() == 5
    assert visit.page.inner_text("#headline") == "Not proved"


def test_files_are_dropped_together_and_told_apart(visit: Visit) -> None:
    proof = LOG.prove(7)
    dropped = {"proof": str(Proof(7, proof.path, proof.checkpoint)), "log.vkey": f"{SIGNER.key}\n", "entry": "entry 7"}
    visit.page.evaluate(
        """(files) => {
          const dataTransfer = new DataTransfer();
          for (const [name, text] of Object.entries(files)) dataTransfer.items.add(new File([text], name));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        }""",
        dropped,
    )
    visit.page.wait_for_selector("#answer[data-verdict=proved]")
    assert visit.page.inner_text("#took") == "Bundle: proof · Keys: log.vkey · Entry: entry"
    assert "on the log’s word alone" in visit.page.inner_text("#sentence")


# ---- Who can use it ----


def test_by_keyboard_alone(visit: Visit) -> None:
    for _ in range(8):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.id") == "example":
            break
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#answer[data-verdict=proved]")
    for _ in range(8):
        visit.page.keyboard.press("Shift+Tab")
        if visit.page.evaluate("document.activeElement.value") == "zh":
            break
    visit.page.keyboard.press("Space")
    assert visit.page.inner_text("h1") == "核验证明"
    assert visit.page.evaluate("document.documentElement.lang") == "zh-Hans"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_legible_on_a_narrow_screen_and_on_paper(browser: Any, scheme: str) -> None:
    visit = opened(browser, viewport={"width": 320, "height": 640}, color_scheme=scheme)
    visit.page.click("#example")
    visit.page.wait_for_selector("#answer:visible")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert visit.violations() == []
    visit.page.screenshot(path=SHOWN / f"proof-narrow-{scheme}.en.jpg", type="jpeg", quality=72)
    visit.page.emulate_media(media="print")
    assert not visit.page.is_visible("#text-trust")
    assert visit.page.is_visible("#checks")
    visit.close()


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("Object.defineProperty(crypto, 'subtle', {})", "insecure connection"),
        ("SubtleCrypto.prototype.importKey = () => Promise.reject()", "cannot check Ed25519"),
    ],
)
def test_a_browser_that_cannot_check_says_so(browser: Any, lacks: str, said: str) -> None:
    visit = opened(browser, before=lacks)
    visit.page.click("#example")
    visit.page.wait_for_selector("#answer[data-verdict=open]")
    assert said in visit.page.inner_text("#checks")
    visit.close()


def test_without_scripts_it_says_what_to_do(browser: Any) -> None:
    visit = opened(browser, java_script_enabled=False)
    told = visit.page.inner_text("main")
    assert "nothing was checked" in told
    assert "没有核验任何内容" in told
    assert "python verify_offline.py" in told
    assert not visit.page.is_visible("#page")
    visit.close()


def test_every_phrase_is_in_both_languages_with_the_same_names(visit: Visit) -> None:
    said = visit.page.evaluate("SAID")
    holes = {lang: {key: sorted(re.findall(r"(?<!u)\{[a-z]+\}", text)) for key, text in told.items()} for lang, told in said.items()}
    assert holes["en"] == holes["zh"]
    used = set(re.findall(r'"([a-z0-9 -]+)"', PAGE.read_text(encoding="utf-8").partition("/* ---- Reading")[2]))
    used |= set(visit.page.evaluate("[...document.querySelectorAll('[data-say]')].map(node => node.dataset.say)"))
    families = ("state ", "check ", "took ", "verdict ")
    assert [key for key in said["en"] if key not in used and not key.startswith(families) and not key.endswith(" why")] == ["document"]
