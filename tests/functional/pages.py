"""What is true of every page, whatever it shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from lxml import html

Element = html.HtmlElement

VOID = {
    "meta",
    "link",
    "input",
    "br",
    "col",
    "img",
    "hr",
    "source",
    "use",
    "path",
    "circle",
    "rect",
}
LANG = {"en": "en", "zh": "zh-Hans"}
SAID = ("aria-label", "title", "placeholder", "alt")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]*[a-z]{3,}")
# Words that are the same in both languages.
SAME = {"Mosteller", "min", "mmol", "pmol", "nmol", "umol"}


class Balance(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def problems(text: str, language: str) -> Iterator[str]:
    """Everything that is wrong with a page."""
    yield from _unbalanced(text)
    page = html.document_fromstring(text)
    for check in (_heading, _ids, _labels, _forms, _inline):
        yield from check(page)
    if page.get("lang") != LANG[language]:
        yield f"html lang is {page.get('lang')}"
    yield from _foreign(page, language)


def _unbalanced(text: str) -> Iterator[str]:
    parser = Balance()
    parser.feed(text)
    yield from parser.wrong
    if parser.open:
        yield f"left open: {parser.open}"


def _heading(page: Element) -> Iterator[str]:
    headings = page.xpath("//h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    elif not plain(page.find("head/title")).startswith(plain(headings[0])):
        yield f"the title does not start with the heading {plain(headings[0])!r}"


def _ids(page: Element) -> Iterator[str]:
    counted = Counter(page.xpath("//@id"))
    yield from (f"id {name} is there {count} times" for name, count in counted.items() if count > 1)
    for name in REFERENCES:
        for value in page.xpath(f"//@{name}"):
            yield from (f"{name}={one}: no such id" for one in value.split() if one not in counted)
    for target in page.xpath("//a/@href[starts-with(., '#')]"):
        if target[1:] not in counted:
            yield f"link to {target}: no such id"


def _labels(page: Element) -> Iterator[str]:
    labelled = set(page.xpath("//label/@for"))
    for field in page.xpath("//input[@type!='hidden'] | //select | //textarea"):
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not (named or field.get("id") in labelled or field.xpath("ancestor::label")):
            yield f"no label: {field.get('name')}"
    for control in page.xpath("//button | //a | //summary"):
        if not (plain(control) or control.get("aria-label")):
            yield f"no words: {html.tostring(control, encoding='unicode')[:80]}"


def _forms(page: Element) -> Iterator[str]:
    for form in page.xpath("//form"):
        if not form.get("action") or not form.get("method"):
            yield "a form has no action or method"
        elif form.get("method") == "post" and not form.xpath(".//input[@name='csrf_token']/@value"):
            yield f"no CSRF token: {form.get('action')}"


def _inline(page: Element) -> Iterator[str]:
    """What the content security policy would refuse."""
    yield from (f"inline style: {value}" for value in page.xpath("//@style"))
    yield from ("inline style element" for _ in page.xpath("//style"))
    yield from ("inline script" for _ in page.xpath("//script[not(@src) and not(@type)]"))
    for element in page.xpath("//*[@*[starts-with(name(), 'on')]]"):
        yield f"a handler: {sorted(element.keys())}"


def _foreign(page: Element, language: str) -> Iterator[str]:
    """Words of the other language that do not say so by ``lang``; names and data are marked
    ``translate="no"``."""
    for text in _said(page, language):
        if language == "en" and CHINESE.search(text):
            yield f"Chinese: {text!r}"
        elif language == "zh" and not CHINESE.search(text) and _words(text):
            yield f"English: {text!r}"


def _words(text: str) -> set[str]:
    """English words; codes are written in capitals, and stand in both languages."""
    return set(ENGLISH.findall(text)) - SAME


def _said(page: Element, language: str) -> Iterator[str]:
    own = LANG[language]
    quiet = f"ancestor-or-self::*[@translate='no' or (@lang and @lang!='{own}') or self::kbd]"
    for text in page.xpath(f"//body//text()[not(parent::script) and not(parent::*[{quiet}])]"):
        if text.strip():
            yield text.strip()
    for name in SAID:
        yield from page.xpath(f"//body//*[@{name} and not({quiet})]/@{name}")


def plain(element: Element | None) -> str:
    """The text of an element, with single spaces."""
    return "" if element is None else " ".join(" ".join(element.itertext()).split())
