"""The order of the protocol: whether a form may be entered yet, and what is missing if not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.gates import CompiledCondition, CompiledGate
from ecrf.definition.model import Text
from ecrf.entry.context import Context
from ecrf.entry.env import FormEnv, Names
from ecrf.entry.evaluate import Finding
from ecrf.models import Record, Signature, SignatureEnd, Subject
from ecrf.services.errors import Refused
from ecrf.services.work import Work

ENOUGH = {"begun": ("part", "complete"), "complete": ("complete",), "signed": ("complete",)}


@dataclass(frozen=True, slots=True)
class Missing:
    """A condition that does not hold: the form that holds it, and what to do."""

    form: str
    text: Text


def forms_of(gate: CompiledGate | None) -> frozenset[str]:
    """The forms that a gate looks at."""
    return frozenset(form for need in gate.needs for form in need.forms) if gate else frozenset()


def missing(
    work: Work, subject: Subject, form: FormDefinition, context: Context
) -> tuple[Missing, ...]:
    """The conditions of the form's gate that do not hold now."""
    gate = work.catalogue.gate(form.oid)
    if gate is None or (gate.model.cohorts and subject.cohort not in gate.model.cohorts):
        return ()
    states = _states(work, subject, [need.model.form for need in gate.needs])
    env = FormEnv(Names(work.catalogue, form), {}, context, {})
    return tuple(
        Missing(need.model.form, need.model.text)
        for need in gate.needs
        if not _holds(need, states, env)
    )


def require(work: Work, subject: Subject, form: FormDefinition, context: Context) -> None:
    """Refuse a save before its time; there is no way around."""
    lacking = missing(work, subject, form, context)
    if lacking:
        raise Refused(tuple(Finding(f"gate.{m.form}", "hard", "", m.text, ()) for m in lacking))


def _holds(need: CompiledCondition, states: dict[str, set[tuple[str, bool]]], env: FormEnv) -> bool:
    found = states.get(need.model.form, set())
    ready = any(
        status in ENOUGH[need.model.state] and (need.model.state != "signed" or signed)
        for status, signed in found
    )
    return ready and (need.when is None or need.when.evaluate(env) is True)


def _states(work: Work, subject: Subject, forms: Iterable[str]) -> dict[str, set[tuple[str, bool]]]:
    """Form -> (status, signed and still valid) of its records."""
    signed = (
        select(Signature.record_id)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(SignatureEnd.signature_id.is_(None))
    )
    query = select(Record.form, Record.status, Record.id.in_(signed)).where(
        Record.subject_id == subject.id,
        Record.form.in_(sorted(set(forms))),
        Record.inactive.is_(False),
    )
    found: dict[str, set[tuple[str, bool]]] = {}
    for form, status, has_signature in work.session.execute(query):
        found.setdefault(form, set()).add((status, bool(has_signature)))
    return found
