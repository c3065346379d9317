"""The command line: help with an example, one-line errors, exit status 0, 1 or 2."""

import json
import shutil
import sqlite3

import click
import pytest

from ecrf import cli
from tests.desk import TYPO

pytestmark = pytest.mark.sqlite


def commands(group, prefix=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))
        else:
            yield (*prefix, name)


@pytest.mark.parametrize("words", list(commands(cli.cli)), ids=" ".join)
def test_every_command_has_help_with_an_example(runner, words):
    done = runner.invoke(*words, "--help")

    assert done.exit_code == 0
    assert "Example: ecrf" in " ".join(done.output.split())


@pytest.mark.req("R-013")
def test_the_trail_is_exported_from_the_command_line(runner, desk, tmp_path):
    desk.consented()

    done = runner.invoke("audit", "export", "-o", str(tmp_path / "trail.csv"))

    assert done.exit_code == 0 and "SHA-256" in done.output


@pytest.mark.req("R-007", "R-016")
def test_audit_verify_names_the_entry_after_a_change_with_sqlite3(runner, desk, settings):
    key, saved = desk.vital_signs()
    assert runner.invoke("audit", "verify").exit_code == 0
    path = settings["DATABASE_URL"].removeprefix("sqlite:///")

    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE record SET data = replace(data, '36.6', '36.9') WHERE id = ?",
            [saved.record_id],
        )
    connection.close()
    done = runner.invoke("audit", "verify", "--json")

    report = json.loads(done.output)
    seq = desk.history(saved.record_id, "TEMP")[-1].seq
    assert done.exit_code == 1 and not report["ok"]
    assert {"seq": seq, "item": "TEMP", "subject": key.subject}.items() <= report["faults"][
        0
    ].items()


@pytest.mark.req("R-006")
def test_sqlite3_itself_cannot_change_an_entry(desk, settings):
    desk.consented()
    path = settings["DATABASE_URL"].removeprefix("sqlite:///")
    connection = sqlite3.connect(path)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE audit_entry SET actor = 'x'")
    connection.close()


def test_records_are_listed_and_filtered(runner, desk):
    key, saved = desk.vital_signs()
    desk.sign(saved)

    assert runner.invoke("records", "list", "--signed", "--ids").output == f"{saved.record_id}\n"
    one = runner.invoke("records", "list", "--form", "IC", "--subject", key.subject).output
    assert one.count("\n") == 1 and " IC v1 " in one
    assert runner.invoke("records", "list", "--limit", "1").output.count("\n") == 1


@pytest.mark.req("R-108", "R-110", "R-111")
def test_a_signed_form_is_printed_checked_and_found_superseded_after_a_change(
    runner, desk, tmp_path
):
    key, saved = desk.vital_signs()
    desk.sign(saved)
    first, again = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for file in (first, again):
        done = runner.invoke("pdf", "form", str(saved.record_id), "-o", str(file))
        assert done.exit_code == 0, done.output

    assert first.read_bytes() == again.read_bytes()
    assert runner.invoke("pdf", "verify", str(first)).exit_code == 0
    desk.save(key, {"PULSE": "80"}, revision=1, reasons={"PULSE": TYPO})
    verdict = json.loads(runner.invoke("pdf", "verify", str(first), "--json").output)
    assert verdict["ok"] and verdict["superseded"]
    flipped = bytearray(first.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    again.write_bytes(flipped)
    assert runner.invoke("pdf", "verify", str(again)).exit_code == 1


@pytest.mark.req("R-039", "R-049")
def test_an_account_is_created_with_a_single_use_password(runner):
    words = "--name Qian --organisation Hospital --email q@example.org --role monitor".split()

    done = runner.invoke("user", "add", "qian.feng", *words)
    again = runner.invoke("user", "add", "qian.feng", *words)

    assert done.exit_code == 0 and "First password of qian.feng: " in done.output
    assert again.exit_code == 2 and again.output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["pdf", "form", "999", "-o", "x.pdf"],
        ["audit", "export", "-o", "trail.xls"],
        ["user", "add", "Q", "--name", "n", "--organisation", "o", "--email", "e", "--role", "r"],
    ],
    ids=["no such record", "unknown format", "bad account"],
)
def test_what_cannot_be_done_is_one_line_and_status_2(runner, words):
    done = runner.invoke(*words)

    assert done.exit_code == 2
    assert done.output.startswith("ecrf: ") and done.output.count("\n") == 1


def test_forms_check_passes_on_the_study_and_names_the_line_of_an_error(runner, tmp_path, study):
    assert runner.invoke("forms", "check").exit_code == 0
    copy = tmp_path / "study"
    shutil.copytree(study.root, copy)
    file = copy / "forms" / "vs" / "1.yaml"
    file.write_text(file.read_text().replace("unit: Cel", "unit: Cell", 1))

    done = runner.invoke("forms", "check", str(copy))

    assert done.exit_code == 1
    assert "forms/vs/1.yaml:" in done.output and 'did you mean "Cel"?' in done.output


def test_forms_schema_is_json(runner):
    assert json.loads(runner.invoke("forms", "schema", "form").output)["title"] == "Form"


def test_db_check_says_what_to_do_on_an_empty_database(runner, settings, tmp_path):
    runner.environment["ECRF_DATABASE_URL"] = f"sqlite:///{tmp_path / 'empty.sqlite'}"

    done = runner.invoke("db", "check")

    assert done.exit_code == 1 and "run `ecrf db upgrade`" in done.output
    assert runner.invoke("db", "upgrade").exit_code == 0
    assert runner.invoke("db", "check").exit_code == 0


def test_the_worker_does_what_waits(runner, desk):
    _, saved = desk.vital_signs()
    assert desk.sign(saved)

    assert runner.invoke("worker", "--once").exit_code == 0


@pytest.mark.req("R-127")
def test_check_install_looks_at_fonts_triggers_and_schema(runner):
    done = runner.invoke("check-install", "--json")

    lines = {line["what"]: line for line in json.loads(done.output)}
    assert lines["append-only audit_entry"]["ok"] and lines["schema"]["ok"]
    assert lines["font Noto Sans CJK SC"]["ok"]


@pytest.mark.req("R-039")
def test_real_data_is_never_served_beside_demonstration_accounts(runner):
    done = runner.invoke("serve", "--port", "1")

    assert done.exit_code == 2
    assert "demonstration accounts (chen.jing" in done.output


def test_a_calculator_answers_with_exact_decimals(runner):
    done = runner.invoke("calc", "PVR".lower(), '{"RHC_MPAP": "45", "rhc_pawp": 10, "rhc_co": 4}')

    assert done.exit_code == 0
    assert json.loads(done.output) == {"value": "8.75", "missing": []}


def test_what_cannot_be_decided_is_null_with_what_is_missing(runner):
    done = runner.invoke("calc", "bmi", '{"HEIGHT": "165", "WEIGHT": "ND"}')

    assert json.loads(done.output) == {"value": None, "missing": ["WEIGHT"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calc", "bim", "{}"), 'did you mean "bmi"?'),
        (("calc", "bmi", '{"SIZE": "1"}'), "bmi has no input 'size'"),
        (("calc", "bmi", '{"HEIGHT": "tall"}'), "HEIGHT: 'tall' is not a number"),
        (("calc", "bmi", "{"), "not JSON"),
        (("calc",), "--list"),
        (("eligibility", "check"), "--lines"),
    ],
)
def test_nonsense_is_one_line_and_status_2(runner, words, said):
    done = runner.invoke(*words)

    assert done.exit_code == 2
    assert said in done.output and len(done.output.splitlines()) == 1


def test_lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_rest(runner):
    lines = (
        '{"HEIGHT": "165", "WEIGHT": "60"}\n{"HEIGHT": "x"}\n{"HEIGHT": "100", "WEIGHT": "20"}\n'
    )
    done = runner.invoke("calc", "bmi", "--lines", input=lines)

    first, second, third = map(json.loads, done.output.splitlines())
    assert first["value"].startswith("22.03")
    assert second == {"error": "HEIGHT: 'x' is not a number"}
    assert third["value"] == "20"


def test_eligibility_of_a_file(runner, tmp_path):
    file = tmp_path / "subject.json"
    file.write_text(
        json.dumps(
            {
                "cohort": "SSC",
                "criteria_version": 1,
                "evaluation_date": "2025-06-20",
                "records": {"dm": [{"birth_date": "2019-06-10"}], "ic": {"ic_date": "2025-06-10"}},
            }
        )
    )

    found = json.loads(runner.invoke("eligibility", "check", str(file)).output)

    assert found["result"] == "UNDETERMINED"
    results = {c["id"]: c["result"] for c in found["criteria"]}
    assert results["SSC-02"] == "PASS" and results["SSC-05"] == "UNDET"


def test_synthetic_subjects_are_never_added_to_others(runner, desk):
    desk.subject()
    done = runner.invoke("demo", "seed", "--subjects", "1")
    assert done.exit_code == 1
    assert "has subjects already" in done.output


def test_a_cut_off_lies_in_the_past(runner):
    done = runner.invoke("demo", "seed", "--cut-off", "2999-01-01")
    assert done.exit_code == 2
    assert "in the future" in done.output
