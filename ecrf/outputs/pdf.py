"""A form as PDF/A-3u, with its data inside: the same content always gives the same bytes.

The page is made from the casebook only, in memory: nothing is fetched, by whatever address.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import pikepdf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from ecrf import config
from ecrf.canonical import sha256_hex
from ecrf.definition import units
from ecrf.outputs import attachments, fonts, legend, words
from ecrf.outputs.casebook import AuditLine, CasebookForm, Language, Moment, Words
from ecrf.outputs.printable import printable

TEMPLATES = config.ROOT / "templates"
_FOLDER = TEMPLATES / "pdf"
ONE_AT_A_TIME = Lock()  # the fonts are shared, and their library knows no threads


class Nothing(URLFetcher):
    """Refuses every address, so that no text in a form can reach a file or the network (T-19)."""

    def fetch(self, url: str, headers: Any = None) -> NoReturn:
        raise FatalURLFetchingError(f"a printed form fetches nothing, not even {url}")


def render(casebook: CasebookForm, *, bare: bool = False) -> bytes:
    """The PDF of one form, ready to be sealed; ``bare``: pages only, to be submitted.

    Raises GlyphMissing, FontMissing.
    """
    text = page(casebook, bare=bare)
    fonts.require(casebook, text)
    files = () if bare else attachments.files(casebook)
    issue = Issue(casebook.generated, casebook.header.app, files)
    with ONE_AT_A_TIME, uncollected(), pikepdf.open(io.BytesIO(written(text, issue))) as file:
        return normalised(file)


@dataclass(frozen=True, slots=True)
class Issue:
    """What a finished file says of itself and carries inside; without files it is PDF/A-2u."""

    made: Moment
    app: str
    files: tuple[attachments.File, ...]


def written(html: str, issue: Issue | None = None) -> bytes:
    """The page as PDF/A; the same text gives the same bytes. Hold ONE_AT_A_TIME."""
    document = HTML(string=html, url_fetcher=Nothing()).render(
        stylesheets=[stylesheet()], font_config=font_config()
    )
    if issue is not None:
        _describe(document.metadata, issue)
    identity = bytes.fromhex(sha256_hex(html.encode()))[:16]
    variant = "pdf/a-2u" if issue is not None and not issue.files else "pdf/a-3u"
    raw: bytes = document.write_pdf(pdf_variant=variant, pdf_identifier=identity)
    return raw


def _describe(metadata: Any, issue: Issue) -> None:
    made = dt.datetime.fromisoformat(issue.made.utc)
    metadata.created = metadata.modified = f"{made:%Y-%m-%dT%H:%M:%SZ}"
    metadata.generator = f"eCRF {issue.app}"
    metadata.attachments = [
        Attachment(
            string=file.content,
            url_fetcher=Nothing(),
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            created=made,
            modified=made,
        )
        for file in issue.files
    ]


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which takes a third of the time: every box is in use."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def page(casebook: CasebookForm, *, bare: bool = False) -> str:
    """The HTML of the form."""
    return filled(
        "crf.html",
        casebook.language,
        form=casebook,
        status=words.STANDINGS[casebook.standing],
        notice=_notice(casebook),
        inside="" if bare else "form.xml (CDISC ODM), audit.csv",
        app=casebook.header.app,
    )


def filled(template: str, language: Language, **given: Any) -> str:
    """A template of this folder in the language of the print."""
    return (
        environment()
        .get_template(f"pdf/{template}")
        .render(
            language=language,
            process=f"crf {template_digest()[:12]}",
            legend=legend.LEGEND,
            other=partial(_entry_language, language),
            **given,
        )
    )


def _notice(casebook: CasebookForm) -> Words | None:
    """What stands on every page of a print that is not a certified copy (R-104)."""
    if casebook.certified:
        return None
    standing = casebook.standing
    return legend.NOTICES["unregistered" if standing == "signed" else standing]


@cache
def template_digest() -> str:
    """SHA-256 over the templates: with the software's version, the process that made a copy."""
    files = sorted(path for path in _FOLDER.iterdir() if path.suffix in (".html", ".css"))
    return sha256_hex(b"".join(path.name.encode() + path.read_bytes() for path in files))


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=_finalize,
    )
    environment.globals.update(word=_word, linked=words.linked, symbol=units.symbol)
    return environment


def _finalize(value: Any) -> Any:
    """Everything printed is made visible, whatever part of the template prints it."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") else printable(str(value))


def _word(table: str, code: str) -> Words:
    return words.of(getattr(words, table), code)


def _entry_language(language: str, line: AuditLine) -> str:
    """The language of an entry, if it is not one of those printed anyway (R-014)."""
    return "" if language in ("both", line.language) else line.language


@cache
def stylesheet() -> CSS:
    return CSS(string=Path(_FOLDER / "crf.css").read_text(), url_fetcher=Nothing())


@cache
def font_config() -> FontConfiguration:
    return FontConfiguration()


def normalised(file: pikepdf.Pdf) -> bytes:
    """The file rewritten: associated files named once, small object streams, a stable identity.

    WeasyPrint lists each associated file twice, and keeps all objects in one stream, which makes
    checking a signature slow.
    """
    out = io.BytesIO()
    if "/AF" in file.Root:
        unique = {item.objgen: item for item in file.Root.AF.as_list()}
        file.Root.AF = pikepdf.Array(list(unique.values()))
    if "/Names" in file.Root:
        file.Root.Names = file.make_indirect(file.Root.Names)
    _check_fonts(file)
    file.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _check_fonts(pdf: pikepdf.Pdf) -> None:
    """Only the fonts whose characters were checked may be in the file."""
    allowed = tuple(family.replace(" ", "-") for family in fonts.FAMILIES)
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            name = str(item.BaseFont).split("+", 1)[-1]
            if not name.startswith(allowed):
                raise fonts.FontMissing(f"a character was taken from another font: {name}")
