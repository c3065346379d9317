"""The laboratory terms of CTCAE v5.0 (NCI, 27 November 2017) as data (part B 3.7).

A grade is written as the condition that reaches it, ``grade condition``, the conditions of a term
divided by ``|``. A condition compares the result with a number in the unit of the term or with
a multiple of

    LLN, ULN   the limits of normal, and ``over ULN`` a distance above the upper one
    BL         the baseline, and ``over BL``, ``under BL`` a distance from it
    TOP        the higher of ULN and baseline

``if symptoms``: only with symptoms or an intervention. The grade is the worst one reached, so a
value equal to a boundary written with < or > belongs to the milder grade.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One term. ``when`` limits it: ``BL normal``, ``BL abnormal``, ``warfarin``, ``child`` ..."""

    analyte: str
    direction: str  # L low, H high
    en: str
    zh: str
    unit: str  # UCUM; empty where only multiples of a limit count
    grades: str
    when: str = ""


LIVER = "1 >1 ULN | 2 >3 ULN | 3 >5 ULN | 4 >20 ULN"
LIVER_BL = "1 >=1.5 BL | 2 >3 BL | 3 >5 BL | 4 >20 BL"
BILIARY = "1 >1 ULN | 2 >2.5 ULN | 3 >5 ULN | 4 >20 ULN"
BILIARY_BL = "1 >=2.0 BL | 2 >2.5 BL | 3 >5 BL | 4 >20 BL"
PANCREAS = "1 >1 ULN | 2 >1.5 ULN | 3 >2 ULN if symptoms | 3 >5 ULN | 4 >5 ULN if symptoms"
ALT = ("ALT", "H", "Alanine aminotransferase increased", "丙氨酸氨基转移酶升高", "")
AST = ("AST", "H", "Aspartate aminotransferase increased", "天冬氨酸氨基转移酶升高", "")
ALP = ("ALP", "H", "Alkaline phosphatase increased", "碱性磷酸酶升高", "")
GGT = ("GGT", "H", "GGT increased", "γ-谷氨酰转移酶升高", "")
BILI = ("BILI", "H", "Blood bilirubin increased", "血胆红素升高", "")
INR = ("INR", "H", "INR increased", "国际标准化比值升高", "")
FIBRINO = ("FIBRINO", "L", "Fibrinogen decreased", "纤维蛋白原降低", "g/L")

TABLE = (
    # Haematology
    Row("NEUT", "L", "Neutrophil count decreased", "中性粒细胞计数降低", "10*9/L",
        "1 <1 LLN | 2 <1.5 | 3 <1.0 | 4 <0.5"),
    Row("WBC", "L", "White blood cell decreased", "白细胞计数降低", "10*9/L",
        "1 <1 LLN | 2 <3.0 | 3 <2.0 | 4 <1.0"),
    Row("WBC", "H", "Leukocytosis", "白细胞增多", "10*9/L", "3 >100"),
    Row("LYM", "L", "Lymphocyte count decreased", "淋巴细胞计数降低", "10*9/L",
        "1 <1 LLN | 2 <0.8 | 3 <0.5 | 4 <0.2"),
    Row("LYM", "H", "Lymphocyte count increased", "淋巴细胞计数升高", "10*9/L", "2 >4 | 3 >20"),
    # The term is written in 10*9/L; flow cytometry reports cells per microlitre.
    Row("CD4A", "L", "CD4 lymphocytes decreased", "CD4淋巴细胞减少", "/uL",
        "1 <1 LLN | 2 <500 | 3 <200 | 4 <50"),
    Row("PLAT", "L", "Platelet count decreased", "血小板计数降低", "10*9/L",
        "1 <1 LLN | 2 <75 | 3 <50 | 4 <25"),
    Row("HGB", "L", "Anemia", "贫血", "g/L", "1 <1 LLN | 2 <100 | 3 <80"),
    Row("HGB", "H", "Hemoglobin increased", "血红蛋白升高", "g/L",
        "1 >0 over ULN | 2 >20 over ULN | 3 >40 over ULN"),
    # Liver, pancreas, muscle
    Row(*ALT, LIVER, "BL normal"),
    Row(*ALT, LIVER_BL, "BL abnormal"),
    Row(*AST, LIVER, "BL normal"),
    Row(*AST, LIVER_BL, "BL abnormal"),
    Row(*ALP, BILIARY, "BL normal"),
    Row(*ALP, BILIARY_BL, "BL abnormal"),
    Row(*GGT, BILIARY, "BL normal"),
    Row(*GGT, BILIARY_BL, "BL abnormal"),
    Row(*BILI, "1 >1 ULN | 2 >1.5 ULN | 3 >3 ULN | 4 >10 ULN", "BL normal"),
    Row(*BILI, "1 >1 BL | 2 >1.5 BL | 3 >3 BL | 4 >10 BL", "BL abnormal"),
    Row("LIPASET", "H", "Lipase increased", "脂肪酶升高", "", PANCREAS),
    Row("AMYLASE", "H", "Serum amylase increased", "血清淀粉酶升高", "", PANCREAS),
    Row("CK", "H", "CPK increased", "肌酸激酶升高", "",
        "1 >1 ULN | 2 >2.5 ULN | 3 >5 ULN | 4 >10 ULN"),
    Row("LDH", "H", "Blood lactate dehydrogenase increased", "血乳酸脱氢酶升高", "", "1 >1 ULN"),
    Row("ALB", "L", "Hypoalbuminemia", "低白蛋白血症", "g/L", "1 <1 LLN | 2 <30 | 3 <20"),
    # Kidney
    Row("CREAT", "H", "Creatinine increased", "肌酐升高", "",
        "1 >1 ULN | 2 >1.5 ULN | 2 >1.5 BL | 3 >3 ULN | 3 >3 BL | 4 >6 ULN"),
    Row("EGFR", "L", "Chronic kidney disease", "慢性肾脏病", "mL/min/{1.73_m2}",
        "1 <1 LLN | 2 <60 | 3 <30 | 4 <15"),
    Row("UPROT24", "H", "Proteinuria", "蛋白尿", "g/d", "1 >=1 ULN | 2 >=1.0 | 3 >=3.5",
        "adult"),
    Row("UPCR", "H", "Proteinuria", "蛋白尿", "g/g", "2 >=0.5 | 3 >1.9", "child"),
    # Coagulation
    Row(*INR, "1 >1.2 | 2 >1.5 | 3 >2.5", "no warfarin"),
    Row(*INR, "1 >1 BL | 2 >1.5 BL | 3 >2.5 BL", "warfarin"),
    Row("APTT", "H", "Activated partial thromboplastin time prolonged", "活化部分凝血活酶时间延长",
        "", "1 >1 ULN | 2 >1.5 ULN | 3 >2.5 ULN"),
    Row(*FIBRINO, "1 <1 LLN | 2 <0.75 LLN | 3 <0.5 LLN | 4 <0.25 LLN | 4 <0.5", "BL normal"),
    Row(*FIBRINO, "1 <1 BL | 2 <=0.75 BL | 3 <=0.5 BL | 4 <=0.25 BL | 4 <0.5", "BL abnormal"),
    # Electrolytes
    Row("K", "L", "Hypokalemia", "低钾血症", "mmol/L",
        "1 <1 LLN | 2 <1 LLN if symptoms | 3 <3.0 | 4 <2.5"),
    Row("K", "H", "Hyperkalemia", "高钾血症", "mmol/L", "1 >1 ULN | 2 >5.5 | 3 >6.0 | 4 >7.0"),
    Row("SODIUM", "L", "Hyponatremia", "低钠血症", "mmol/L",
        "1 <1 LLN | 2 <130 | 3 <130 if symptoms | 3 <125 | 4 <120"),
    Row("SODIUM", "H", "Hypernatremia", "高钠血症", "mmol/L",
        "1 >1 ULN | 2 >150 | 3 >155 | 4 >160"),
    Row("CACR", "L", "Hypocalcemia", "低钙血症", "mmol/L",
        "1 <1 LLN | 2 <2.0 | 3 <1.75 | 4 <1.5"),
    Row("CACR", "H", "Hypercalcemia", "高钙血症", "mmol/L",
        "1 >1 ULN | 2 >2.9 | 3 >3.1 | 4 >3.4"),
    Row("CAION", "L", "Hypocalcemia", "低钙血症", "mmol/L",
        "1 <1 LLN | 2 <1.0 | 3 <0.9 | 4 <0.8"),
    Row("CAION", "H", "Hypercalcemia", "高钙血症", "mmol/L",
        "1 >1 ULN | 2 >1.5 | 3 >1.6 | 4 >1.8"),
    Row("MG", "L", "Hypomagnesemia", "低镁血症", "mmol/L",
        "1 <1 LLN | 2 <0.5 | 3 <0.4 | 4 <0.3"),
    Row("MG", "H", "Hypermagnesemia", "高镁血症", "mmol/L", "1 >1 ULN | 3 >1.23 | 4 >3.30"),
    # What lies above grade 1 needs the clinician: treatment, admission, danger to life.
    Row("PHOS", "L", "Hypophosphatemia", "低磷血症", "mmol/L", "1 <1 LLN"),
    # Metabolism
    Row("GLUC", "L", "Hypoglycemia", "低血糖症", "mmol/L",
        "1 <1 LLN | 2 <3.0 | 3 <2.2 | 4 <1.7"),
    Row("GLUC", "H", "Hyperglycemia", "高血糖症", "mmol/L", "1 >1 TOP"),
    Row("TRIG", "H", "Hypertriglyceridemia", "高甘油三酯血症", "mmol/L",
        "1 >=1.71 | 2 >3.42 | 3 >5.7 | 4 >11.4"),
    Row("CHOL", "H", "Cholesterol high", "胆固醇升高", "mmol/L",
        "1 >1 ULN | 2 >7.75 | 3 >10.34 | 4 >12.92"),
    Row("URATE", "H", "Hyperuricemia", "高尿酸血症", "umol/L", "1 >1 ULN"),
    # Measured at the bedside, graded in the same way
    Row("QTC", "H", "Electrocardiogram QT corrected interval prolonged", "心电图QT校正间期延长",
        "ms", "1 >=450 | 2 >=481 | 3 >=501 | 3 >60 over BL"),
    Row("LVEF", "L", "Ejection fraction decreased", "射血分数降低", "%",
        "2 <=50 | 2 <=10 under BL | 3 <40 | 3 <=20 under BL | 4 <20"),
    Row("TEMP", "H", "Fever", "发热", "Cel", "1 >=38.0 | 2 >39.0 | 3 >40.0"),
)  # fmt: skip

# Urine protein by dipstick, adult: coded results and their grade.
DIPSTICK = {"NEG": 0, "TRACE": 0, "P1": 1, "P2": 2, "P3": 2, "P4": 3}
