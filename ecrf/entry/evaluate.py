"""Judging the content of a form: calculated values, laboratory facets, and findings.

Nothing is refused here. A finding says what does not fit and how severe it is; the services
decide. Unknown never fires: a missing or coded-missing value keeps a check silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Text
from ecrf.definition.values import BLANK, Value, item_path
from ecrf.entry import bounds, derive, lab_rows, personal
from ecrf.entry.context import Context, Record
from ecrf.entry.derive import result, shown
from ecrf.entry.env import STRUCK, FormEnv, RowEnv, live_rows, typed
from ecrf.entry.findings import Evaluation, Finding, Severity
from ecrf.entry.messages import message
from ecrf.entry.plan import CheckPlan, GroupPlan, ItemPlan, Plan, plan_of

NEW_ROW = "__"  # key of the row that the page keeps as the pattern of a new one
NOTHING: Record = {}


def evaluate(
    catalogue: Catalogue,
    form: FormDefinition,
    data: Mapping[str, Value],
    context: Context,
    previous: Record | None = None,
) -> Evaluation:
    """Judge ``data``; ``previous`` is what the record held, whose frozen facets may stay."""
    plan = plan_of(catalogue, form)
    entered = _entered(plan, data)
    rows = {
        group.oid: tuple(group.analytes) if group.result else tuple(live_rows(entered, group.oid))
        for group in plan.groups
        if group.group.repeats
    }
    env = FormEnv(plan.names, entered, context, rows)
    notes = lab_rows.freeze(plan, env, previous or NOTHING)
    derive.compute(plan, env)
    judge = _Judge(plan, env, notes)
    for group in plan.groups:
        judge.group(group)
    for check in plan.checks:
        judge.check(check)
    return Evaluation(
        env.data, tuple(judge.findings), frozenset(judge.hidden), frozenset(judge.required)
    )


def _entered(plan: Plan, data: Record) -> dict[str, Value]:
    """The content without calculated values, so that a row whose items were all cleared is gone;
    a row struck out stays as it was."""
    if not plan.calculated:
        return dict(data)
    struck = tuple(f"{path}." for path, value in data.items() if value.text == STRUCK)
    return {
        path: value
        for path, value in data.items()
        if path.rpartition(".")[2] not in plan.calculated or (struck and path.startswith(struck))
    }


class _Judge:
    """Collects what is found on one walk over the form."""

    def __init__(self, plan: Plan, env: FormEnv, notes: lab_rows.Notes) -> None:
        self.plan = plan
        self.env = env
        self.notes = notes
        self.findings: list[Finding] = []
        self.hidden: set[str] = set()
        self.required: set[str] = set()

    def group(self, group: GroupPlan) -> None:
        visible = shown(group.show, self.env)
        if not group.group.repeats:
            for item in group.items:
                self.item(group, item, item.oid, self.env, visible)
            return
        for row in self.rows(group):
            for item in group.items:
                self.item(group, item, row.prefix + item.oid, row, visible)
        if group.result is None:
            self.new_rows(group, visible)

    def rows(self, group: GroupPlan) -> Iterator[RowEnv]:
        """The live rows, and as many empty ones as the group needs at least."""
        envs = self.env.row_envs(group.oid, group.names, group.result)
        yield from envs
        missing = group.group.min_rows - len(envs) if group.result is None else 0
        first = self.next_key(group)
        for key in range(first, first + missing):
            yield RowEnv(self.env, group.oid, str(key), group.names, None)

    def next_key(self, group: GroupPlan) -> int:
        numbers = [int(key) for key in self.env.rows[group.oid] if key.isdecimal()]
        return max(numbers, default=0) + 1

    def new_rows(self, group: GroupPlan, visible: bool) -> None:
        """What a new row would hide; and whether there are too many rows."""
        for key in (NEW_ROW, str(self.next_key(group))):
            row = RowEnv(self.env, group.oid, key, group.names, None)
            self.hidden.update(
                row.prefix + item.oid
                for item in group.items
                if not (visible and shown(item.show, row))
            )
        keys, most = self.env.rows[group.oid], group.group.max_rows
        if len(keys) > most:
            path = item_path(group.items[0].oid, group.oid, keys[most])
            params: dict[str, str | Text] = {"label": group.group.label, "limit": str(most)}
            self.find(f"{group.oid}.rows", "hard", path, message("rows", params))

    def item(
        self,
        group: GroupPlan,
        item: ItemPlan,
        path: str,
        env: FormEnv | RowEnv,
        visible: bool,
    ) -> None:
        value = self.env.data.get(path, BLANK)
        if not (visible and (item.show is None or shown(item.show, env))):
            self.hidden.add(path)
            if not value.blank:
                text = message("hidden", {"label": self.label(group, item, env)})
                self.find(f"{item.oid}.hidden", "hard", path, text)
        elif value.blank:
            self.empty(group, item, path, env)
        elif value.missing is None:
            self.limits(group, item, path, env, value)
            self.personal(group, item, path, env, value)
        if path in self.notes:
            self.findings += self.notes[path]

    def empty(self, group: GroupPlan, item: ItemPlan, path: str, env: FormEnv | RowEnv) -> None:
        rule = item.required
        if rule is None or item.calculated:
            return
        if rule is True or result(rule, env) is True:
            self.required.add(path)
            text = message("required", {"label": self.label(group, item, env)})
            self.find(f"{item.oid}.required", "required", path, text)

    def limits(
        self, group: GroupPlan, item: ItemPlan, path: str, env: FormEnv | RowEnv, value: Value
    ) -> None:
        severities, measured = item.bounds, item.item
        if isinstance(env, RowEnv) and item.oid == group.result:
            severities = group.limits[env.key] or severities
            measured = group.analytes[env.key]
        if not severities:
            return
        number = typed(value)
        beyond = bounds.outside(severities, number, env)
        if beyond is not None:
            entry, side, limit = beyond
            label = self.label(group, item, env)
            text = bounds.explain(entry, side, limit, label, measured, number)
            self.find(f"{item.oid}.{entry.severity}", entry.severity, path, text)

    def personal(
        self, group: GroupPlan, item: ItemPlan, path: str, env: FormEnv | RowEnv, value: Value
    ) -> None:
        if item.item.type not in ("text", "long_text"):
            return
        plain_number = getattr(item.item, "plain_number", False)
        what = personal.resembles(value.text, plain_number)
        if what is not None:
            text = message("personal", {"label": self.label(group, item, env), "what": what})
            self.find(f"{item.oid}.personal", "soft", path, text)

    def label(self, group: GroupPlan, item: ItemPlan, env: FormEnv | RowEnv) -> Text:
        """What a message calls an item: in a panel the test, in rows the item and its row."""
        label: Text = item.item.label
        if not isinstance(env, RowEnv):
            return label
        if group.result is None:
            return Text(en=f"{label.en} (row {env.key})", zh=f"{label.zh}（第{env.key}行）")
        test = group.analytes[env.key].label
        if item.oid == group.result:
            return test
        return Text(en=f"{test.en}, {label.en}", zh=f"{test.zh}，{label.zh}")

    def find(self, id_: str, severity: Severity, path: str, text: Text) -> None:
        self.findings.append(Finding(id_, severity, path, text, (path,)))

    def check(self, plan: CheckPlan) -> None:
        rule = plan.check.when
        if plan.group is None:
            if result(rule, self.env) is True:
                self.fires(plan, None)
            return
        group = plan.group
        for row in self.env.row_envs(group.oid, group.names, group.result):
            if result(rule, row) is True:
                self.fires(plan, row)

    def fires(self, plan: CheckPlan, row: RowEnv | None) -> None:
        model = plan.check.model
        stands = [path for name in plan.stands for path in self.paths(name, row)]
        rests = [path for name in plan.rests for path in self.paths(name, row)]
        paths = tuple(dict.fromkeys(stands[:1] + rests))
        path = paths[0] if paths else ""
        self.findings.append(
            Finding(model.check, model.severity, path, model.message, paths, model.query)
        )

    def paths(self, name: str, row: RowEnv | None) -> list[str]:
        """The paths behind a name of this form, seen from a row or from the form."""
        if row is not None and name in row.items:
            return [row.prefix + name]
        if name not in self.plan.form.items:
            return [self.plan.names.results[name]]
        group = self.plan.form.items[name][0]
        if not group.repeats:
            return [name]
        return [item_path(name, group.group, key) for key in self.env.rows[group.group]]


__all__ = ["Evaluation", "Finding", "evaluate"]
