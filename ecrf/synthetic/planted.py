"""What the planted cases enter otherwise than usual, and the records that only they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from ecrf.synthetic import episodes, logs, treatment
from ecrf.synthetic.episodes import SERIOUS, SHOCK, assessed, at, report
from ecrf.synthetic.logs import Line, adverse_event
from ecrf.synthetic.person import Answers, Person

OVER = {"CRSDTEMP": "37.0", "CRSDAP": "Y", "CRSDHYP": "NONE", "CRSDO2": "RA", "CRSDGRI": "0"}
CRISIS = range(36, 36 + 8 * 12 + 1, 12)  # hours after the infusion at which it is assessed


def changed(person: Person, event: str, form: str, repeat: int) -> Answers:
    """Answers of one form that replace the usual ones."""
    change = CHANGES.get((person.case.name, form))
    return change(person, event, repeat) if change else {}


def lines(person: Person) -> list[Line]:
    """What the logs of a person tell from the infusion on, by day."""
    found = []
    if person.case.fate == "infused":
        found = episodes.of_course(person) + logs.usual(person)
    more = LINES.get(person.case.name)
    return sorted(found + (more(person) if more else []), key=lambda line: line.day)


def _minor(person: Person, *_: object) -> Answers:
    """The guardian signs, the child assents; what depends on the age is asked once it is known."""
    day = person.consent.isoformat()
    return {
        "ic_signer": "BOTH", "ic_lar_rel": "MOTHER", "ic_lar2": "Y", "ic_assent": "Y",
        "ic_assent_date": day, "ic_assent_form": "A8_12",
    }  # fmt: skip


def _delirium(_person: Person, *_: object) -> Answers:
    """Cornell scale in place of ICE; the last four items are asked the other way round."""
    calm = {f"CAPD{n}": "4" for n in (1, 2, 3, 4)} | {f"CAPD{n}": "0" for n in (5, 6, 7, 8)}
    return {"ICETOOLU": "CAPD", **calm}


def _prepubertal(person: Person, *_: object) -> Answers:
    return {"rp_fert": "PREMEN" if person.sex == "F" else "MPRE", "rp_test_done": "N"}


def _before_adults(_person: Person, *_: object) -> Answers:
    """Three adults of the level have not passed day 28 yet; the committee agreed nevertheless."""
    return {"STAGOVR": "Y", "STAGREAS": "首例儿童提前回输，安全性审查委员会批准（SRC-P01）。"}


def _lansky(_person: Person, *_: object) -> Answers:
    return {"ps_kps": "", "ps_lansky": "80"}


def _below_specification(person: Person, *_: object) -> Answers:
    """Viability under the limit; released for this subject by exception."""
    released = person.infusion - dt.timedelta(days=8)
    approvals = ("OOSPI", "OOSSPON", "OOSEC", "OOSICF")
    return {
        "MFGVIAB": "64.0", "MFGSTAT": "OOSREL", "OOSRISK": "活率低于标准，剂量足够，风险可接受。",
        **dict.fromkeys(approvals, released.isoformat()),
    }  # fmt: skip


def _part_of_the_bag(_person: Person, *_: object) -> Answers:
    """Seven tenths of the dose (part B 5.1)."""
    return {"BAG[1].BAGVOLI": "35.0", "BAG[1].BAGREAS": "输注管路堵塞，剩余产品未能输完。"}


def _wrong_bag(person: Person, event: str, repeat: int) -> Answers:
    """The bag of another subject is scanned at the bedside."""
    if event != "D0" or treatment.COI_STEPS["D0"][repeat - 1][0] != "BEDSIDE":
        return {}
    return {
        "SCANBAG": treatment.bag(person.index + 1),
        "COICOM": "袋号与受试者不符，停止回输，通知研究者和质量部门。",
    }


def _no_infusion(person: Person, *_: object) -> Answers:
    return {"PICOK": "N", "PICPOST": "床旁身份核对不符，停止回输。"}


def _in_crisis(_person: Person, event: str, _repeat: int) -> Answers:
    """The visits within the episode say what its own assessments say."""
    if event not in ("D2", "D3", "D4", "D5"):
        return {}
    return dict(SHOCK)


def _candidate(_person: Person, *_: object) -> Answers:
    return {"CAND[1].DLTAE": "{crs}", "CAND[1].DLTINV": "Y", "CAND[1].DLTCAT": "D01"}


def _crisis(person: Person) -> list[Line]:
    """Grade 3 for more than 72 hours: assessments every 12 hours, the episode and its event."""
    start = dt.datetime.combine(person.infusion, dt.time(11, 17))
    first, last = (start + dt.timedelta(hours=h) for h in (CRISIS[0], CRISIS[-1]))
    episode = {
        "CRSSTDTM": at(first), "CRSENDTM": at(last), "CRSSX": "CHILL TACH", "CRSTMAX": "39.6",
        "CRSMAXI": "3", "CRSICU": "Y", "CRSOUT": "REC", "CRSPRESD": at(first),
    }  # fmt: skip
    event = adverse_event("细胞因子释放综合征", "", first.date(), last.date(), 3) | SERIOUS | {
        "GRSYS": "ASTCT_CRS", "CTCTERM": "", "AESTTIM": f"{first:%H:%M}", "AESHOSP": "Y",
        "AESIYN": "Y", "AESICAT": "CRS", "AESILINK": "CRS-1", "AEICU": "Y",
    }  # fmt: skip
    rows = [start + dt.timedelta(hours=hours) for hours in CRISIS]
    return [
        *(assessed(at, SHOCK if at < last else OVER) for at in rows),
        Line(last.date(), "CRS", episode),
        Line(last.date(), "AE", event, "crs"),
    ]


def _undecided(person: Person) -> list[Line]:
    """Within an episode, low pressure without fever and without a drug that hides it: REVIEW."""
    start = dt.datetime.combine(person.infusion, dt.time(11, 17)) + dt.timedelta(hours=48)
    after = start + dt.timedelta(hours=6)
    low = {"CRSDHYP": "NOPRESS", "CRSDHOC": "N", "CRSDAP": "N", "CRSDGRI": "2"}
    begun = assessed(start, SHOCK | low | {"CRSDNP": "", "CRSDVASO": ""})
    unclear = assessed(after, OVER | low | {"CRSDCOM": "未用退热药物，体温正常，仍有低血压。"})
    episode = {
        "CRSSTDTM": at(start), "CRSENDTM": at(after + dt.timedelta(hours=12)),
        "CRSSX": "CHILL", "CRSTMAX": "39.2", "CRSMAXI": "2", "CRSICU": "N", "CRSOUT": "REC",
    }  # fmt: skip
    return [begun, Line(start.date(), "CRS", episode), unclear]


def _deviation(person: Person) -> list[Line]:
    """The mismatch is a major deviation; nothing was infused."""
    day = person.infusion.isoformat()
    deviation = {
        "PDDAT": day, "PDFOUND": day, "PDCAT": "IP", "PDSEV": "MAJOR", "PDSAF": "N",
        "PDTERM": "床旁核对时产品袋号与受试者不符，未回输。", "PDDATA": "Y", "PDEC": day,
        "PDCAPA": "停止回输，隔离产品，核查运输与入库记录。", "PDSIG": "{one}",
    }  # fmt: skip
    end = {
        "EOSPART": "MAIN", "EOSDAT": day, "EOSREAS": "PHYS", "EOSLAST": day, "EOSLTFU": "N",
        "EOSINV": "{one}",
    }  # fmt: skip
    return [Line(person.infusion, "PD", deviation), Line(person.infusion, "EOS", end)]


def _fatal(person: Person) -> list[Line]:
    """Pneumonia from which the person dies at month 10."""
    died = person.infusion + dt.timedelta(days=person.case.dies or 0)
    day = died.isoformat()
    fell_ill = died - dt.timedelta(days=9)
    usual = adverse_event("重症肺炎", "Lung infection", fell_ill, died, 5, related="4")
    event = usual | SERIOUS | {
        "AEOUT": "FATAL", "AEICU": "Y", "AESDTH": "Y", "AESLIFE": "Y", "AESHOSP": "Y",
    }  # fmt: skip
    death = {
        "DTHDAT": day, "DTHPLACE": "HOSPITAL", "DTHSRC": "RECORD", "DTHPRIM": "重症肺炎",
        "DTHCAT": "INF", "DTHAE": "{fatal}", "DTHAUT": "N", "DTHRELC": "4",
    }  # fmt: skip
    end = {
        "EOSPART": "MAIN", "EOSDAT": day, "EOSREAS": "DEATH", "EOSLAST": day, "EOSINV": "{one}",
    }  # fmt: skip
    return [
        Line(died, "AE", event, "fatal"),
        Line(died, "DTH", death),
        Line(died, "EOS", end),
        report(person, "fatal", event, "肺部感染加重，呼吸衰竭死亡。"),
    ]


def _second_cancer(person: Person) -> list[Line]:
    """A malignancy in year 4; the event is typed first and linked afterwards."""
    found = person.infusion + dt.timedelta(days=4 * 365)
    event = adverse_event("甲状腺乳头状癌", "", found, found, 3, related="4") | SERIOUS | {
        "CTCTERM": "Treatment related secondary malignancy", "AEONGO": "Y", "AEENDAT": "",
        "AEOUT": "NOTREC", "AESMIE": "Y", "AESIYN": "Y", "AESICAT": "SPM",
    }  # fmt: skip
    malignancy = {
        "SPMDAT": found.isoformat(), "SPMTYPE": "甲状腺乳头状癌", "SPMAE": "{cancer}",
        "SPMCELL": "N", "SPMTIS": "Y", "SPMCAR": "NEG", "SPMVCN": "0.000",
        "SPMPRIOR": "环磷酰胺累积6 g", "SPMREL": "4", "SPMOUT": "NOTREC",
    }  # fmt: skip
    told = report(person, "cancer", event, "体检发现甲状腺结节，穿刺证实。")
    return [Line(found, "AE", event, "cancer"), Line(found, "SPM", malignancy), told]


CHANGES: Mapping[tuple[str, str], Callable[[Person, str, int], Answers]] = {
    ("child", "IC"): _minor,
    ("child", "ICE"): _delirium,
    ("child", "RPC"): _prepubertal,
    ("child", "PS"): _lansky,
    ("child", "ENR"): _before_adults,
    ("released outside specification", "MFG"): _below_specification,
    ("mismatch", "COI"): _wrong_bag,
    ("under-dosed", "INF"): _part_of_the_bag,
    ("mismatch", "PIC"): _no_infusion,
    ("toxicity", "CRSD"): _in_crisis,
    ("toxicity", "DLT"): _candidate,
}
LINES: Mapping[str, Callable[[Person], list[Line]]] = {
    "toxicity": _crisis,
    "review": _undecided,
    "mismatch": _deviation,
    "death": _fatal,
    "malignancy": _second_cancer,
}
