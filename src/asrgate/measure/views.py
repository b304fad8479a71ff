"""The views under which a run is scored side by side, from the strictest to the most forgiving.

Each tells another kind of difference apart: what disappears from one view to the next was only punctuation,
only the way in which a number is written, or only the choice between characters that sound alike.
"""

import hashlib
import re
from functools import cache

from asrgate.measure.normalisation import TEXT, Reading, Step, View
from asrgate.measure.verbalise import read_aloud

_CHINESE = re.compile("[\u3007\u3400-\u9fff]")
_FINGERPRINT_DIGITS = 12

_PROBE = (
    ("今天天气很好我们去公园", "今天，天气很好！我们去公园。"),
    ("二零二四年七月二十五日", "2024年7月25日。"),
    ("一亿零两千三百人百分之百", "1亿2300人100%"),
    ("一二三四五六七八九十", "12345678910"),
    ("我十二点用 Python 写 Code", "<|zh|>我13点用python写扣的"),
    ("在市场上买书", "再试场上买树"),
    ("I'll take twenty-one", "Ill take 21, please."),
    ("ＡＢＣ　ｄ", "abc d"),
)
"""Pairs whose views make a fingerprint: some text of every kind that a step changes."""


def _pinyin(text: str) -> str:
    # Imported here: its tables take time to load, which every command would wait for.
    from pypinyin import Style, lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)).split())


def _apart(text: str) -> str:
    return " ".join(_CHINESE.sub(r" \g<0> ", text).split())


RECEIVED = View("received", 1, ())
"""Nothing is changed: punctuation, case and spaces count as characters."""

_ALOUD = Reading("numbers in words, as the other side has them where they can be read so", read_aloud)

NUMBERS = View("numbers", 1, TEXT.steps, _ALOUD)
"""123, 一二三 and 一百二十三 are the same where a reader of one could have said the other."""

MIXED = View(
    "mixed",
    1,
    (*TEXT.steps, Step("every Chinese character a word of its own", _apart)),
    _ALOUD,
    unit="word",
)
"""The mixed error rate (MER): Chinese characters and Latin words count one each."""

PINYIN = View(
    "pinyin",
    1,
    (*TEXT.steps, Step("Chinese characters as pinyin with tones", _pinyin)),
    _ALOUD,
    unit="word",
)
"""Characters that sound alike are the same: what still differs was heard wrong, not written wrong."""

VIEWS = (RECEIVED, TEXT, NUMBERS, MIXED, PINYIN)


@cache
def fingerprint(view: View) -> str:
    """Return 12 hexadecimal digits that differ when the view gives another outcome for a fixed set of texts.

    A library that normalises may change its mind with a release: then the numbers before and after cannot be
    compared, though name and version of the view are the same.
    """
    outcome = "\n".join("\t".join(view.sides(said, heard)) for said, heard in _PROBE)
    return hashlib.sha256(f"{view.unit}\n{outcome}".encode()).hexdigest()[:_FINGERPRINT_DIGITS]
