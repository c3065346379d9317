"""``ecrf forms``: what people who build studies type."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click

from ecrf import config, preview
from ecrf.definition import differences, release, sheet
from ecrf.definition import schema as json_schema
from ecrf.definition.catalogue import Catalogue
from ecrf.definition.loader import DefinitionErrors, load_study, run_examples
from ecrf.entry.functions import FUNCTIONS
from ecrf.outputs import blank

FOLDER = click.Path(exists=True, path_type=Path)


@click.group()
def forms() -> None:
    """The study as text."""


def load(folder: Path | None) -> Catalogue:
    """The study under the folder, or the one that is served; every error at once otherwise."""
    root = folder or config.load({"SECRET_KEY": "unused"})["FORMS_DIR"]
    try:
        return load_study(root, FUNCTIONS)
    except DefinitionErrors as error:
        click.echo(str(error), err=True)
        sys.exit(1)


@forms.command("check")
@click.argument("folder", type=FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Load the study, run every example of every check, list all errors at once.

    Example: ecrf forms check forms/cd19-bcma
    """
    catalogue = load(folder)
    problems = [*run_examples(catalogue), *release.verify(catalogue.root)]
    for problem in problems:
        click.echo(str(problem), err=True)
    checks = sum(len(form.model.checks) for form in catalogue.forms.values())
    click.echo(f"{len(catalogue.forms)} forms, {checks} checks, {len(problems)} problems.")
    sys.exit(1 if problems else 0)


@forms.command("schema")
@click.argument("kind", type=click.Choice(json_schema.KINDS))
def schema(kind: str) -> None:
    """Print the JSON Schema of a definition file, for editors. Example: ecrf forms schema form"""
    click.echo(json.dumps(json_schema.schema(kind), ensure_ascii=False, indent=1))


@forms.command("show")
@click.argument("form")
@click.option("--folder", type=FOLDER, help="The study; the one that is served when left out.")
def show(form: str, folder: Path | None) -> None:
    """Print a form as a sheet to read: items, codes, limits, rules, checks.

    Example: ecrf forms show VS
    """
    catalogue = load(folder)
    known = sorted({oid for oid, _ in catalogue.forms})
    if form.upper() not in known:
        raise click.UsageError(f"there is no form {form!r}; there are {', '.join(known)}")
    found = catalogue.current(form.upper())
    events = sheet.due(catalogue.build, found.oid)
    click.echo(sheet.text(found.model, dict(found.panels), events))


@forms.command("diff")
@click.argument("was", type=int)
@click.argument("now", type=int)
@click.option("--folder", type=FOLDER, help="The study; the one that is served when left out.")
def diff(was: int, now: int, folder: Path | None) -> None:
    """Print what differs between two builds, form by form. Example: ecrf forms diff 1 2"""
    catalogue = load(folder)
    for number in (was, now):
        if number not in catalogue.builds:
            raise click.UsageError(f"there is no build {number}")
    for change in differences.builds(catalogue, catalogue.builds[was], catalogue.builds[now]):
        versions = (str(form.version) if form else "-" for form in (change.was, change.now))
        click.echo(f"{change.form} {change.title.en}: version {' -> '.join(versions)}")
        for one in change.details:
            keys = f" ({', '.join(one.keys)})" if one.keys else ""
            click.echo(f"  {one.how} {one.what} {one.name}{keys}")


@forms.command("crf")
@click.option("--blank", "kind", flag_value="blank", help="To be filled in by hand.")
@click.option("--annotated", "kind", flag_value="annotated", help="With names, codes, rules, SDTM.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["both", "en", "zh"]), default="both")
@click.option("--build", type=int, help="The build that a new database begins with when left out.")
@click.option("--folder", type=FOLDER, help="The study; the one that is served when left out.")
def crf(
    kind: str | None, output: Path, language: str, build: int | None, folder: Path | None
) -> None:
    """Print the whole study as one PDF.

    Example: ecrf forms crf --annotated -o annotated.pdf
    """
    if kind not in ("blank", "annotated"):
        raise click.UsageError("say --blank or --annotated")
    catalogue = load(folder)
    asked = catalogue.builds.get(catalogue.first if build is None else build)
    if asked is None:
        raise click.UsageError(f"there is no build {build}")
    raw = blank.render(catalogue, asked, kind, language)  # type: ignore[arg-type]
    output.write_bytes(raw)
    click.echo(f"{output}: {len(blank.due(catalogue, asked))} forms, {len(raw)} bytes.")


@forms.command("preview")
@click.argument("form", required=False, default="")
@click.option("--folder", type=FOLDER, help="The study; the one that is served when left out.")
@click.option("--port", default=8010, show_default=True, help="On this machine only.")
def show_preview(form: str, folder: Path | None, port: int) -> None:
    """Show forms in the browser from their files; the page follows every change of a file.

    What is typed is judged and forgotten. Example: ecrf forms preview VS
    """
    root = folder or config.load({"SECRET_KEY": "unused"})["FORMS_DIR"]
    with tempfile.TemporaryDirectory(prefix="ecrf-preview-") as scratch:
        board = preview.Preview(root.resolve(), Path(scratch), form.upper())
        try:
            preview.serve(board, port, lambda url: click.echo(f"{url}  (stop with Ctrl+C)"))
        except OSError as error:
            raise click.ClickException(f"port {port}: {error.strerror}; try --port") from error
        except KeyboardInterrupt:
            click.echo()
