"""Reads a study: files -> data -> models -> lists resolved -> rules compiled -> one Catalogue.

Every file is read once, and everything that is wrong is reported at once, with its place.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from ecrf.definition import check_form, check_study
from ecrf.definition import criteria as criteria_files
from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.compile_form import FormCompiler, report_cycle
from ecrf.definition.criteria import Criteria
from ecrf.definition.episodes import check_episodes
from ecrf.definition.errors import DefinitionError, DefinitionErrors
from ecrf.definition.examples import run_examples
from ecrf.definition.gates import CompiledGate, compile_gates
from ecrf.definition.milestones import check_milestones
from ecrf.definition.model import (
    AnalyteCatalogue,
    Build,
    CodeList,
    Form,
    Laboratory,
    Study,
)
from ecrf.definition.monitoring import check_monitoring
from ecrf.definition.names import Analytes, Names, foreign_names
from ecrf.definition.references import reference
from ecrf.definition.resolve import Resolver
from ecrf.definition.rule_types import Function, Scope, Type
from ecrf.definition.shape import validate
from ecrf.definition.source import Source, read

__all__ = ["DefinitionError", "DefinitionErrors", "load_study", "run_examples"]

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class File(Generic[M]):
    """One file, its source and, if its shape is right, its model."""

    path: Path
    source: Source
    model: M | None


@dataclass(slots=True)
class Files:
    """All files of a study by kind."""

    study: File[Study]
    builds: list[File[Build]] = field(default_factory=list)
    codelists: list[File[CodeList]] = field(default_factory=list)
    catalogues: list[File[AnalyteCatalogue]] = field(default_factory=list)
    laboratories: list[File[Laboratory]] = field(default_factory=list)
    criteria: list[File[Criteria]] = field(default_factory=list)
    forms: list[File[Form]] = field(default_factory=list)

    def all(self) -> list[File[BaseModel]]:
        groups = (
            self.builds,
            self.codelists,
            self.catalogues,
            self.laboratories,
            self.criteria,
            self.forms,
        )
        return [self.study, *(file for group in groups for file in group)]  # type: ignore[list-item]


def load_study(root: Path, functions: Mapping[str, Function] | None = None) -> Catalogue:
    """The study under a folder; DefinitionErrors with everything that is wrong."""
    with _without_collection():
        files = read_files(Path(root))
        catalogue = Loader(Path(root), files, functions or {}).load()
    errors = [error for file in files.all() for error in file.source.errors]
    if errors or catalogue is None:
        raise DefinitionErrors(errors)
    return catalogue


@contextmanager
def _without_collection() -> Iterator[None]:
    """Nearly all that loading makes stays, so that looking for garbage only doubles its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_files(root: Path) -> Files:
    if not (root / "study.yaml").is_file():
        raise DefinitionErrors([DefinitionError(f"{root}/study.yaml", 1, 1, "", "no such file")])
    return Files(
        study=read_file(root / "study.yaml", Study),
        builds=_folder(root, "builds/*.yaml", Build, "{build}"),
        codelists=_folder(root, "codelists/*/*.yaml", CodeList, "{codelist}/{version}"),
        catalogues=_folder(root, "analytes/*/*.yaml", AnalyteCatalogue, "{catalogue}/{version}"),
        laboratories=_folder(root, "laboratories/*.yaml", Laboratory, "{laboratory}"),
        criteria=_folder(root, "criteria/*.yaml", Criteria, "{criteria}"),
        forms=_folder(root, "forms/*/*.yaml", Form, "{form}/{version}"),
    )


def read_file(path: Path, model: type[M]) -> File[M]:
    source = read(path, path.as_posix())
    return File(path, source, validate(source, model) if not source.errors else None)


def _folder(root: Path, pattern: str, model: type[M], name: str) -> list[File[M]]:
    files = []
    for path in sorted(root.glob(pattern)):
        file = read_file(path, model)
        if file.model is not None:
            _check_name(file, name)
        files.append(file)
    return files


def _check_name(file: File[M], name: str) -> None:
    """A file is where its content says: VS version 1 in vs/1.yaml."""
    expected = name.format_map(vars(file.model)).lower()
    parts = expected.count("/") + 1
    found = "/".join(file.path.with_suffix("").parts[-parts:])
    if found != expected:
        key = name.strip("{").partition("}")[0]
        message = f"this file must be called {expected}.yaml, not {found}.yaml"
        file.source.error((key,), message)


class Loader:
    """The steps after reading; each notes what is wrong in the sources and goes on."""

    def __init__(self, root: Path, files: Files, functions: Mapping[str, Function]) -> None:
        self.root = root
        self.files = files
        self.functions = functions
        self.study = files.study.model
        self.analytes = Analytes()
        self.gates: dict[int, dict[str, CompiledGate]] = {}

    def load(self) -> Catalogue | None:
        codelists = self.code_lists()
        catalogues = self.analyte_catalogues(codelists)
        forms = self.forms(codelists, catalogues)
        if self.study is None:
            return None
        builds = {f.model.build: f.model for f in self.files.builds if f.model is not None}
        compiled = self.compile(self.study, forms, builds)
        self.check(forms, catalogues)
        laboratories = [file.model for file in self.files.laboratories if file.model is not None]
        return Catalogue(
            root=self.root,
            study=self.study,
            builds=builds,
            forms=compiled,
            codelists=codelists,
            catalogues=catalogues,
            laboratories={laboratory.laboratory: laboratory for laboratory in laboratories},
            gates=self.gates,
            criteria={
                f.model.criteria: f.model for f in self.files.criteria if f.model is not None
            },
        )

    def code_lists(self) -> dict[tuple[str, int], CodeList]:
        found = {}
        for file in self.files.codelists:
            if file.model is None:
                continue
            found[file.model.codelist, file.model.version] = file.model
            check_form.check_texts(file.source)
            check_form.check_codes(file.model.choices, file.source, ("choices",))
            codes = [(c.code, ("choices", i, "code")) for i, c in enumerate(file.model.choices)]
            check_form.unique(codes, file.source, "in this list")
        return found

    def analyte_catalogues(
        self, codelists: Mapping[tuple[str, int], CodeList]
    ) -> dict[tuple[str, int], AnalyteCatalogue]:
        found = {}
        resolver = Resolver(self.study, codelists, {}, self.broken(self.files.codelists))
        for file in self.files.catalogues:
            if file.model is None:
                continue
            check_form.check_texts(file.source)
            complete = resolver.catalogue(file.model, file.source)
            check_form.check_analytes(dict(enumerate(complete.analytes)), file.source)
            found[complete.catalogue, complete.version] = complete
        return found

    def forms(
        self,
        codelists: Mapping[tuple[str, int], CodeList],
        catalogues: Mapping[tuple[str, int], AnalyteCatalogue],
    ) -> list[tuple[File[Form], Form]]:
        """Every form with its items complete; its panels go to ``self.analytes``."""
        broken = self.broken(self.files.codelists) | self.broken(self.files.catalogues)
        resolver = Resolver(self.study, codelists, catalogues, broken)
        found = []
        for file in self.files.forms:
            if file.model is None:
                continue
            form, panels = resolver.form(file.model, file.source)
            for group, analytes in panels.items():
                self.analytes.by_group[form.form, form.version, group] = analytes
            check_form.check_form(form, file.source, self.study)
            found.append((file, form))
        return found

    def compile(
        self,
        study: Study,
        forms: list[tuple[File[Form], Form]],
        builds: Mapping[int, Build],
    ) -> dict[tuple[str, int], FormDefinition]:
        names = Names(study, builds.values(), [form for _, form in forms], self.analytes)
        broken = self.broken(self.files.forms)
        compiled, compilers = {}, {}
        for file, form in forms:
            panels = {
                group.group: self.analytes.of(form, group)
                for group in form.groups
                if group.layout == "panel"
            }
            compiler = FormCompiler(form, panels, file.source, names, self.functions, broken)
            compiled[form.form, form.version] = compiler.compile(file.path)
            compilers[form.form, form.version] = compiler
        _check_circles(compilers)
        _check_ids(forms)
        self.compile_gates({oid: compilers[oid, n].whole for oid, n in sorted(compilers)}, broken)
        return compiled

    def compile_gates(self, scopes: Mapping[str, Scope], broken: frozenset[str]) -> None:
        for file in self.files.builds:
            if file.model is not None:
                self.gates[file.model.build] = compile_gates(
                    file.model.gates, file.source, scopes, self.functions, broken
                )

    def check(
        self,
        forms: list[tuple[File[Form], Form]],
        catalogues: Mapping[tuple[str, int], AnalyteCatalogue],
    ) -> None:
        broken = self.broken(self.files.forms)
        known = {(form.form, form.version): form for _, form in forms}
        oids = {oid for oid, _ in known}
        for file, form in forms:
            check_form.check_links(form, file.source, oids, broken)
        names = None if broken else foreign_names([form for _, form in forms], self.analytes)
        if self.study is not None:
            check_form.check_texts(self.files.study.source)
            check_study.check_study(self.study, self.files.study.source, names)
            self.check_plans(self.study, names, oids)
        for build in self.files.builds:
            if build.model is not None:
                check_form.check_texts(build.source)
                check_study.check_build(build.model, build.source, self.study, known, broken)
        for laboratory in self.files.laboratories:
            if laboratory.model is not None:
                check_study.check_laboratory(
                    laboratory.model, laboratory.source, list(catalogues.values())
                )
        self.check_criteria(known)
        if not self.files.builds:
            self.files.study.source.error((), "the study has no build", "write builds/1.yaml")

    def check_plans(
        self, study: Study, names: Mapping[str, Type] | None, forms: Collection[str]
    ) -> None:
        builds = [file.model for file in self.files.builds if file.model is not None]
        events = {event.event for build in builds for event in build.events}
        cohorts = {cohort.cohort for cohort in study.cohorts}
        check_episodes(study.episodes, self.files.study.source, names)
        check_milestones(study.milestones, self.files.study.source, events)
        if study.monitoring is not None:
            check_monitoring(
                study.monitoring, self.files.study.source, names, forms, cohorts, events
            )

    def check_criteria(self, known: Mapping[tuple[str, int], Form]) -> None:
        items = {
            oid: {item.item for group in form.groups for item in group.items}
            for (oid, _), form in sorted(known.items())
        }
        cohorts = {cohort.cohort for cohort in self.study.cohorts} if self.study else set()
        versions = {file.model.criteria for file in self.files.criteria if file.model is not None}
        for file in self.files.criteria:
            if file.model is not None:
                check_form.check_texts(file.source)
                criteria_files.check(file.model, file.source, cohorts, items)
        for build in self.files.builds:
            wanted = build.model.criteria if build.model is not None else None
            if wanted is not None and wanted not in versions:
                build.source.error(("criteria",), f"there is no criteria/{wanted}.yaml")

    @staticmethod
    def broken(files: list[File[M]]) -> frozenset[str]:
        """The forms or lists (by folder, so in lower case) with a file that is not right."""
        return frozenset(file.path.parent.name for file in files if file.model is None)


def _check_circles(compilers: Mapping[tuple[str, int], FormCompiler]) -> None:
    """Derivations that go in a circle through several forms, at their highest versions."""
    latest: dict[str, FormCompiler] = {}
    for (oid, _), compiler in sorted(compilers.items()):
        latest[oid] = compiler
    graph = {
        f"{oid}.{item}": {
            f"{ref.form}.{ref.item}"
            for ref in map(reference, rule.names)
            if ref is not None and ref.form not in ("", oid) and ref.where != "others"
        }
        | {f"{oid}.{name}" for name in rule.names if name in compiler.derive}
        for oid, compiler in latest.items()
        for item, rule in compiler.derive.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        forms = {name.partition(".")[0] for name in error.args[1]}
        if len(forms) > 1:  # a circle within one form is reported by its compiler
            places = {
                f"{oid}.{item}": (compiler.source, steps)
                for oid, compiler in latest.items()
                for item, steps in compiler.places.items()
            }
            report_cycle(error, places)


def _check_ids(forms: list[tuple[File[Form], Form]]) -> None:
    """The id of a check belongs to one form, in all its versions."""
    owner: dict[str, str] = {}
    for file, form in forms:
        for i, check in enumerate(form.checks):
            if owner.setdefault(check.check, form.form) != form.form:
                message = f"{check.check} is already a check of {owner[check.check]}"
                file.source.error(("checks", i, "check"), message)
