"""``ecrf pdf``: sealed copies, made and checked from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ecrf.commands import OPERATOR, app_, at_work
from ecrf.services import copies
from ecrf.services.copies import Request
from ecrf.services.query_rules import NARROWED
from ecrf.services.work import working
from ecrf.web import binding
from ecrf.web import pdf as forms

CLERK = replace(OPERATOR, role="regulatory")
OUTPUT = click.Path(path_type=Path, dir_okay=False)


@click.group()
def pdf() -> None:
    """PDF CRFs."""


def _asked(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a visit or casebook is wanted, and what for."""
    for option in (
        click.option("--country", default="", help="Where it goes, as ISO 3166: CN."),
        click.option("--recipient", default="", help="Who gets it."),
        click.option("--purpose", type=click.Choice(copies.PURPOSES), default="filing"),
        click.option("--rendition", type=click.Choice(copies.RENDITIONS), default="archive"),
        click.option("--language", type=click.Choice(copies.LANGUAGES), default="both"),
        click.option("-o", "--output", required=True, type=OUTPUT),
    ):
        command = option(command)
    return command


@pdf.command("form")
@click.argument("record", type=int)
@click.option("-o", "--output", required=True, type=OUTPUT)
@click.option("--language", type=click.Choice(copies.LANGUAGES), default="both")
def form(record: int, output: Path, language: str) -> None:
    """Write the sealed PDF CRF of a record. Example: ecrf pdf form 12 -o form.pdf"""
    app = app_()
    with app.app_context(), working(app.extensions["catalogue"], CLERK) as work:
        copy, content = forms.issue(app, work, record, language)
        state = "signed" if copy.signed else "NOT SIGNED"
        told = f"{output}: copy {copy.copy_no}, revision {copy.revision}, {state}"
    output.write_bytes(content)
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


def _bind(place: binding.Place, request: Request, output: Path) -> None:
    app = app_()
    catalogue = app.extensions["catalogue"]
    with app.app_context(), click.progressbar(length=0, label="Forms", file=sys.stderr) as bar:

        def step(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        number = binding.issue(app, CLERK, place, request, step)
    with app.app_context(), working(catalogue, CLERK) as work:
        copy, scope = copies.get(work, number)
        content = copies.hand_out(work, forms.store(app), copy, request)
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
