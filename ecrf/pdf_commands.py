"""``ecrf pdf``: sealed copies, made and checked from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale

from ecrf.commands import OPERATOR, app_, at_work
from ecrf.services import copies, subjects
from ecrf.services.copies import Request
from ecrf.services.query_rules import NARROWED
from ecrf.services.work import working
from ecrf.web import binding, failures, fixity, packed, stamping
from ecrf.web import pdf as forms
from ecrf.web.store import store

CLERK = replace(OPERATOR, role="regulatory")
OUTPUT = click.Path(path_type=Path, dir_okay=False)


@click.group()
def pdf() -> None:
    """PDF CRFs."""


def _wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a copy is wanted, and what for."""
    for option in (
        click.option("--country", default="", help="Where it goes, as ISO 3166: CN."),
        click.option("--recipient", default="", help="Who gets it."),
        click.option("--purpose", type=click.Choice(copies.PURPOSES), default="filing"),
        click.option("--rendition", type=click.Choice(copies.RENDITIONS), default="archive"),
        click.option("--language", type=click.Choice(copies.LANGUAGES), default="both"),
    ):
        command = option(command)
    return command


def _asked(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a file is wanted, what for, and where to."""
    return _wishes(click.option("-o", "--output", required=True, type=OUTPUT)(command))


@pdf.command("form")
@click.argument("record", type=int)
@_asked
def form(record: int, output: Path, **asked: str) -> None:
    """Write the sealed PDF CRF of a record. Example: ecrf pdf form 12 -o form.pdf"""
    app = app_()
    with app.app_context(), working(app.extensions["catalogue"], CLERK) as work:
        copy, content = forms.issue(app, work, record, Request(**asked))
        state = "signed" if copy.signed else "NOT SIGNED"
        told = f"{output}: copy {copy.copy_no}, revision {copy.revision}, {state}"
        number = copy.id
    with app.app_context():
        output.write_bytes(stamping.proven(app, CLERK, number, content))
    click.echo(told)


@pdf.command("visit")
@click.argument("subject")
@click.argument("event")
@click.option("--number", default=1, show_default=True, help="Of an unscheduled visit.")
@_asked
def visit(subject: str, event: str, number: int, output: Path, **asked: str) -> None:
    """Write the sealed PDF of a visit. Example: ecrf pdf visit BJ01-L001 SCR -o visit.pdf"""
    _bind(binding.Place(subject, event, number), Request(**asked), output)


@pdf.command("casebook")
@click.argument("subject")
@_asked
def casebook(subject: str, output: Path, **asked: str) -> None:
    """Write the sealed casebook of a subject. Example: ecrf pdf casebook BJ01-L001 -o book.pdf"""
    _bind(binding.Place(subject), Request(**asked), output)


@pdf.command("eligibility")
@click.argument("subject")
@_asked
def eligibility(subject: str, output: Path, **asked: str) -> None:
    """Write the sealed eligibility sheet. Example: ecrf pdf eligibility BJ01-L001 -o sheet.pdf"""
    _bind(binding.Place(subject, sheet="eligibility"), Request(**asked), output)


@pdf.command("queries")
@click.argument("subject", required=False, default="")
@click.option("--site", default="", help="The queries of a whole site, instead of a subject.")
@click.option("--state", type=click.Choice(list(NARROWED)), default="all", show_default=True)
@_asked
def queries(subject: str, site: str, state: str, output: Path, **asked: str) -> None:
    """Write a sealed query list. Example: ecrf pdf queries --site BJ01 --state live -o q.pdf"""
    if bool(subject) == bool(site):
        raise click.UsageError("Name a subject, or a site with --site.")
    place = binding.Place(subject, sheet="queries", site=site, narrowed=state)
    _bind(place, Request(**asked), output)


@pdf.command("site")
@click.argument("site")
@_wishes
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False))
def site(site: str, output: Path, **asked: str) -> None:
    """Write the casebooks of a site, and what they are. Example: ecrf pdf site BJ01 -o books"""
    app, request = app_(), Request(**asked).check()
    with at_work(app) as work:
        codes = subjects.codes(work, site, entered=True)
    if not codes:
        raise click.ClickException(f"nothing was entered at a site {site}")
    output.mkdir(parents=True, exist_ok=True)
    made: list[int] = []
    failed: dict[str, str] = {}
    with app.app_context(), click.progressbar(codes, label="Subjects", file=sys.stderr) as bar:
        for code in bar:
            try:
                made.append(binding.issue(app, CLERK, binding.Place(code), request, _unseen))
                stamping.proven(app, CLERK, made[-1])
            except Exception as error:  # whatever it is, the other casebooks are made
                failed[code] = failures.note("ecrf pdf site", error)
    about = {"site": site, **asdict(request), "without_a_file": list(failed)}
    _write_set(app, request, made, about, output)
    click.echo(f"{output}: {len(made)} of {len(codes)} casebooks")
    with app.app_context(), force_locale("en"):
        for code, kept in failed.items():
            sentence, reference = failures.say(kept)
            click.echo(f"{code}: {sentence} Reference number {reference}.", err=True)
    sys.exit(1 if failed else 0)


def _unseen(_done: int, _total: int) -> None:
    """The forms of a casebook; subjects are counted here."""


def _write_set(
    app: Flask, request: Request, made: list[int], about: dict[str, Any], output: Path
) -> None:
    """The files of a set, the list of their digests last."""
    with app.app_context(), working(app.extensions["catalogue"], CLERK) as work:
        found = [copies.get(work, number)[0] for number in made]
        for entry in (listed := packed.entries(work, store(app), found)):
            (output / entry.name).write_bytes(copies.hand_out(work, store(app), entry.row, request))
        (output / packed.MANIFEST).write_bytes(packed.manifest(about, listed))


def _bind(place: binding.Place, request: Request, output: Path) -> None:
    app = app_()
    catalogue = app.extensions["catalogue"]
    with app.app_context(), click.progressbar(length=0, label="Forms", file=sys.stderr) as bar:

        def step(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        number = binding.issue(app, CLERK, place, request, step)
        stamping.proven(app, CLERK, number)
    with app.app_context(), working(catalogue, CLERK) as work:
        copy, scope = copies.get(work, number)
        content = copies.hand_out(work, store(app), copy, request)
        state = "signed" if copy.signed else "NOT FULLY SIGNED"
        state = "sealed" if scope.kind == "queries" else state  # nobody signs a list
        told = f"{output}: copy {scope.copy_id(copy.copy_no)}, revision {copy.revision}, {state}"
    output.write_bytes(content)
    click.echo(told)


@pdf.command("verify")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def verify(file: Path, as_json: bool) -> None:
    """Check a PDF CRF: seal, trust, coverage, register. Example: ecrf pdf verify form.pdf --json"""
    app = app_()
    with at_work(app) as work:
        verdict = forms.verify(app, work, file.read_bytes())
    if as_json:
        click.echo(json.dumps(verdict.as_dict(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(verdict.lines("en")))
    sys.exit(0 if verdict.ok else 1)


@pdf.command("verifier")
@click.option("-o", "--output", required=True, type=OUTPUT)
def alone(output: Path) -> None:
    """Write the program that checks copies without this one. Example: ecrf pdf verifier -o v.py"""
    output.write_text(forms.verifier_text(app_()), "utf-8")
    click.echo(f"{output}: run it with python3 and the packages pikepdf, asn1crypto, cryptography")


@pdf.command("renew")
def renew() -> None:
    """Time-stamp the copies that have none, or one that ends soon. Example: ecrf pdf renew"""
    app = app_()
    if app.extensions["clock"] is None:
        raise click.ClickException("no time-stamp authority: set ECRF_TSA_URL and ECRF_TSA_ROOTS")
    with app.app_context():
        waiting = stamping.due(app, CLERK)
        with click.progressbar(waiting, label="Copies", file=sys.stderr) as bar:
            failed = stamping.renew(app, CLERK, bar)
    click.echo(f"{len(waiting) - len(failed)} of {len(waiting)} copies were time-stamped")
    for number, why in failed.items():
        click.echo(f"copy {number}: {why}", err=True)
    sys.exit(1 if failed else 0)


@pdf.command("fixity")
@click.option("--json", "as_json", is_flag=True)
def fixed(as_json: bool) -> None:
    """Read every registered file again and compare its digest. Example: ecrf pdf fixity --json"""
    app = app_()
    with app.app_context():
        report = fixity.check(app, CLERK)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{report.files} files, {len(report.faults)} not as they were registered")
        for fault in report.faults:
            click.echo(f"{fault.why}: {fault.file} of copy {fault.copy}")
    sys.exit(0 if report.ok else 1)
