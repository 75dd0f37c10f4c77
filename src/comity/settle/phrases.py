"""The fixed phrases of a settlement, each in English and in Chinese, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "comma": (", ", "，"),
    "and": (" and ", "和"),
    "item": (", ", "、"),
    "semicolon": ("; ", "；"),
    "gap": (" ", ""),
    "unknown": ("unknown", "未知"),
    "nothing": ("nothing", "无"),
    "none": ("No package is sure to be lawful: on what is known there is nothing to agree upon.", "没有确定合法的方案：就已知事实，无从达成协议。"),
    "lawful": ("Lawful packages: {}.", "合法方案：{}个。"),
    "more lawful": ("Lawful packages: more than {}.", "合法方案：超过{}个。"),
    "sought lawful": ("Law was asked of those packages alone that may be on the front.", "仅就可能位于前沿的方案询问法律。"),
    "sought front": (
        "Of all lawful packages, {} cannot be bettered for one party without loss to another.",
        "在全部合法方案中，{}个无法使一方更优而不使他方受损。",
    ),
    "sought front surely": (
        "Of all lawful packages, {} have no other that, whatever the worths are, is no worse for anybody, and by some of them better.",
        "在全部合法方案中，{}个不存在在任何估值下对各方均不逊、且在某些估值下更优的另一方案。",
    ),
    "ended": (
        "Time was over: each of these is on the front, but there may be more. So no bargain is marked.",
        "时间已到：以下各项均在前沿，但可能尚有其他，故未标出议价解。",
    ),
    "ended none": ("Time was over before a lawful package was found: there may be some.", "时间已到，尚未找到合法方案，但可能存在。"),
    "front": ("Of these, {} cannot be bettered for one party without loss to another.", "其中{}个，无法使一方更优而不使他方受损。"),
    "front surely": (
        "Of these, {} have no other that, whatever the worths are, is no worse for anybody, and by some of them better.",
        "其中{}个，不存在在任何估值下对各方均不逊、且在某些估值下更优的另一方案。",
    ),
    "at least": ("at least {}", "至少{}"),
    "one result": ("They all come to the same.", "结果均相同。"),
    "results": ("They come to {} different results.", "共有{}种不同结果。"),
    "robust": ("Cannot be bettered for one party without loss to another whatever the worths are: {}.", "在任何估值下均无法使一方更优而不使他方受损：{}。"),
    "robust none": ("For each there are worths by which another is better.", "每一个在某些估值下都有更优的方案。"),
    "silent": ("{} says nothing of {}: taken as worth nothing to it.", "{}未提及{}，视为对其没有价值。"),
    "has": ("{} has {}", "{}为{}"),
    "without": ("Without an agreement {}.", "不达成协议时，{}。"),
    "walks from": ("{} walks away from {}: it has {} without an agreement, and gets at most {}{}.", "{}不接受{}：不达成协议时为{}，方案中至多得{}{}。"),
    "every package": ("every package", "任何方案"),
    "where others stay": (", {} where no other walks away", "，在他方均接受时为{}"),
    "bargain": (
        "The Nash bargain, the greatest product of what each gains over having no agreement, is {}.",
        "纳什议价解，即各方相对于不达成协议之所得的乘积最大者，为{}。",
    ),
    "all walk": ("From every package somebody walks away: there is no bargain.", "任何方案均有一方不接受，不存在议价解。"),
    "bargain unknown": (
        "No bargain is marked, as it is unknown what {} would have without an agreement (walks_away).",
        "未标出议价解：{}在不达成协议时所得未知（walks_away）。",
    ),
    "bargain middle": (
        "With every worth in the middle of its range, the Nash bargain (the greatest product of what each gains over having no agreement) is {}.",
        "若各项估值均取其区间中点，纳什议价解（各方相对于不达成协议之所得的乘积最大者）为{}。",
    ),
    "bargain open": ("No bargain is marked: some worths are ranges with an open end.", "未标出议价解：部分估值的区间没有端点。"),
    "bargain nobody middle": (
        "No bargain is marked: with every worth in the middle of its range, no package is better for everybody than no agreement.",
        "未标出议价解：若各项估值均取其区间中点，没有方案使各方均优于不达成协议。",
    ),
    "bargain nobody": (
        "No bargain is marked: no package is better for everybody than no agreement; no worse for anybody: {}.",
        "未标出议价解：没有方案使各方均优于不达成协议；不劣于任何一方者：{}。",
    ),
    "Nash": ("Nash bargain", "纳什议价解"),
    "Nash middle": ("Nash bargain at the middle", "取中点的纳什议价解"),
    "walks": ("{} walks away", "{}不接受"),
    "may walk": ("{} may walk away", "{}可能不接受"),
    "robust mark": ("robust", "不受估值影响"),
    "worth": ("{} {}", "{} {}"),
    "pulls": ("pulls {}", "采取{}"),
    "gets": ("gets {} ({})", "得{}（{}）"),
    "gives": ("gives {} ({})", "予{}（{}）"),
    "either": ("gets or gives {}", "得或予{}"),
    "neither": ("neither gets nor gives", "无得无予"),
    "told": ("{} {}", "{}{}"),
    "same": ("others that come to the same: {}; they differ in {}", "结果相同的其他方案：{}个，区别在于{}"),
    "or more": ("{} or more", "{}或更多"),
    "shaped": ("shaped by {}", "所依条款：{}"),
    "not shown": ("{} more of {} are not shown.", "另有{}个（共{}个）未列出。"),
    "meanings": ("What is pulled:", "所采取的事项："),
    "package": ("package", "方案"),
    "title": ("What {} can agree upon", "{}可达成的协议"),
    "drawn front": ("Only the front is drawn.", "仅绘出前沿。"),
    "points": ("On the front: {}.", "前沿：{}个。"),
    "better": ("Than these, no other is better for one party and no worse for the rest.", "没有其他方案较之使一方更优而他方不受损。"),
    "surely better": (
        "Than these, no other is better for anybody by some worths and no worse for anybody by any.",
        "没有其他方案较之在某些估值下更优、且在任何估值下对各方均不逊。",
    ),
    "across": ("worth to {} →", "对{}的价值 →"),
    "up": ("↑ worth to {}", "↑ 对{}的价值"),
    "no agreement": ("without agreement", "不达成协议"),
    "this row": ("up in this row,", "本行向上，"),
    "this column": ("right in this column", "本列向右"),
    "key front": ("on the front, numbered as in the table", "前沿，编号与表格一致"),
    "key robust": ("on the front whatever the worths are", "无论估值为何均在前沿"),
    "key open": ("on the front for some of the worths", "仅在部分估值下在前沿"),
    "key ended": ("on the front; there may be more", "在前沿；可能尚有其他"),
    "key bargain": ("Nash bargain: the greatest product of gains", "纳什议价解：所得之乘积最大"),
    "key bargain middle": ("Nash bargain with all worths at the middle", "各项估值取中点的纳什议价解"),
    "key beside": ("lawful, but another is better", "合法，但另有更优者"),
    "key beside met": ("known to be lawful, but another is better", "已知合法，但另有更优者"),
    "key sampled": ("of {} such, {} are drawn, evenly taken", "此类共{}个，均匀取{}个绘出"),
    "key alternative": ("what a party has without an agreement", "一方不达成协议时所得"),
    "key zone": ("better for both than no agreement", "对双方均优于不达成协议"),
    "key range": ("all that it may be worth", "其可能的价值范围"),
    "key range bargain": ("all that the bargain may be worth", "议价解可能的价值范围"),
    "key missed": ("numbers left out for want of room: {}", "因位置不足未标的编号：{}个"),
}

TEXT: Final = {"en": {key: said[0] for key, said in PHRASES.items()}, "zh": {key: said[1] for key, said in PHRASES.items()}}


def listed(words: Iterable[str], lang: str) -> str:
    """Words as one reads them out: a, b and c."""
    *most, end = words
    return f"{TEXT[lang]['item'].join(most)}{TEXT[lang]['and']}{end}" if most else end
