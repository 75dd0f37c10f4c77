"""The fixed phrases of filing packs, each in English and in Chinese, side by side."""

from __future__ import annotations

from typing import Final

KINDS: Final[dict[str, tuple[str, str]]] = {
    "party": ("party", "主体"),
    "activity": ("activity", "处理活动"),
    "asset": ("asset", "资产"),
    "population": ("population", "人群"),
    "purpose": ("purpose", "目的"),
    "deal": ("deal", "交易"),
    "instrument": ("instrument", "文书"),
    "measure": ("measure", "措施"),
    "movement": ("movement", "传输"),
}
PHRASES: Final[dict[str, tuple[str, str]]] = {
    "draft": ("Draft, made from facts. No legal advice.", "依事实生成的草稿，不构成法律意见。"),
    "own layout": (
        "The official form was not read for this pack: titles, order and layout are ours. Compare it with the form before you file.",
        "本文件未对照官方表格原文制作：标题、次序与版式均为自拟。提交前请与官方表格核对。",
    ),
    "under": ("Under", "依据"),
    "movement": ("Movement", "传输"),
    "on": ("As on", "截至"),
    "matter": ("Matter", "案件"),
    "edition": ("Pack and its digest", "文件模板及其摘要"),
    "stated by": ("Facts stated by", "事实陈述人"),
    "field": ("Field", "栏目"),
    "value": ("Content", "内容"),
    "source": ("Source", "来源"),
    "not read": ("[unread]", "［未核对］"),
    "unread": ("[unread]: nobody read for this pack that the law or the form asks for it.", "［未核对］：该栏是否为法律或表格所要求，未经核对原文。"),
    "blank": ("[blank]", "［空白］"),
    "confirm": ("[to be confirmed]", "［待确认］"),
    "to do": ("What is still to be stated or confirmed", "尚待说明或确认的事项"),
    "complete": ("Nothing is blank.", "无空白栏目。"),
    "count": ("{} of {} fields are to be stated or confirmed:", "共{1}栏，其中{0}栏尚待说明或确认："),
    "written": ("written: {}", "已写入：{}"),
    "stated": ("stated", "已陈述"),
    "judged": ("judged", "由人判断"),
    "assumed": ("assumed", "假定"),
    "derived": ("follows from what is stated", "由陈述推得"),
    "docket": ("docket", "案卷"),
    "verdict": ("verdict", "裁断"),
    "said": ("said for this pack", "为本文件填写"),
    "more": ("and perhaps more", "可能还有其他"),
    "no rows": ("none", "无"),
    "holds": ("yes", "是"),
    "fails": ("no", "否"),
    "open": ("not settled", "尚不能确定"),
    "nothing bars": ("nothing", "无"),
    "nothing duties": ("nothing is owed", "无应履行的义务"),
    "nothing laws": ("none", "无"),
    "may stand": ("may stand", "可能成立"),
    "during": ("{} to {}", "{}至{}"),
    "due": ("due {}", "最迟{}"),
    "due between": ("due between {} and {}", "最迟于{}至{}之间"),
    "state met": ("met", "已履行"),
    "state owed": ("owed", "应履行"),
    "state open": ("may be owed", "可能须履行"),
    "state overdue": ("overdue", "已逾期"),
    "gap fact": ("state '{name}' ({label}) of the {kind} '{of}', {at}", "请说明{kind}“{of}”的“{name}”（{label}），{at}"),
    "gap about": ("say what the {kind} '{of}' is called, as 'about', {at}", "请以“about”写明{kind}“{of}”的名称，{at}"),
    "gap paper": (
        "state a paper under '{name}' among the instruments, or read the world with a docket (--docket)",
        "请在文书中陈述依“{name}”的文书，或连同案卷读取（--docket）",
    ),
    "gap matter": ("name the matter: --docket LEDGER --matter NAME", "请指明案件：--docket LEDGER --matter NAME"),
    "gap act": ("'{name}' has not been done in the matter '{of}'", "案件“{of}”中尚未作出“{name}”"),
    "gap limit": ("nothing is limited by '{name}' in the matter '{of}'", "案件“{of}”中未以“{name}”限定"),
    "gap clock": (
        "the clock '{name}' of the matter '{of}' has not started, or nobody can say yet when it ends",
        "案件“{of}”的期限“{name}”尚未起算，或尚不能确定届满日",
    ),
    "gap verdict": ("the law leaves it open: comity ask WORLD {name} tells what to find out", "法律结论未定：comity ask WORLD {name} 可列明须查明的事实"),
    "gap person": (
        "only a person knows it: write '{name}: ...' in a file, and name that with --says",
        "仅相关人员知悉：请在文件中写“{name}: ……”，并以 --says 指明该文件",
    ),
}


def phrase(lang: str, key: str) -> str:
    """A fixed phrase."""
    return PHRASES[key][lang == "zh"]
