"""Answers from the slot to the days after the cells."""

from __future__ import annotations

import datetime as dt

from ecrf.clinical import identifier
from ecrf.synthetic.course import LLOQ
from ecrf.synthetic.episodes import WELL
from ecrf.synthetic.person import LD_DAYS, Answers, Person

# The steps of custody at an event: days after the collection, at D0 after the infusion; time.
COI_STEPS = {
    "LK": (("COLLECT", 0, "12:35"), ("OUTSITE", 0, "13:10")),
    "MFG": (
        ("INMFG", 1, "09:20"), ("MFGSTART", 1, "13:00"), ("HARVEST", 11, "10:30"),
        ("CRYO", 11, "12:10"), ("RELEASE", 16, "08:40"), ("OUTMFG", 16, "10:15"),
        ("INSITE", 16, "16:50"), ("STORE", 16, "17:05"),
    ),
    "D0": (
        ("RETRIEVE", 0, "09:35"), ("THAW", 0, "09:58"), ("BEDSIDE", 0, "10:01"),
        ("INFUSED", 0, "10:22"),
    ),
}  # fmt: skip
POINTS = ("PRE", "15M", "30M", "45M", "60M", "90M", "120M", "180M", "240M")


def slot(person: Person, *_: object) -> Answers | None:
    if person.case.fate == "failure":
        return None
    return {
        "ENRDAT": person.enrolled.isoformat(), "COHORT": person.cohort,
        "DEVDELAY": "N", "DOSELVL": person.level, "STAGOVR": "N", "ENRINV": "{one}",
    }  # fmt: skip


def assessed(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "APEDAT": day.isoformat(), "CONTRA": "N", "ALLERGY": "N", "CD19EXP": "Y", "ECOG": "1",
        "SURV90": "Y", "FEBRILE": "N", "IDMDAT": person.screening.isoformat(), "IDMOK": "Y",
        "HGB": "118", "PLAT": "212", "ACCESSOK": "Y", "STERDOSE": "5.0", "APEELIG": "Y",
        "APEINV": "{one}",
    }  # fmt: skip


def collection(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "APHDAT": day.isoformat(), "APHSTTIM": "09:00", "APHENTIM": "12:20", "TNC": "9.50",
        "CD3PCT": "48.0", "DIN": f"G2025{person.index:05d}", "COIID": _identity(person.index),
        "LABELTIM": "12:35", "LABEL1": "{one}", "LABEL2": "{two}", "APHAE": "N", "APHRES": "OK",
        "APHSHIP": "C2_8", "BLDVOL": "9000", "PRODVOL": "120",
    }  # fmt: skip


def custody(person: Person, event: str, repeat: int, day: dt.date) -> Answers | None:
    steps = COI_STEPS.get(event, ())
    if repeat > len(steps):
        return None
    step, days, time = steps[repeat - 1]
    if step == "INFUSED" and person.case.fate == "stopped":
        return None
    at = (person.infusion if event == "D0" else person.collection) + dt.timedelta(days=days)
    frozen = step in ("OUTMFG", "INSITE", "STORE", "RETRIEVE")
    found = {
        "COISTEP": step, "COIDTM": f"{at.isoformat()}T{time}", "SCANCOI": _identity(person.index),
        "COIVER1": "{one}", "COIVER2": "{two}", "COITEMP": "-152.0" if frozen else "4.5",
        "COISEAL": "S1001", "COICOND": "LN2" if frozen else "C2_8", "COIINT": "Y",
        "COITMIN": "-161.0" if frozen else "3.1", "COITMAX": "-149.5" if frozen else "6.4",
    }  # fmt: skip
    if step in ("COLLECT", "BEDSIDE", "INFUSED"):
        found["SCANSUBJ"] = "{code}"
    if event == "D0" or days > 1:
        found |= {"SCANBAT": _batch(person), "SCANBAG": bag(person.index)}
    return found


def _identity(index: int) -> str:
    """A chain-of-identity number with its check character (part B 3.19)."""
    number = f"GB25{index:05d}"
    return number + identifier.check_character(number)


def _batch(person: Person) -> str:
    return f"GB25{person.index:05d}"


def bag(index: int) -> str:
    number = f"{_identity(index)}B01"
    return number + identifier.check_character(number)


def product(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    concentration = person.concentration
    return {
        "BATCHNO": _batch(person), "MFGCOI": _identity(person.index),
        "MFGSTDAT": (person.collection + dt.timedelta(days=1)).isoformat(),
        "MFGHVDAT": (person.collection + dt.timedelta(days=11)).isoformat(), "FORMUL": "CRYO",
        "VECTOR": "LV", "VECLOT": "LV2501", "TRANSEFF": "38.0", "VCN": "2.10", "MFGVIAB": "91.0",
        "CD3PUR": "97.0", "CD4PCT": "52.0", "CD8PCT": "44.0",
        "TOTVCAR": f"{concentration * 50:.1f}", "STERIL": "PASS", "MYCOPL": "PASS",
        "ENDOTX": "0.050", "RCLPROD": "PASS", "IDTEST": "PASS", "POTENCY": "PASS",
        "BEADS": "PASS", "APPEAR": "PASS", "BAGNUM": "1", "BAGS[1].BAGID": bag(person.index),
        "BAGS[1].BAGVOL": "50.0", "BAGS[1].BAGCONC": f"{concentration:.3f}",
        "EXPDAT": f"{(person.infusion + dt.timedelta(days=180)).isoformat()}T12:00",
        "MFGSTAT": "REL", "RELDAT": day.isoformat(), "RELBY": "QA",
    }  # fmt: skip


def before_depletion(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "PLDDAT": day.isoformat(), "PLDFEV": "N", "PLDINF": "N", "PLDSPO2": "98", "GILBERT": "N",
        "PLDSTER": "5.0", "PLDWT": f"{person.weight}", "PLDHT": f"{person.height}",
        "PLDDIS": "N", "PLDOK": "Y", "PLDINV": "{one}",
    }  # fmt: skip


def depletion(person: Person, event: str, repeat: int, day: dt.date) -> Answers:
    area = (person.weight * person.height / 3600) ** 0.5
    drug, dose = ("FLU", 30) if repeat == 1 else ("CY", 300)
    start = "09:00" if repeat == 1 else "10:00"
    return {
        "LDDRUG": drug, "LDPDAY": f"D{-LD_DAYS.get(event, -5)}", "LDDAT": day.isoformat(),
        "LDSTTIM": start, "LDENTIM": f"{start[:2]}:30", "LDADJM2": f"{dose}.0", "LDADJ": "NONE",
        "LDACT": f"{dose * area:.1f}", "LDROUTE": "IV", "LDLOT": "L2501", "LDINT": "N",
        "LDVER2": "{two}",
    }  # fmt: skip


def checklist(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    yes = ("PICTOCI", "PICICU", "PICACC", "PICICE", "PICOK")
    no = ("PICFEV", "PICINF", "PICO2", "PICHYPO", "PICARR", "PICNEUR", "PICORG")
    return {
        "PICDTM": f"{day.isoformat()}T08:30", "PICTEMP": "36.6", "PICSPO2": "98",
        "PICCREA": "62", "PICSTER": "5.0", "PICPREG": "Y" if person.sex == "F" else "NA",
        "PICV1": "{one}", "PICV2": "{two}", **dict.fromkeys(yes, "Y"), **dict.fromkeys(no, "N"),
    }  # fmt: skip


def infusion(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    at = day.isoformat()
    return {
        "INFDAT": at, "INFDOSLV": person.level, "INFWT": f"{person.weight}", "FORMUL": "CRYO",
        "PREMED": "Y", "PREMEDW": "对乙酰氨基酚、苯海拉明", "BAG[1].BAGID": bag(person.index),
        "BAG[1].BAGCONC": f"{person.concentration:.3f}", "BAG[1].BAGVOLN": "50.0",
        "BAG[1].BAGVOLI": "50.0", "BAG[1].BAGSTDTM": f"{at}T10:05",
        "BAG[1].BAGENDTM": f"{at}T10:21", "BAG[1].BAGTHAWD": f"{at}T09:58",
        "BAG[1].BAGTHTMP": "37.0", "BAG[1].BAGVIAB": "88.5", "BAG[1].BAGINT": "N",
        "INFREACT": "N", "INFFLUSH": "Y", "INFV1": "{one}", "INFV2": "{two}",
    }  # fmt: skip


def point(person: Person, _event: str, repeat: int, day: dt.date) -> Answers:
    name = POINTS[repeat - 1]
    minutes = -10 if name == "PRE" else int(name[:-1])
    at = dt.datetime.combine(day, dt.time(10, 5)) + dt.timedelta(minutes=minutes)
    return {"INFVTPT": name, "INFVDTM": f"{at:%Y-%m-%dT%H:%M}", "INFVO2": "RA"}


def kinetics(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    copies = person.course.copies((day - person.infusion).days)
    measurable = copies >= LLOQ
    found = {
        "KINDTM": f"{day.isoformat()}T08:00", "KINSPEC": "PB", "KINMETH": "QPCR", "KINTARG": "CAR",
        "KINREFID": f"K{person.index:03d}{event}", "KINLLOQ": "50",
        "KINBLQ": "N" if measurable else "Y",
    }  # fmt: skip
    return found | ({"KINCOPY": f"{copies:.0f}"} if measurable else {})


def ice(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    return {"ICEDTM": f"{day.isoformat()}T10:00", **WELL}


def crs(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    degrees = person.course.temperature((day - person.infusion).days)
    return {
        "CRSDDTM": f"{day.isoformat()}T10:30",
        "CRSDTEMP": f"{degrees:.1f}",
        "CRSDGRI": "1" if round(degrees, 1) >= 38 else "0",
        "CRSDFOC": "N",
        "CRSDAP": "N",
        "CRSDHYP": "NONE",
        "CRSDO2": "RA",
        "CRSDHOC": "N",
        "CRSDOOC": "N",
    }


def toxicity_window(person: Person, *_: object) -> Answers:
    return {"DLTINVSG": "{one}"}
