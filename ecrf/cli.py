"""What a person types: ``ecrf <command>``. Exit status 0 done, 1 checked and found wanting,
2 could not be done; an error is one line that says what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ecrf import (
    calculate,
    config,
    crypto,
    demo,
    install,
    pdf_commands,
    server,
    study_commands,
    worker,
)
from ecrf.app import create_app
from ecrf.commands import OPERATOR, app_, at_work
from ecrf.definition.loader import DefinitionErrors
from ecrf.models import Record, Signature, SignatureEnd, Subject
from ecrf.outputs.fonts import FontMissing, GlyphMissing
from ecrf.services import (
    accounts,
    audit_export,
    audit_trail,
    factors,
    keys,
    maintenance,
    rechecks,
    schema,
    sign_offs,
)
from ecrf.services.errors import ServiceError
from ecrf.services.study import ReleaseError
from ecrf.services.work import working
from ecrf.version import APPLICATION

EXPECTED = (
    ServiceError,
    config.SettingError,
    ReleaseError,
    schema.WrongSchema,
    FontMissing,
    GlyphMissing,
    OSError,
)


class Commands(click.Group):
    """Turns the errors we expect into one line and status 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DefinitionErrors as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except EXPECTED as error:
            click.echo(f"ecrf: {one_line(error)}", err=True)
            ctx.exit(2)
        except SQLAlchemyError as error:
            click.echo(f"ecrf: database: {one_line(error)}; run `ecrf db check`", err=True)
            ctx.exit(2)


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="ecrf")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(APPLICATION)
def cli() -> None:
    """Electronic case report forms. Settings come from ECRF_* (see docs/administrators)."""


cli.add_command(calculate.calc)
cli.add_command(calculate.eligibility)
cli.add_command(pdf_commands.pdf)
cli.add_command(study_commands.forms)
cli.add_command(demo.group)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--no-worker", is_flag=True, help="Background jobs are done by `ecrf worker`.")
@click.option("--demo", "with_demo", is_flag=True, help="Set up and fill a demonstration study.")
def serve(host: str, port: int, workers: int, no_worker: bool, with_demo: bool) -> None:
    """Serve the application. Example: ecrf serve --port 8000"""
    if with_demo:
        demo.prepare()
    app = app_()
    if not app.config["DEMO"]:
        _refuse_demonstration(app)
    people = demo.ACCOUNTS if with_demo else ()
    server.run(app, host, port, workers, demo_accounts=people, with_worker=not no_worker)


def _refuse_demonstration(app: Flask) -> None:
    """Shared accounts never serve real data (R-039)."""
    with at_work(app) as work:
        names = accounts.demonstration(work)
    if names:
        raise config.SettingError(
            f"The database holds demonstration accounts ({', '.join(names)}): use an instance "
            "folder of its own for real data, or set ECRF_DEMO=1."
        )


@cli.command("worker")
@click.option("--once", is_flag=True, help="Do what waits, then stop.")
def run_worker(once: bool) -> None:
    """Do background jobs. Example: ecrf worker"""
    worker.run(app_(), once=once)


@cli.group()
def db() -> None:
    """The database: upgrade it, check it."""


@db.command()
def upgrade() -> None:
    """Create or upgrade the database. Example: ecrf db upgrade"""
    config.prepare_instance(config.load({"SECRET_KEY": "unused"})["INSTANCE_DIR"])
    app = create_app()
    schema.upgrade(app)
    click.echo(f"Database at schema {schema.head()}.")


@db.command("check")
def db_check() -> None:
    """Say whether the database belongs to this program. Example: ecrf db check"""
    app = create_app()
    try:
        schema.check(app)
    except schema.WrongSchema as error:
        click.echo(f"ecrf: {error}", err=True)
        sys.exit(1)
    click.echo(f"Database at schema {schema.head()}: as this program needs it.")


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--organisation", required=True)
@click.option("--email", required=True)
@click.option("--role", required=True)
@click.option("--site", default="*", show_default=True)
def user_add(username: str, **details: str) -> None:
    """Create an account and print its first password, good once and for 24 hours.

    Example: ecrf user add li.wang --name "Wang Li" --organisation "Hospital" --email
    wang@example.org --role coordinator --site BJ01
    """
    with at_work(app_(), write=True) as work:
        _, password = accounts.add(work, username=username, **details)
    click.echo(f"First password of {username}: {password}")


@user.command("reset-factor")
@click.argument("username")
@click.option("--reason", required=True, help="Why, and how the person was recognised.")
def user_reset_factor(username: str, reason: str) -> None:
    """Take a lost second factor from an account, so that a new one can be set up.

    Example: ecrf user reset-factor li.wang --reason "Telephone lost, seen in person"
    """
    with at_work(app_(), write=True) as work:
        found = accounts.find(work, username)
        if found is None or found.factor_at is None:
            raise click.ClickException(f"{username} has no second factor")
        factors.end(work, found, reason)
    click.echo(f"{username} sets up a new second factor at the next sign-in.")


@cli.group()
def records() -> None:
    """Records."""


@records.command("list")
@click.option("--signed", is_flag=True, help="Only those with a signature in force.")
@click.option("--form")
@click.option("--subject")
@click.option("--limit", type=int)
@click.option("--ids", is_flag=True, help="Only the record numbers, one a line.")
def records_list(
    signed: bool, form: str | None, subject: str | None, limit: int | None, ids: bool
) -> None:
    """List records. Example: ecrf records list --signed --form VS --limit 5 --ids"""
    with at_work(app_()) as work:
        query = select(Record, Subject.code).join(Subject).order_by(Record.id).limit(limit)
        if form:
            query = query.where(Record.form == form)
        if subject:
            query = query.where(Subject.code == subject)
        if signed:
            valid = (
                select(Signature.record_id)
                .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
                .where(SignatureEnd.signature_id.is_(None))
            )
            query = query.where(Record.id.in_(valid))
        for record, code in work.session.execute(query):
            click.echo(record.id if ids else _record_line(record, code))


@records.command("signatures")
@click.argument("record", type=int)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False))
def records_signatures(record: int, output: Path) -> None:
    """Write what was signed, the CMS signatures and the root, to be checked with OpenSSL alone.

    Signatures over lists that cover the record are written too. Example: ecrf records signatures
    12 -o signatures
    """
    app = app_()
    with at_work(app) as work:
        found = sign_offs.over(work, record)
        if not found:
            raise click.ClickException(f"record {record} was never signed")
        output.mkdir(parents=True, exist_ok=True)
        root = crypto.certificate_pem(app.extensions["keystore"].root)
        (output / "root.pem").write_text(root)
        for name, content, signature in found:
            (output / f"{name}.json").write_bytes(content.encode())
            (output / f"{name}.p7s").write_bytes(signature)
            click.echo(
                f"openssl cms -verify -binary -content {output / name}.json -inform DER "
                f"-in {output / name}.p7s -CAfile {output / 'root.pem'} "
                "-purpose any -out /dev/null"
            )


def _record_line(record: Record, code: str) -> str:
    place = f"{record.event}.{record.event_no} {record.form} v{record.form_version}"
    return f"{record.id}\t{code}\t{place} #{record.repeat}\tr{record.revision}\t{record.status}"


@cli.group()
def checks() -> None:
    """Edit checks and calculated items over stored records."""


@checks.command("run")
@click.option("--subject", help="Only this subject.")
def checks_run(subject: str | None) -> None:
    """Judge all stored records again; every night the worker does the same.

    Example: ecrf checks run --subject BJ01-L001
    """
    app = app_()
    with at_work(app, write=True) as work:
        chosen = [keys.subject(work, subject).id] if subject else rechecks.everything(work)
    judged = changed = 0
    with click.progressbar(chosen, label="Subjects", file=sys.stderr) as progress:
        for subject_id in progress:
            with at_work(app) as work:
                found = rechecks.of_subject(work, subject_id)
            judged += len(found)
            changed += rechecks.run(lambda: at_work(app), lambda: at_work(app, write=True), found)
    click.echo(f"{judged} records judged, {changed} changed.")


@cli.group("maintenance")
def read_only() -> None:
    """Read-only mode: everything can be read, nothing is written."""


@read_only.command("on")
@click.option("--message", default="", help="What the users are told: why, and until when.")
@click.option("--message-zh", default="", help="The same in Chinese.")
def read_only_on(message: str, message_zh: str) -> None:
    """Refuse to write. Example: ecrf maintenance on --message "Moving until 14:00."."""
    app = app_()
    with at_work(app, write=True) as work:
        told = maintenance.begin(work, app.config["INSTANCE_DIR"], message, message_zh)
    click.echo(f"Read-only since {told.since}. `ecrf maintenance off` ends it.")


@read_only.command("off")
def read_only_off() -> None:
    """Let writing go on. Example: ecrf maintenance off"""
    app = app_()
    with at_work(app, write=True) as work:
        ended = maintenance.end(work, app.config["INSTANCE_DIR"])
    click.echo("Writing goes on." if ended else "The system was not read-only.")


@cli.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True)
def audit_verify(as_json: bool) -> None:
    """Check the hash chains, and data and queries against them. Example: ecrf audit verify"""
    with at_work(app_()) as work:
        report = audit_trail.verify(work)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        for fault in report.faults:
            click.echo(f"FAULT {fault}", err=True)
        verdict = "whole" if report.ok else f"{len(report.faults)} faults"
        click.echo(f"{report.entries} entries, {report.values} values: {verdict}.")
    sys.exit(0 if report.ok else 1)


@audit.command("export")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def audit_export_command(output: Path) -> None:
    """Write the trail as .csv or .jsonl with a manifest. Example: ecrf audit export -o trail.csv"""
    app = app_()
    operator = replace(OPERATOR, role="regulatory")
    with app.app_context(), working(app.extensions["catalogue"], operator) as work:
        manifest = audit_export.export(work, output)
    click.echo(f"{manifest['rows']} rows, SHA-256 {manifest['sha256']}")


@cli.command("check-install")
@click.option("--json", "as_json", is_flag=True)
def check_install(as_json: bool) -> None:
    """Check this installation: versions, fonts, database, triggers, keys. Example: ecrf
    check-install"""
    report = install.check()
    if as_json:
        click.echo(json.dumps([line.as_dict() for line in report], ensure_ascii=False, indent=1))
    else:
        for line in report:
            click.echo(str(line))
    sys.exit(0 if all(line.ok for line in report) else 1)
