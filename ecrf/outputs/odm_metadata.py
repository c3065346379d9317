"""The part of an ODM file that says what the data mean: forms, items, lists, units, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from ecrf.definition import units
from ecrf.outputs.casebook import CasebookForm, Header, Words
from ecrf.outputs.printable import for_xml

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MISSING_LIST = "CL.MISSING"
_TYPES = {
    "integer": "integer",
    "decimal": "float",
    "date": "date",
    "partial_date": "partialDate",
    "time": "partialTime",
    "datetime": "partialDatetime",
}
_RESULTS = {"integer": "integer", "decimal": "float", "date": "date"}


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: Any) -> Any:
    """A child element; attributes that are None are left out."""
    given = {key: for_xml(str(value)) for key, value in attributes.items() if value is not None}
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", given)
    if text is not None:
        child.text = for_xml(text)
    return child


def version_oid(casebook: CasebookForm) -> str:
    header = casebook.header
    return f"MDV.{header.build}.{header.form}.{header.form_version}"


def study(root: etree._Element, forms: Sequence[CasebookForm]) -> None:
    """Study: units, and each version of a definition that a form was entered with."""
    header = forms[0].header
    element = add(root, "Study", OID=header.study)
    names = add(element, "GlobalVariables")
    add(names, "StudyName", header.study)
    add(names, "StudyDescription", header.title.en)
    add(names, "ProtocolName", header.protocol)
    basics = add(element, "BasicDefinitions")
    for unit in sorted({unit for casebook in forms for unit in _units(casebook)}):
        one = add(basics, "MeasurementUnit", OID=unit_oid(unit), Name=unit)
        add(add(one, "Symbol"), "TranslatedText", units.symbol(unit) or unit)
    for same in _by_version(forms).values():
        _version(element, same)


def _by_version(forms: Sequence[CasebookForm]) -> dict[str, list[CasebookForm]]:
    found: dict[str, list[CasebookForm]] = {}
    for casebook in forms:
        found.setdefault(version_oid(casebook), []).append(casebook)
    return found


def _version(study: etree._Element, forms: Sequence[CasebookForm]) -> None:
    """One version of one form, and the events at which it was entered."""
    casebook, header = forms[0], forms[0].header
    version = add(
        study,
        "MetaDataVersion",
        OID=version_oid(casebook),
        Name=f"Protocol {header.protocol_version}, build {header.build}, "
        f"{header.form} version {header.form_version}",
        Description=f"SHA-256 of the form definition: {header.form_digest}",
    )
    events: dict[str, list[Header]] = {}
    for form in forms:
        events.setdefault(form.header.event, []).append(form.header)
    protocol = add(version, "Protocol")
    for oid in events:
        add(protocol, "StudyEventRef", StudyEventOID=oid, Mandatory="Yes")
    for oid, headers in events.items():
        repeating = any(one.event_no > 1 for one in headers)
        event = add(
            version,
            "StudyEventDef",
            OID=oid,
            Name=headers[0].event_title.en,
            Repeating="Yes" if repeating else "No",
            Type="Common",
        )
        add(event, "FormRef", FormOID=header.form, Mandatory="No")
    _definitions(version, casebook)


def unit_oid(unit: str) -> str:
    return f"MU.{unit}"


def _units(casebook: CasebookForm) -> list[str]:
    found = {str(unit) for unit in _stored_units(casebook)}
    for _, item in casebook.definition.items():
        found |= {unit for unit in (getattr(item, "unit", None),) if unit}
        found |= {other.unit for other in getattr(item, "units", ())}
    return sorted(found)


def _stored_units(casebook: CasebookForm) -> Iterable[object]:
    for line in casebook.audit:
        if line.new is not None and line.new.stored.get("u"):
            yield line.new.stored["u"]


def _definitions(version: etree._Element, casebook: CasebookForm) -> None:
    form = casebook.definition
    form_def = add(
        version,
        "FormDef",
        OID=form.form,
        Name=form.title.en,
        Repeating="Yes" if form.repeats else "No",
    )
    _translated(add(form_def, "Description"), Words.of(form.title))
    for group in form.groups:
        add(form_def, "ItemGroupRef", ItemGroupOID=group.group, Mandatory="No")
    for group in form.groups:
        group_def = add(
            version,
            "ItemGroupDef",
            OID=group.group,
            Name=group.label.en,
            Repeating="Yes" if group.repeats else "No",
        )
        _translated(add(group_def, "Description"), Words.of(group.label))
        for item in group.items:
            mandatory = "Yes" if item.required is True else "No"
            add(group_def, "ItemRef", ItemOID=item.item, Mandatory=mandatory)
    for _, item in form.items():
        _item(version, item, casebook)
    for oid, listed in casebook.choices.items():
        _code_list(version, list_oid(oid), {c.code: Words.of(c.label) for c in listed})
    _code_list(version, MISSING_LIST, casebook.missing)


def _item(version: etree._Element, item: Any, casebook: CasebookForm) -> None:
    result = _RESULTS.get(item.result, "text") if item.type == "calculated" else None
    definition = add(
        version,
        "ItemDef",
        OID=item.item,
        Name=item.item,
        DataType=result or _TYPES.get(item.type, "text"),
        Length=_length(item),
        SignificantDigits=getattr(item, "places", None),
        Origin="Derived" if item.type == "calculated" else item.origin,
    )
    _translated(add(definition, "Question"), Words.of(item.label))
    known = [getattr(item, "unit", None), *(other.unit for other in getattr(item, "units", ()))]
    for unit in known:
        if unit:
            add(definition, "MeasurementUnitRef", MeasurementUnitOID=unit_oid(unit))
    # A multiple choice keeps several codes in one value, which no code list can describe.
    if item.item in casebook.choices and item.type != "multi":
        add(definition, "CodeListRef", CodeListOID=list_oid(item.item))
    if item.sdtm:
        add(definition, "Alias", Context="SDTM", Name=item.sdtm)


def _length(item: Any) -> int | None:
    if item.type in ("integer", "decimal"):
        return int(item.digits)
    return int(item.length) if item.type in ("text", "long_text") else None


def list_oid(item: str) -> str:
    return f"CL.{item}"


def _code_list(version: etree._Element, oid: str, codes: Mapping[str, Words]) -> None:
    if not codes:
        return
    listed = add(version, "CodeList", OID=oid, Name=oid, DataType="text")
    for code, label in codes.items():
        _translated(add(add(listed, "CodeListItem", CodedValue=code), "Decode"), label)


def _translated(parent: etree._Element, words: Words) -> None:
    for language, text in (("en", words.en), ("zh-Hans", words.zh)):
        add(parent, "TranslatedText", text).set(LANG, language)


def people(root: etree._Element, forms: Sequence[CasebookForm]) -> None:
    """AdminData: everybody who acted, the site, and what each signature means."""
    header = forms[0].header
    signatures = [signature for casebook in forms for signature in casebook.signatures]
    admin = add(root, "AdminData", StudyOID=header.study)
    known: dict[str, Any] = {line.user: line for casebook in forms for line in casebook.audit}
    for user, line in known.items():
        kind = "Investigator" if "investigator" in line.role.en.lower() else "Other"
        one = add(admin, "User", OID=user_oid(user), UserType=kind)
        add(one, "LoginName", user)
        add(one, "FullName", line.name)
        add(one, "Organization", line.organisation)
    for signature in signatures:
        if signature.user not in known:
            one = add(admin, "User", OID=user_oid(signature.user), UserType="Investigator")
            add(one, "LoginName", signature.user)
            add(one, "FullName", signature.name)
            known[signature.user] = signature
    place = add(
        admin,
        "Location",
        OID=site_oid(forms[0]),
        Name=header.site_name.en,
        LocationType="Site",
    )
    for oid, same in _by_version(forms).items():
        add(
            place,
            "MetaDataVersionRef",
            StudyOID=header.study,
            MetaDataVersionOID=oid,
            EffectiveDate=same[0].header.build_date,
        )
    for signature in signatures:
        one = add(admin, "SignatureDef", OID=meaning_oid(signature.id), Methodology="Digital")
        add(one, "Meaning", signature.meaning.en)
        add(one, "LegalReason", signature.attestation)


def user_oid(user: str) -> str:
    return f"USR.{user}"


def site_oid(casebook: CasebookForm) -> str:
    return f"LOC.{casebook.header.site}"


def meaning_oid(signature: int) -> str:
    return f"SD.{signature}"
