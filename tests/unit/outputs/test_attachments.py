"""The files inside the PDF agree with each other."""

import csv
import io
import json

import pytest

from ecrf.canonical import sha256_hex
from ecrf.outputs import attachments
from tests.unit.outputs import sample


@pytest.fixture(scope="module")
def files():
    return {file.name: file for file in attachments.files(sample.form())}


@pytest.mark.req("R-105")
def test_the_manifest_has_the_digest_of_every_other_file(files):
    manifest = json.loads(files["manifest.json"].content)

    assert {f["name"]: f["sha256"] for f in manifest["files"]} == {
        name: sha256_hex(file.content) for name, file in files.items() if name != "manifest.json"
    }


@pytest.mark.req("R-007", "R-108")
def test_the_manifest_says_which_copy_of_what(files):
    manifest = json.loads(files["manifest.json"].content)

    assert manifest["copy"] == {"id": "C-000012-02", "no": 2, "replaces": "C-000012-01"}
    assert (manifest["subject"], manifest["form"], manifest["revision"]) == ("BJ01-L-001", "VS", 3)
    assert manifest["audit_chain"] == {"seq": 40, "sha256": f"{40:064x}"}
    assert manifest["counts"]["audit"] == 14


@pytest.mark.req("R-013", "R-014", "R-103")
def test_the_table_has_every_audit_entry_decoded_and_coded(files):
    text = files["audit.csv"].content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [int(row["seq"]) for row in rows] == [entry.seq for entry in sample.form().audit]
    change = rows[9]
    assert (change["old_value"], change["new_value"], change["new_unit"]) == (
        "36.40",
        "38.40",
        "Cel",
    )
    assert (change["label_en"], change["label_zh"]) == ("Body temperature", "体温")
    assert (rows[3]["new_value"], rows[3]["new_zh"]) == ("AX", "腋下")
    assert rows[4]["new_missing"] == "ND" and rows[4]["new_value"] == ""


def test_a_form_without_history_still_has_its_files():
    files = attachments.files(sample.form(audit=(), copy=None))

    assert json.loads(files[2].content)["audit_chain"] is None
