"""The empty case report form of a build, blank or annotated (R-100): made from the definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weasyprint import HTML

from ecrf.definition import items, sheet, units
from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Build, Event
from ecrf.outputs import fonts
from ecrf.outputs.pdf import (
    ONE_AT_A_TIME,
    Nothing,
    environment,
    font_config,
    stylesheet,
    uncollected,
)

Kind = Literal["blank", "annotated"]


@dataclass(frozen=True, slots=True)
class Due:
    """A form of the build and the events it is due at."""

    form: FormDefinition
    events: tuple[Event, ...]


def due(catalogue: Catalogue, build: Build) -> tuple[Due, ...]:
    """Every form of a build once, in the order in which a subject meets them."""
    pins: dict[tuple[str, int], list[Event]] = {}
    for event in build.events:
        for ref in event.forms:
            pins.setdefault((ref.form, ref.version), []).append(event)
    return tuple(Due(catalogue.form(*pin), tuple(events)) for pin, events in pins.items())


def page(catalogue: Catalogue, build: Build, kind: Kind, language: str) -> str:
    """The HTML of the whole book."""
    return (
        environment()
        .get_template("pdf/blank.html")
        .render(
            study=catalogue.study,
            build=build,
            forms=due(catalogue, build),
            annotated=kind == "annotated",
            language=language,
            choices=items.choices,
            symbol=units.symbol,
            sheet=sheet,
        )
    )


def render(catalogue: Catalogue, build: Build, kind: Kind, language: str) -> bytes:
    """The PDF/A of the whole book; the same definition gives the same pages."""
    html = page(catalogue, build, kind, language)
    fonts.require(None, html)
    with ONE_AT_A_TIME, uncollected():
        document = HTML(string=html, url_fetcher=Nothing()).render(
            stylesheets=[stylesheet()], font_config=font_config()
        )
        raw: bytes = document.write_pdf(pdf_variant="pdf/a-3u")
    return raw
