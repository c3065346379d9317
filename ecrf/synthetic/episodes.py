"""Cytokine release and neurotoxicity as the ward records them (part B 5.2): assessments every
twelve hours, the episode, its adverse event, its treatment, and a report when it is serious.
"""

from __future__ import annotations

import datetime as dt

from ecrf.synthetic.logs import Line, adverse_event
from ecrf.synthetic.person import Answers, Person

FEVER = {
    "CRSDFOC": "N", "CRSDAP": "N", "CRSDHYP": "NONE", "CRSDHOC": "N", "CRSDO2": "RA",
    "CRSDGRI": "1",
}  # fmt: skip
SHOCK = {
    "CRSDTEMP": "39.2", "CRSDFOC": "N", "CRSDAP": "Y", "CRSDHYP": "P1", "CRSDNP": "1",
    "CRSDVASO": "N", "CRSDHOC": "N", "CRSDO2": "RA", "CRSDGRI": "3",
}  # fmt: skip
WORST = {1: FEVER, 2: FEVER | {"CRSDHYP": "NOPRESS", "CRSDGRI": "2"}, 3: SHOCK}
SERIOUS = {"AESER": "Y"} | dict.fromkeys(
    ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"), "N"
)
REASONS = {"AESDTH": "DTH", "AESLIFE": "LIFE", "AESHOSP": "HOSP", "AESMIE": "MIE"}
# The tests of ICE that go wrong at a grade, and how the person is roused.
ICE = {
    1: {"ICENAME": "2", "ICEWRT": "0"},
    2: {"ICENAME": "1", "ICECMD": "0", "ICEWRT": "0", "ICEATT": "0"},
    3: {
        "ICEYEAR": "0", "ICEMON": "0", "ICENAME": "0", "ICECMD": "0", "ICEWRT": "0", "ICEATT": "0",
    },
}  # fmt: skip
WELL = {
    "ICEYEAR": "1", "ICEMON": "1", "ICECITY": "1", "ICEHOSP": "1", "ICENAME": "3", "ICECMD": "1",
    "ICEWRT": "1", "ICEATT": "1",
}  # fmt: skip
AROUSAL = {1: "SPONT", 2: "VOICE", 3: "TACTILE"}


def at(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def assessed(moment: dt.datetime, state: Answers) -> Line:
    return Line(moment.date(), "CRSD", {"CRSDDTM": at(moment), **state})


def of_course(person: Person) -> list[Line]:
    """What the course says and no planted case tells in its own way."""
    if person.case.crs is not None:
        return []
    return _release(person) + _neurotoxicity(person)


def _release(person: Person) -> list[Line]:
    course = person.course
    if not course.crs:
        return []
    first = dt.datetime.combine(person.infusion + dt.timedelta(days=course.onset), dt.time(8))
    end = first + dt.timedelta(days=course.lasts)
    peak = first + dt.timedelta(days=course.lasts // 2, hours=12.5)
    lines, highest = [], 38.0
    for half_day in range(2 * course.lasts):
        moment = first + dt.timedelta(hours=12 * half_day + 0.5)
        degrees = course.temperature(course.onset + half_day // 2)
        state = WORST[course.crs] if moment == peak else FEVER
        state = {"CRSDTEMP": f"{degrees:.1f}", **state}
        highest = max(highest, float(state["CRSDTEMP"]))
        lines.append(assessed(moment, state))
    episode = {
        "CRSSTDTM": at(first), "CRSENDTM": at(end), "CRSSX": "CHILL MYAL",
        "CRSTMAX": f"{highest:.1f}", "CRSMAXI": str(course.crs), "CRSPRESD": at(peak),
        "CRSICU": "Y" if course.crs == 3 else "N", "CRSOUT": "REC",
    }  # fmt: skip
    lines.append(Line(end.date(), "CRS", episode, "release"))
    event = adverse_event(
        "细胞因子释放综合征", "", first.date(), end.date(), course.crs
    ) | special("ASTCT_CRS", "CRS", "{release}", first)  # fmt: skip
    if course.crs >= 2:
        lines.append(Line(end.date(), "TOXTX", _tocilizumab(person, peak)))
    if course.crs >= 3:
        event |= SERIOUS | {"AESHOSP": "Y", "AEICU": "Y"}
    lines.append(Line(end.date(), "AE", event, "released"))
    if course.crs >= 3:
        lines.append(report(person, "released", event, "发热、低血压，用药后好转。"))
    return lines


def special(system: str, category: str, episode: str, onset: dt.datetime) -> Answers:
    """What an event of special interest says besides."""
    return {
        "GRSYS": system, "CTCTERM": "", "AESTTIM": f"{onset:%H:%M}", "AESIYN": "Y",
        "AESICAT": category, "AESILINK": episode,
    }  # fmt: skip


def _tocilizumab(person: Person, peak: dt.datetime) -> Answers:
    given = peak + dt.timedelta(minutes=30)
    return {
        "TXDRUG": "TOCI", "TXIND": "CRS", "TXEPIS": "{release}", "TXSTDTM": at(given),
        "TXENDTM": at(given + dt.timedelta(hours=1)), "TXDOSE": "8", "TXDOSU": "mg_kg",
        "TXFREQ": "ONCE", "TXROUTE": "IV", "TXGRST": str(person.course.crs), "TXRESP": "IMPROVED",
    }  # fmt: skip


def _neurotoxicity(person: Person) -> list[Line]:
    """One afternoon at its grade, over by the next morning."""
    course = person.course
    grade = course.neurotoxicity
    if not grade or person.case.name == "child":
        return []
    day = person.infusion + dt.timedelta(days=course.onset + course.confused)
    begin = dt.datetime.combine(day, dt.time(14))
    end, seen = begin + dt.timedelta(hours=18), begin + dt.timedelta(hours=1)
    score = {"ICEDTM": at(seen), "ICETOOLU": "ICE", **WELL, **ICE[grade]}
    episode = {
        "ICSTDTM": at(begin), "ICENDTM": at(end), "ICROW[1].ICROWDTM": at(seen),
        "ICROW[1].ICROWLOC": AROUSAL[grade], "ICROW[1].ICROWSZ": "NONE",
        "ICROW[1].ICROWMOT": "NONE", "ICROW[1].ICROWICP": "NONE", "ICSX": "命名困难，书写受损",
        "ICNEURO": "Y", "ICIMG": "头颅CT未见异常", "ICEEG": "未见痫样放电",
        "ICMAXI": str(grade), "ICOUT": "REC",
    }  # fmt: skip
    event = adverse_event(
        "免疫效应细胞相关神经毒性综合征", "", day, end.date(), grade
    ) | special("ASTCT_ICANS", "ICANS", "{confusion}", begin)  # fmt: skip
    lines = [
        Line(day, "ICE", score),
        Line(end.date(), "ICANS", episode, "confusion"),
    ]
    if grade < 3:
        return [*lines, Line(end.date(), "AE", event)]
    event |= SERIOUS | {"AESHOSP": "Y", "AEICU": "Y"}
    told = report(person, "confused", event, "意识水平下降，次日恢复。")
    return [*lines, Line(end.date(), "AE", event, "confused"), told]


def report(person: Person, event: str, answers: Answers, story: str) -> Line:
    """The first report of a serious adverse event, sent the morning after it was known."""
    known = dt.date.fromisoformat(answers.get("AEENDAT") or answers["AESTDAT"])
    sent = dt.datetime.combine(known, dt.time(8)) + dt.timedelta(days=1)
    reasons = [code for item, code in REASONS.items() if answers.get(item) == "Y"]
    said = {
        "SAETYPE": "INIT", "AWAREDTM": f"{known.isoformat()}T16:00", "RCVDAT": known.isoformat(),
        "RCNTDAT": known.isoformat(), "SENTDTM": at(sent), "RPTNAME": "{one}", "RPTQUAL": "1",
        "PATINI": "***", "RELHIST": "见既往史表。", "SAEEVT[1].SAEAE": f"{{{event}}}",
        "SAEEVT[1].SAETERM": answers["AETERM"], "SAEEVT[1].SAESTDAT": answers["AESTDAT"],
        "SAEEVT[1].SAEENDAT": answers["AEENDAT"], "SAEEVT[1].SAEGR": answers["AETOXGR"],
        "SAEEVT[1].SAESER": " ".join(reasons), "SAEEVT[1].SAEOUT": answers["AEOUT"],
        "SAEHADM": answers["AESTDAT"], "SAEDRUG[1].DRUG": "CART",
        "SAEDRUG[1].DRUGLOT": f"GB25{person.index:05d}",
        "SAEDRUG[1].DRUGDOSE": f"{person.dose}x10*6/kg",
        "SAEDRUG[1].DRUGST": person.infusion.isoformat(), "SAEDRUG[1].DRUGRTE": "IV",
        "SAEDRUG[1].DRUGACN": "NA", "SAECAUS[1].CAUSAE": f"{{{event}}}",
        "SAECAUS[1].CAUSDRUG": "CART", "SAECAUS[1].CAUSINV": answers["AEREL"],
        "EXPECT": "EXP", "NARR": story, "ECDTM": at(sent + dt.timedelta(hours=6)),
        "SAESIG": "{one}",
    }  # fmt: skip
    return Line(sent.date(), "SAE", said)
