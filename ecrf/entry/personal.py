"""Free text that looks as if it named a person (R-147). Warned about, never refused.

Full-width characters are read as the narrow ones. What is found is named, never repeated: the
warning goes into queries and the audit trail.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from ecrf.definition.model import Text

_WORD = r"[0-9A-Za-z]"
_CARD = re.compile(rf"(?<!{_WORD})(\d{{6}})[ -]?(\d{{8}})[ -]?(\d{{3}}[\dXx])(?!{_WORD})")
_MOBILE = re.compile(
    rf"(?<!{_WORD})(?<!\d[.-])(?:(?:\+|00)?86[ -]?)?"
    rf"1[3-9]\d([ -]?)\d{{4}}\1\d{{4}}(?!{_WORD})(?![.-]\d)"
)
_NAME = re.compile(
    r"姓名 ?[:=]? ?(?![不未已略核保隐缺无与及]|一致)[\u4e00-\u9fff]{2}"
    r"|(?:患者|病人|受试者) ?[:=] ?[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|\b(?:patient|subject|participant|full|first|last|family|given)(?:'s)? name ?[:=] ?[^\W\d]"
    r"|^name ?[:=] ?[^\W\d]",
    re.IGNORECASE | re.MULTILINE,
)
_HOSPITAL = re.compile(
    r"(?:住院号|病案号|门诊号|病历号|就诊卡号|\bMRN\b"
    r"|\b(?:hospital|medical record) (?:no\.?|number))"
    r" ?[:=#]? ?[A-Z]{0,3}\d{4}",
    re.IGNORECASE,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 4.2.2
_MARKS = "10X98765432"

CARD = Text(en="an identity card number", zh="身份证号码")
MOBILE = Text(en="a mobile number", zh="手机号码")
NAME = Text(en="a name", zh="姓名")
HOSPITAL = Text(en="a hospital number", zh="医院就诊号码")


def resembles(text: str, plain_number: bool = False) -> Text | None:
    """What about a person the text seems to hold, or None.

    ``plain_number``: the text is the number of a thing; only its length is like a mobile number's.
    """
    folded = unicodedata.normalize("NFKC", text)
    if any(_is_card("".join(found.groups())) for found in _CARD.finditer(folded)):
        return CARD
    for pattern, what in ((_MOBILE, MOBILE), (_NAME, NAME), (_HOSPITAL, HOSPITAL)):
        if pattern.search(folded) and not (plain_number and what is MOBILE):
            return what
    return None


def _is_card(digits: str) -> bool:
    """Whether date of birth and check digit (GB 11643-1999, ISO 7064 MOD 11-2) agree."""
    try:
        born = dt.datetime.strptime(digits[6:14], "%Y%m%d")
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return born.year >= 1900 and _MARKS[total % 11] == digits[17].upper()
