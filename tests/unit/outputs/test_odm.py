"""The embedded data: valid ODM with every item and every audit entry exactly once."""

from dataclasses import replace

import pytest
from lxml import etree
from odmlib.schema_manager import get_schema_path

from ecrf.outputs import odm
from ecrf.outputs.casebook import Shown, Words
from tests.unit.outputs import sample

NS = {"o": odm.NAMESPACE}


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(get_schema_path("odm", "1.3.2")))


@pytest.fixture(scope="module")
def document():
    return etree.fromstring(odm.document(sample.form()))


def found(document, path):
    return document.xpath(path, namespaces=NS)


@pytest.mark.req("R-105")
@pytest.mark.parametrize(
    "changes",
    [{}, {"copy": None}, {"signatures": ()}, {"audit": ()}, {"queries": (), "marks": ()}],
    ids=lambda changes: next(iter(changes), "everything"),
)
def test_the_file_is_valid_odm(schema, changes):
    tree = etree.fromstring(odm.document(sample.form(**changes)))

    assert schema.validate(tree), schema.error_log


@pytest.mark.req("R-102")
def test_every_item_of_the_definition_is_there(document):
    items = {item.item for _, item in sample.DEFINITION.items()}

    assert set(found(document, "//o:ItemDef/@OID")) == items


@pytest.mark.req("R-103")
def test_every_audit_entry_is_there_once_and_in_order(document):
    numbers = [int(n) for n in found(document, "//o:SourceID/text()")]

    assert numbers == [entry.seq for entry in sample.form().audit]


@pytest.mark.req("R-002", "R-114")
def test_a_change_says_who_when_with_offset_and_why(document):
    (change,) = found(document, "//o:ItemData[@TransactionType='Update']")

    assert (change.get("ItemOID"), change.get("Value")) == ("TEMP", "38.40")
    assert found(change, "o:MeasurementUnitRef/@MeasurementUnitOID") == ["MU.Cel"]
    assert found(change, ".//o:UserRef/@UserOID") == ["USR.wang.li"]
    assert found(change, ".//o:DateTimeStamp/text()") == ["2026-11-23T11:05:12.123+08:00"]
    assert found(change, ".//o:ReasonForChange/text()") == ["other: 读数抄写错误：体温计显示 38.40"]


@pytest.mark.req("R-062")
def test_a_missing_value_has_its_reason_and_no_value(document):
    (missing,) = found(document, "//o:ItemData[@ItemOID='PULSE']")

    assert missing.get("IsNull") == "Yes" and missing.get("Value") is None
    assert found(missing, ".//o:FlagValue/text()") == ["ND"]


@pytest.mark.req("R-023")
def test_every_signature_is_there_with_signer_meaning_and_text(document):
    signatures = found(document, "//o:Signature")
    meaning = found(document, "//o:SignatureDef[@OID='SD.2']/o:Meaning/text()")

    assert [s.get("ID") for s in signatures] == ["S.1", "S.2"]
    assert found(signatures[1], "o:DateTimeStamp/text()") == ["2026-11-24T09:00:00.000+08:00"]
    assert meaning == ["Review and approval"]


@pytest.mark.req("R-005")
def test_a_struck_row_is_removed_with_its_reason(document):
    (row,) = found(document, "//o:ItemGroupData[@TransactionType='Remove']")

    assert (row.get("ItemGroupOID"), row.get("ItemGroupRepeatKey")) == ("BAG", "2")
    assert found(row, ".//o:ReasonForChange/text()") == ["transcription"]


def test_both_languages_are_there(document):
    texts = found(document, "//o:ItemDef[@OID='TEMP']/o:Question/o:TranslatedText/text()")

    assert texts == ["Body temperature", "体温"]


def test_what_xml_cannot_hold_is_written_as_a_code(schema):
    form = sample.form()
    new = Shown(Words("a\x07b", "a\x07b"), "", {"v": "a\x07b<&>\n"})
    form = replace(form, audit=(replace(form.audit[0], new=new), *form.audit[1:]))

    tree = etree.fromstring(odm.document(form))

    assert schema.validate(tree)
    assert found(tree, "//o:ItemData/@Value")[0] == "a[U+0007]b<&>\n"


@pytest.mark.req("R-019")
def test_a_redacted_value_is_gone(schema):
    form = sample.form()
    entry = replace(form.audit[2], new=Shown(Words("", ""), redacted=True))
    tree = etree.fromstring(odm.document(replace(form, audit=(entry,))))

    assert schema.validate(tree)
    assert found(tree, "//o:ItemData/@IsNull") == ["Yes"]
    assert found(tree, "//o:ItemData//o:Comment/text()") == ["redacted"]
