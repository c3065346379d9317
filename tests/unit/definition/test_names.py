"""The names that the rules of a form can use."""

from __future__ import annotations

import pytest

from ecrf.definition.loader import load_study
from ecrf.definition.names import Analytes, Names
from tests.unit.definition import corpus


@pytest.fixture
def study(tmp_path):
    return load_study(corpus.base(tmp_path))


@pytest.fixture
def names(study):
    analytes = Analytes()
    for (oid, version), form in study.forms.items():
        for group, listed in form.panels.items():
            analytes.by_group[oid, version, group] = listed
    forms = [form.model for form in study.forms.values()]
    return Names(study.study, study.builds.values(), forms, analytes)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("TEMP", "number"),
        ("O2DEV", "text"),
        ("VSDAT", "date"),
        ("IC.ic_date", "date"),
        ("INF.BAGVOLI", "list"),
        ("AE.AETERM", "list"),
        ("LBH.WBC", "number"),
        ("LBH.COOMBS", "text"),
        ("LBH.LBORRES", "list"),
        ("today", "date"),
        ("event.day", "number"),
        ("subject.cohort", "text"),
        ("params.fever", "number"),
    ],
)
def test_names_at_form_level(study, names, name, kind):
    scope = names.scope(study.form("VS", 1).model)

    assert scope.names[name].kind == kind


def test_codes_come_with_a_name(study, names):
    scope = names.scope(study.form("VS", 1).model)

    assert scope.names["event.oid"].codes == {"SCR", "D0"}
    assert scope.names["subject.cohort"].codes == {"LN"}
    assert scope.names["O2DEV"].codes == {"RA", "NC_LOW", "HFNC"}
    assert scope.constants["params.fever"] == 38


def test_a_row_sees_its_own_items_as_single_values(study, names):
    form = study.form("INF", 1)

    assert names.scope(form.model).names["BAGVOLI"].kind == "list"
    assert names.scope(form.model, form.groups["BAG"]).names["BAGVOLI"].kind == "number"


def test_a_panel_row_sees_what_is_frozen_with_its_result(study, names):
    form = study.form("LBH", 1)
    scope = names.scope(form.model, form.groups["LB"])

    assert scope.names["LBSTRESN"].kind == "number"
    assert scope.names["analyte"].codes == {"WBC", "NEUT", "COOMBS"}
    assert scope.names["LBORRES"].kind == "any"
    assert not scope.is_item("LBNRIND")
    assert scope.is_item("LBCLSIG")
