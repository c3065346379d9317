"""Words that ask for the identity of a person (R-145, R-146).

Names, identity-card numbers, telephone numbers, addresses and hospital numbers have no place in
a form, whatever the reason. Initials and a full date of birth need a recorded justification.
"""

from __future__ import annotations

import re
from typing import Any

PEOPLE = (
    r"(?:patient|subject|participant|child|guardian|parent|mother|father|family|full|first|last"
    r"|given)"
)
NEVER_WORDS = {
    "a name": rf"\b{PEOPLE}(?:'s)? ?name\b|\bsurname\b|^name$|姓名|监护人名|患者名",
    "an identity card number": r"\bidentity card|\bid card|\bpassport"
    r"|身份证|护照|社保号|医保卡号",
    "a telephone number": r"\b(?:tele)?phone number|\bmobile (?:number|phone)"
    r"|^(?:tele|cell )?phone$|电话号码|手机|联系电话|联系方式|^电话$",
    "an address": r"\b(?:home|postal|mailing|street|e-?mail) address|^address$"
    r"|住址|家庭地址|通讯地址|联系地址|^地址$|邮箱|电子邮件|微信号",
    "a hospital number": r"\b(?:hospital|medical record|inpatient|outpatient) (?:number|no\b)"
    r"|\bMRN\b|住院号|病案号|门诊号|病历号|就诊卡号",
}
NEVER = {what: re.compile(words, re.IGNORECASE) for what, words in NEVER_WORDS.items()}
NEVER_OIDS = {
    "a name": {"name", "ptname", "patname", "subjname", "surname", "fullname"},
    "an identity card number": {"idcard", "idno", "passport", "sfz"},
    "a telephone number": {"phone", "tel", "telno", "telephone", "mobile", "phoneno"},
    "an address": {"address", "addr", "homeaddr", "email", "wechat"},
    "a hospital number": {"mrn", "hospno", "hospitalno", "inpatientno", "medrecno"},
}
INITIALS = re.compile(r"\binitials\b|姓名.{0,4}缩写|拼音缩写|姓名首字母", re.IGNORECASE)
BIRTH = re.compile(
    r"\b(?:date of birth|birth ?date|birthday)\b|\bDOB\b|出生日期|出生年月日|(?<!发)生日(?!期)",
    re.IGNORECASE,
)
INITIALS_OIDS = {"initials", "initial", "inits", "subjinit", "ptinit"}
BIRTH_OIDS = {"dob", "birthdate", "birthdat", "brthdat", "brthdt", "brthdtc", "birthday"}
AMBIGUOUS = {"name", "addr", "address", "tel", "initial"}  # drug_name, initial_dose
DATES = ("date", "partial_date", "datetime")
ENTERED = ("text", "long_text", "integer", "decimal", *DATES)


def forbidden(item: Any) -> str | None:
    """What about a person the item asks for and no form may ask."""
    if item.type not in ENTERED or initials(item):
        return None
    words = _words(item.item)
    for what, pattern in NEVER.items():
        if any(pattern.search(text) for text in (item.label.en, item.label.zh)):
            return what
        if words & NEVER_OIDS[what]:
            return what
    return None


def justified(item: Any) -> str | None:
    """What about a person the item asks for that needs a justification."""
    if initials(item):
        return "initials"
    labelled = BIRTH.search(item.label.en) or BIRTH.search(item.label.zh)
    if item.type in DATES and (labelled or _words(item.item) & BIRTH_OIDS):
        return "a full date of birth"
    return None


def initials(item: Any) -> bool:
    if item.type not in ("text", "long_text"):
        return False
    labelled = INITIALS.search(item.label.en) or INITIALS.search(item.label.zh)
    return bool(labelled or _words(item.item) & INITIALS_OIDS)


def _words(oid: str) -> set[str]:
    """An OID as one word and as its parts, less parts that also name harmless things."""
    lower = oid.lower()
    return {lower, lower.replace("_", "")} | (set(lower.split("_")) - AMBIGUOUS)
