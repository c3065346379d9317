"""The lint for identifying items, with what it must not mistake for one."""

from __future__ import annotations

import pytest

from ecrf.definition.identifiers import forbidden, justified
from ecrf.definition.model import DateItem, IntegerItem, PersonItem, Text, TextItem


def text(oid="X", en="Label", zh="标签"):
    return TextItem(item=oid, label=Text(en=en, zh=zh), type="text", length=40)


@pytest.mark.req("R-145")
@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("Patient name", "标签"),
        ("Name", "标签"),
        ("Subject's name", "标签"),
        ("Label", "患者姓名"),
        ("Identity card number", "标签"),
        ("Label", "身份证号"),
        ("Mobile phone", "标签"),
        ("Label", "联系电话"),
        ("Home address", "标签"),
        ("Label", "家庭地址"),
        ("E-mail address", "标签"),
        ("Hospital number", "标签"),
        ("MRN", "标签"),
        ("Label", "住院号"),
    ],
)
def test_labels_that_ask_for_a_person(en, zh):
    assert forbidden(text(en=en, zh=zh))


@pytest.mark.req("R-145")
@pytest.mark.parametrize("oid", ["PTNAME", "phone", "contact_phone", "IDCARD", "MRN", "home_mrn"])
def test_oids_that_ask_for_a_person(oid):
    assert forbidden(text(oid=oid))


@pytest.mark.parametrize(
    ("oid", "en", "zh"),
    [
        ("drug_name", "Name of the drug", "药品名称"),
        ("LBNAM", "Laboratory name", "实验室名称"),
        ("X", "Number of hospital days", "住院天数"),
        ("X", "Hospital", "医院"),
        ("X", "Contact mode", "访视方式"),
        ("initial_dose", "Initial dose", "起始剂量"),
        ("X", "Batch number", "批号"),
        ("X", "Subject number", "受试者编号"),
    ],
)
def test_what_only_looks_alike(oid, en, zh):
    item = text(oid=oid, en=en, zh=zh)

    assert forbidden(item) is None
    assert justified(item) is None


@pytest.mark.req("R-146")
def test_initials_need_a_justification():
    assert justified(text(en="Subject initials")) == "initials"
    assert justified(text(zh="姓名拼音缩写")) == "initials"
    assert forbidden(text(zh="姓名拼音缩写")) is None


@pytest.mark.req("R-146")
def test_a_full_birth_date_needs_a_justification_but_not_the_year():
    label = Text(en="Date of birth", zh="出生日期")
    year = Text(en="Year of birth", zh="出生年份")

    assert justified(DateItem(item="X", label=label, type="date"))
    assert justified(DateItem(item="BRTHDAT", label=Text(en="x", zh="x"), type="date"))
    assert justified(IntegerItem(item="BRTHYR", label=year, type="integer")) is None


def test_a_user_of_the_study_may_be_named():
    label = Text(en="Name", zh="姓名")

    assert forbidden(PersonItem(item="X", label=label, type="person")) is None
