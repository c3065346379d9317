"""The corpus of definition files: one file each, laid over the study in tests/definitions/base.

A file goes where its own keys say (``form: VS`` and ``version: 1``: forms/vs/1.yaml), or where a
comment in its first line says (``# path: forms/vs/2.yaml``). A new case is a new file.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.loader import DefinitionErrors, load_study, run_examples

CORPUS = Path(__file__).parents[2] / "definitions"
PLACES = {
    "form": "forms/{0}/{1}.yaml",
    "codelist": "codelists/{0}/{1}.yaml",
    "catalogue": "analytes/{0}/{1}.yaml",
    "build": "builds/{0}.yaml",
    "laboratory": "laboratories/{0}.yaml",
    "study": "study.yaml",
}


def cases(kind: str) -> list[Path]:
    return sorted((CORPUS / kind).glob("*.yaml"))


def base(folder: Path) -> Path:
    """A copy of the base study."""
    root = folder / "study"
    shutil.copytree(CORPUS / "base", root)
    return root


def place(root: Path, case: Path) -> Path:
    """Lay one case over a study; where it went."""
    text = case.read_bytes().decode("utf-8", errors="replace")
    said = re.match(r"# path: (\S+)", text)
    path = root / (said[1] if said else _own_place(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(case, path)
    return path


def _own_place(text: str) -> str:
    version = re.search(r"^version: (\S+)", text, re.MULTILINE)
    for key, pattern in PLACES.items():
        name = re.search(rf"^{key}: (\S+)", text, re.MULTILINE)
        if name:
            return pattern.format(name[1].lower(), version[1] if version else "1")
    raise AssertionError("the case does not say what it is")


def complaints(root: Path) -> str:
    """What the loader says, with paths under the study; the problems of examples too."""
    try:
        problems = "".join(f"{problem}\n" for problem in run_examples(load_study(root)))
    except DefinitionErrors as errors:
        problems = f"{errors}\n"
    return problems.replace(f"{root.as_posix()}/", "")


def summary(catalogue: Catalogue, form: FormDefinition) -> str:
    """What became of a form, in words that a reviewer can compare with the file."""
    lines = [f"{form.oid} {form.version}: {form.model.title.en} / {form.model.title.zh}"]
    for group, item in form.items.values():
        codes = ",".join(choice.code for choice in form.choices(item))
        lines.append(" ".join(filter(None, (f"  {group.group}.{item.item}", item.type, codes))))
    for name, rules in (("show", form.show), ("derive", form.derive)):
        lines += [f"  {name} {oid}: {_names(rule)}" for oid, rule in rules.items()]
    for oid, required in form.required.items():
        lines.append(f"  required {oid}: {'always' if required is True else _names(required)}")
    for oid, bounds in form.bounds.items():
        lines += [f"  {b.severity} {oid}: {_source(b.min)}..{_source(b.max)}" for b in bounds]
    lines += [f"  check {check.id} {_names(check.when)}" for check in form.checks]
    lines.append(f"  order: {' '.join(form.order)}")
    return "\n".join(lines) + "\n"


def _names(rule: object) -> str:
    return " ".join(sorted(getattr(rule, "names", ())))


def _source(rule: object) -> str | None:
    return getattr(rule, "source", None)
