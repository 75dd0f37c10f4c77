"""The fixed phrases of the docket's pages, each in English and in Chinese, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.docket.procedure import Text
from comity.facts.value import MAX, Interval
from comity.words.words import day

DOCKET: Final[dict[str, tuple[str, str]]] = {
    "colon": (": ", "："),
    "comma": (", ", "、"),
    "clause": (", ", "，"),
    "semicolon": ("; ", "；"),
    "gap": (" ", ""),
    "and": (" and ", "和"),
    "in": ("{} ({})", "{}（{}）"),
    "nobody": ("nobody yet", "尚无"),
    "stands": ("stands at", "当前阶段"),
    "since": ("since {}", "自{}起"),
    "turn": ("whose move", "待行动方"),
    "no turn": ("nobody's: nothing has to be done", "无：无须任何一方行动"),
    "over": ("the matter is over", "事项已终结"),
    "unsettled": (
        "Nobody can say yet where it stands: '{}' hangs on working days that are not published.",
        "尚不能确定当前阶段：“{}”是否届满取决于尚未公布的工作日。",
    ),
    "parties": ("Parties", "当事方"),
    "made": ("Done", "已作出的行为"),
    "entry": ("entry {}", "条目{}"),
    "by end": ("by the end of '{}'", "因“{}”届满"),
    "clocks": ("Clocks", "期限"),
    "next": ("What can be done next", "可作出的行为"),
    "needs": ("needs", "须提交"),
    "may": ("may say", "可提交"),
    "not now": ("not now: {}", "目前不可：{}"),
    "remedies": ("Remedies", "救济途径"),
    "last day": ("until {}", "截至{}"),
    "no last day": ("no last day", "无期限"),
    "papers": ("What came of it", "所产生的文书"),
    "conditions": ("Conditions", "附加条件"),
    "met": ("met {}", "已于{}履行"),
    "open": ("to be met by {}", "须于{}前履行"),
    "every": ("every {}", "每{}"),
    "proposed": ("Proposed", "待签署"),
    "missing": ("without effect until {} has signed too", "尚待{}签署，未生效"),
    "signed": ("signed by {}", "已由{}签署"),
    "idle": ("Entries without effect", "未生效的条目"),
    "started": ("started {}", "自{}起算"),
    "counted": ("{} of {} {} counted", "已计{}／{}{}"),
    "grown": ("{} of them added", "其中延长{}"),
    "rest": ("{} days of rest passed over", "期间非工作日{}天不计"),
    "worked": ("{} make-up days counted", "含调休工作日{}天"),
    "paused": ("paused {} to {}", "{}至{}暂停计算"),
    "paused since": ("paused since {}", "自{}起暂停计算"),
    "ends": ("ends {}", "{}届满"),
    "opens": ("opens {}", "{}开始"),
    "over clock": ("over", "已届满"),
    "ends open": ("ends when the question is answered", "待补正后确定"),
    "perhaps": ("between {} and {}, provisional: its working days are published up to {} only", "{}至{}之间（暂定：工作日仅公布至{}）"),
    "perhaps unpublished": ("between {} and {}, provisional: no working days of that place are published", "{}至{}之间（暂定：当地工作日未公布）"),
    "silence to": ("silence: {}", "逾期未作出：{}"),
    "silence barred": ("then it can be done no more", "届满后不得再作出"),
    "silence none": ("silence has no effect", "逾期不产生法律效果"),
    "binds": ("binds {}", "约束{}"),
    "days": ("days", "日"),
    "workdays": ("working days", "个工作日"),
    "months": ("months", "个月"),
    "years": ("years", "年"),
    "document": ("document", "文件"),
    "text": ("text", "文字"),
    "day": ("day", "日期"),
    "until": ("day", "日期"),
    "number": ("number", "数字"),
    "scope": ("limits", "范围"),
    "condition": ("the name of a condition", "条件名称"),
    "edition": ("procedure {} of {}, edition {}", "{}程序（{}），版本 {}"),
    "overdue": ("overdue", "已逾期"),
    "perhaps overdue": ("perhaps overdue", "可能已逾期"),
    "due deadline": ("due", "应当作出"),
    "due closes": ("can be done until", "最迟可作出"),
    "due standstill": ("cannot be done until after", "此日前不得作出"),
    "due validity": ("ceases to hold", "失效"),
    "due opens": ("can be done from", "可作出自"),
    "due condition": ("condition to be met by", "条件须履行"),
    "due obligation": ("duty to be met by", "义务须履行"),
    "nothing due": ("Nothing is due.", "无到期事项。"),
    "provisional": ("provisional, until {} at the latest", "暂定，最迟{}"),
    "no matters": ("There is no matter.", "无事项。"),
}


@dataclass(frozen=True)
class Phrases:
    """How the docket says things in one language."""

    lang: str

    def text(self, key: str, *filled: object) -> str:
        """A fixed phrase, filled in."""
        return DOCKET[key][self.lang == "zh"].format(*filled)

    def said(self, text: Text | None, name: str = "") -> str:
        """What a procedure calls something."""
        return ((text.zh if self.lang == "zh" else text.en) if text else "") or name

    def called(self, text: Text, name: str) -> str:
        """The same, with its name."""
        return self.text("in", self.said(text), name)

    def within(self, what: str, more: str) -> str:
        """One with another in brackets."""
        return self.text("in", what, more)

    def days(self, span: Interval, horizon: int | None = None) -> str:
        """A day, or between which days it lies and why nobody can say."""
        if span.lo == span.hi:
            return day(span.lo)
        if span.hi >= MAX:
            return f"{day(span.lo)}.."
        ends = day(span.lo), day(span.hi)
        return self.text("perhaps unpublished", *ends) if horizon is None else self.text("perhaps", *ends, day(horizon))
