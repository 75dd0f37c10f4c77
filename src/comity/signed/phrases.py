"""The fixed phrases about signed law, each in English and in Chinese, side by side: both sides of an arrangement read the same page."""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "role": ("role", "角色"),
    "version": ("version", "版本"),
    "until": ("until", "有效期至"),
    "signed by": ("signed by", "签署人"),
    "regime": ("regime", "法律"),
    "edition": ("edition", "版次"),
    "files": ("files", "文件数"),
    "parties": ("parties", "当事方"),
    "comma": (", ", "、"),
    "nobody": ("nobody", "无"),
    "none": ("-", "—"),
    "enough": ("enough", "已足数"),
    "not yet": ("not yet: {} of {}", "尚缺{}人：{}"),
    "lost": ("What '{}' says has changed: whoever signed the draft before must sign it again.", "“{}”的内容已变更：此前签署草案者须重新签署。"),
    "published": (
        "Published: {}. Its first root is {}: tell that to whoever adopts it, by another way than the files.",
        "已发布：{}。其首个根为 {}：请以文件之外的途径告知采用者。",
    ),
    "under way": (
        "Not published yet: what is under way lies in {}. Pass {} on to whoever must sign, with the folder that they sign.",
        "尚未发布：草案在 {}。请将 {} 连同所签署的文件夹交给其余须签署者。",
    ),
    "holds": (
        "All of it was signed by whoever must, and fits together. It holds until {} UTC.",
        "全部内容均由须签署者签署，且彼此相符。有效期至协调世界时{}。",
    ),
    "as it says": (
        "Under the root {}, as the repository itself says: name whom you trust with --root.",
        "所依据的根为 {}，系由该文件库自称：请以 --root 指明所信任者。",
    ),
    "gone": ("Not in it any more: {}", "其中不再包含：{}"),
    "adopted": ("adopted: entry {} of {}", "已采用：见 {1} 第{0}条"),
}
