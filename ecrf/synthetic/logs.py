"""Lines of the logs: history, medication, adverse events."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from ecrf.synthetic.person import Answers, Person

COLLECTED = 90  # protocol day up to which every event is collected, AE-11
LONGEST = 9  # days
MILD = 0.75  # of the background events are of grade 1
COMPLAINTS = (
    ("恶心", "Nausea"), ("头痛", "Headache"), ("疲乏", "Fatigue"), ("腹泻", "Diarrhea"),
    ("便秘", "Constipation"), ("咳嗽", "Cough"), ("失眠", "Insomnia"), ("关节痛", "Arthralgia"),
    ("肌痛", "Myalgia"), ("瘙痒", "Pruritus"), ("头晕", "Dizziness"), ("呕吐", "Vomiting"),
    ("食欲下降", "Anorexia"), ("背痛", "Back pain"), ("口干", "Dry mouth"),
)  # fmt: skip


class Line(NamedTuple):
    """A line of a log, and the day on which it is known; ``{name}`` later stands for it."""

    day: dt.date
    form: str
    answers: Answers
    name: str = ""


def history(person: Person) -> list[Line]:
    """Prior treatments, allergies and background medication."""
    start = person.consent - dt.timedelta(days=420)
    last = person.consent - dt.timedelta(days=20)
    background = {
        "CMTRT": "泼尼松", "cm_class": "GC", "cm_gc_drug": "PRED", "CMCAT": "DIS",
        "CMDOSE": "5", "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMROUTE": "ORAL",
        "CMSTDAT": start.isoformat(), "CMONGO": "Y", "cm_changed": "CONT",
    }  # fmt: skip
    pah = background | {
        "CMTRT": "西地那非", "cm_class": "PAHD", "cm_pahclass": "PDE5I", "cm_gc_drug": "",
        "CMCAT": "PAH", "CMDOSE": "20", "CMDOSFRQ": "TID",
    }  # fmt: skip
    prior = {
        "pt_class": "MMF", "pt_drug": "吗替麦考酚酯", "pt_start": start.isoformat(),
        "pt_last": last.isoformat(), "pt_ongoing": "N", "pt_remis": "N", "pt_uprot": "SAME",
        "pt_ab": "SAME", "pt_resp": "NR", "pt_source": "RECORD", "pt_stop": "INEFF",
    }  # fmt: skip
    lines = [("MH", {"mh_none": "Y"}), ("AL", {"al_any": "N"}), ("PT", prior), ("CM", background)]
    if person.cohort == "PSSPAH":
        lines.append(("CM", pah))
    return [Line(person.screening, form, answers) for form, answers in lines]


def usual(person: Person) -> list[Line]:
    """What the logs of most people tell: complaints that come and go, a decision."""
    events = _background(person)
    lines = [Line(dt.date.fromisoformat(event["AEENDAT"]), "AE", event) for event in events]
    return lines + _committee(person)


def _background(person: Person) -> list[Answers]:
    """Three to eight events of the first three months, each term once (part B 5.3)."""
    chance, last = person.chance, min(COLLECTED, (person.case.ends or COLLECTED) - LONGEST)
    events = []
    for term, english in chance.sample(COMPLAINTS, chance.randint(3, 8)):
        start = person.infusion + dt.timedelta(days=chance.randint(1, last))
        end = start + dt.timedelta(days=chance.randint(1, LONGEST))
        grade = 1 if chance.random() < MILD else 2
        events.append(adverse_event(term, english, start, end, grade, related="4"))
    return events


def adverse_event(
    term: str, english: str, start: dt.date, end: dt.date, grade: int, related: str = "2"
) -> Answers:
    """One adverse event, recovered and not serious unless said otherwise."""
    return {
        "AETERM": term, "AETERMEN": english, "GRSYS": "CTCAE5", "CTCTERM": english,
        "AESTDAT": start.isoformat(), "AESTTIM": "21:10", "AEONGO": "N",
        "AEENDAT": end.isoformat(), "AETOXGR": str(grade), "AEPRES": "N", "AESER": "N",
        "AEREL": related, "AERELLD": "4", "AERELAPH": "5", "AERELDIS": "4", "AESIYN": "N",
        "AEACN": "NA", "AECONTRT": "N", "AEICU": "N", "AEOUT": "REC",
    }  # fmt: skip


def _committee(person: Person) -> list[Line]:
    """The decision that opens the next dose level, recorded with the last subject it counted."""
    meeting = person.meeting
    if meeting is None:
        return []
    answers = {
        "SRCDAT": meeting.day.isoformat(), "SRCCUT": f"{meeting.day.isoformat()}T08:00",
        "SRCSCOPE": "POOLED", "SRCDL": meeting.reviewed, "SRCN": str(meeting.counted),
        "SRCX": "0", "SRCPEND": "0", "SRCLAST": person.infusion.isoformat(), "SRCDEC": "ESC",
        "SRCNEXT": meeting.opens, "SRCPED": "Y", "SRCMIN": f"SRC-{meeting.number:02d}",
        "SRCSIG": "{one}", "SRCSIGS": "{two}",
    }  # fmt: skip
    return [Line(meeting.day, "SRC", answers)]
