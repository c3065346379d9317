// The cells of a form: what stands in them, what the record holds, what is said about them.
// The server judges; this only shows its judgement.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const form = $("#entry");
export const words = JSON.parse($("#words").textContent);
export const cells = new Map(); // path -> element
export const names = new Map(); // SHA-256 of an attached file -> what it is called
const boxes = new WeakMap(); // row or field -> where its messages stand
const ARROWS = { L: "down", LL: "down2", H: "up", HH: "up2" };
const LINES = ".m.err,.m.chk,.m.note";

export const icon = (name) => `<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;
const named = (name) => {
  const found = form.elements.namedItem(name); // also finds by id, such as a calculated value
  const digest = found instanceof RadioNodeList && [...found].find((one) => one.type === "hidden");
  if (digest) return digest; // beside the chooser of a file
  return found?.matches?.("output") ? null : found;
};
const host = (cell) => cell.closest("tr") ?? cell;
const put = (element, selector, text) => element && ($(selector, element).textContent = text);

/** Take up the cells under an element, with the messages that the server wrote beside them. */
export function enrol(root) {
  for (const cell of $$("[data-cell]", root)) {
    cells.set(cell.dataset.cell, cell);
    const next = host(cell).nextElementSibling;
    if (next?.matches(".msg")) boxes.set(host(cell), next);
  }
}

export function control(path) {
  const cell = cells.get(path);
  return cell ? $("[data-k]", cell) ?? $("input,select", cell) : null;
}

export function read(path) {
  const found = named(path);
  const why = named(`missing:${path}`);
  if (why?.value) return why.value;
  if (!found) return null;
  const all = found instanceof RadioNodeList ? [...found] : [found];
  if (!["radio", "checkbox"].includes(all[0].type)) return found.value.trim();
  return all.filter((one) => one.checked).map((one) => one.value).join(" ");
}

/** What a person reads for a code that was stored. */
export function decoded(path, text) {
  if (names.has(text)) return names.get(text);
  const found = named(path);
  const all = found instanceof RadioNodeList ? [...found] : [...(found?.options ?? [])];
  const option = all.find((one) => one.value === text);
  return option?.labels?.[0]?.textContent ?? option?.textContent ?? text;
}

export const entry = (path) => ({ v: read(path) ?? "", u: named(`unit:${path}`)?.value });

export function write(path, text, unit) {
  const found = named(path);
  const why = named(`missing:${path}`);
  const all = found instanceof RadioNodeList ? [...found] : found ? [found] : [];
  if (why) why.value = [...why.options].some((one) => one.value === text) ? text : "";
  why?.classList.toggle("on", !!why.value);
  for (const one of all) {
    if (["radio", "checkbox"].includes(one.type)) one.checked = text.split(" ").includes(one.value);
    else one.value = text;
  }
  if (unit && named(`unit:${path}`)) named(`unit:${path}`).value = unit;
}

export function dirty(path) {
  const { was = "", wasUnit } = cells.get(path).dataset;
  const now = entry(path);
  return read(path) !== null && (now.v !== was || (was && wasUnit && now.u && now.u !== wasUnit));
}

export const dirtyPaths = () => [...cells.keys()].filter(dirty);

/** The record now holds this: a later change asks for a reason. */
export function keep(path, was, unit) {
  Object.assign(cells.get(path).dataset, { was, wasUnit: unit ?? "" });
}

/** The path of the cell that an element belongs to; of a row of a panel, its result. */
export const focused = (target) => target.dataset.mark ?? (target.closest("[data-cell]") ??
  $("[data-cell]", target.closest("tr.it") ?? document.createElement("i")))?.dataset.cell;

// ---- what is said about a cell

function box(cell) {
  const owner = host(cell);
  if (!boxes.has(owner)) {
    const made = document.createElement(owner.matches("tr") ? "tr" : "div");
    made.className = "msg";
    if (owner.matches("tr")) made.insertCell().colSpan = owner.cells.length;
    owner.after(made);
    boxes.set(owner, made);
  }
  return boxes.get(owner);
}

/** Put a line under a cell or a row. */
export function place(line, cell) {
  const where = box(cell);
  (where.firstElementChild?.matches("td") ? where.firstElementChild : where).append(line);
  settle(cell);
}

export const line = (path, kind) =>
  $$(`.m.${kind}`).find((found) => found.dataset.for === path) ?? null;

/** A line of a kind under a cell, made once from its pattern. */
export function addLine(path, kind, owner = cells.get(path)) {
  const made = $(`#p-${kind}`).content.firstElementChild.cloneNode(true);
  made.dataset.for = path;
  place(made, owner);
  return made;
}

export function dropLine(path, kind, owner = cells.get(path)) {
  const found = line(path, kind);
  found?.remove();
  if (found) settle(owner);
}

function say(path, messages, confirmed) {
  const cell = cells.get(path);
  const seen = JSON.stringify(messages);
  if (cell.dataset.said === seen) return;
  cell.dataset.said = seen;
  $$(LINES).filter((old) => old.dataset.for === path).forEach((old) => old.remove());
  messages.forEach(([kind, id, text, done, paths], n) => {
    const made = addLine(path, kind);
    if (n === 0) made.id = `m-${control(path)?.id}`;
    $("span", made).textContent = text;
    const tick = $("input", made);
    if (!tick) return;
    Object.assign(tick, { value: id, checked: done || confirmed.has(id) });
    tick.dataset.paths = paths.join(" ");
    made.classList.toggle("done", tick.checked);
  });
  settle(cell);
}

/** After a change of its messages: the look of the cell, and whether its box is still needed. */
export function settle(cell) {
  const owner = host(cell);
  const where = boxes.get(owner);
  const mine = $$(".m", where).filter((made) => made.dataset.for === cell.dataset.cell);
  const wrong = mine.some((made) => made.matches(".err,.fil"));
  const target = control(cell.dataset.cell);
  target?.toggleAttribute("aria-invalid", wrong);
  if (wrong) target?.setAttribute("aria-invalid", "true");
  if (mine.length) target?.setAttribute("aria-describedby", `m-${target.id}`);
  else target?.removeAttribute("aria-describedby");
  cell.classList.toggle("warn", mine.some((made) => made.matches(".chk:not(.done)")));
  if (where && !$(".m", where)) {
    where.remove();
    boxes.delete(owner);
  }
  owner.classList.toggle("has", boxes.has(owner));
  if (owner === cell) line_up(cell.parentElement);
}

/** In a plain group a message stands under the whole line of fields, so that none moves aside. */
export function line_up(fields) {
  if (!$(".msg", fields)) return;
  fields.classList.add("measuring");
  const shown = $$(":scope > .fld", fields).filter((field) => field.offsetParent);
  const tops = shown.map((field) => field.offsetTop);
  fields.classList.remove("measuring");
  let after = null;
  shown.forEach((field, n) => {
    if (tops[n] !== tops[n - 1]) after = shown[tops.lastIndexOf(tops[n])];
    const where = boxes.get(field);
    if (!where) return;
    if (after.nextElementSibling !== where) after.after(where);
    after = where;
  });
}

export const label = (cell) => {
  const row = cell.closest("tr.it");
  if (!row) return $(".l", cell).textContent;
  const head = row.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
  return control(cell.dataset.cell)?.matches(".res") && cell.cellIndex === 1
    ? row.cells[0].textContent : `${row.cells[0].textContent} ${head}`;
};

// ---- the server's judgement

export function paint(state, { confirmed, typing, busy }) {
  const hidden = new Set(state.hidden);
  for (const [path, cell] of cells) {
    const now = state.cells[path] ?? {};
    const active = typing && cell.contains(document.activeElement);
    paintCell(cell, path, now, busy(path) || active);
    // A half-typed value is not judged: its messages wait until the person goes on.
    if (!active || cell.dataset.said !== undefined) say(path, now.messages ?? [], confirmed);
    cell.hidden = hidden.has(path);
  }
  for (const [oid, [done, , gone]] of Object.entries(state.groups)) {
    const group = $(`[data-group="${oid}"]`, form);
    group.hidden = gone && !$("[data-row]", group);
    if ($("[data-done]", group)) put(group, "[data-done]", done);
  }
  $$(".fields", form).forEach(line_up);
  $("#done").textContent = state.done;
  $("#total").textContent = state.total;
  Object.assign($("#meter"), { max: state.total || 1, value: state.done });
}

function paintCell(cell, path, now, typing) {
  const output = $("output.calc", cell);
  if (output) output.textContent = now.shown ?? "";
  if (now.text && !typing && read(path) !== null && read(path) !== now.text) write(path, now.text);
  control(path)?.classList.toggle("miss", !!now.missing);
  const file = new CustomEvent("painted", { bubbles: true, detail: now });
  $("[data-att]", cell)?.dispatchEvent(file);
  const row = cell.closest(".lab tr.it");
  if (row && control(path)?.matches(".res") && cell.cellIndex === 1) paintResult(cell, row, now);
  const logs = $$("[data-history]", cell.closest("tr") ?? cell);
  const log = logs.find((button) => button.dataset.history === path);
  if (log && now.changes) {
    log.hidden = false;
    log.classList.toggle("many", now.changes > 1);
    put(log, "sup", now.changes > 1 ? now.changes : "");
  }
}

function paintResult(cell, row, now) {
  if (now.range) cell.dataset.range = now.range;
  put(row, ".g .rg", now.range ?? cell.dataset.range ?? "");
  put(row, ".g .cv", now.converted ?? "");
  $(".g .cv", row).title = now.converted ?? "";
  const { flag, grade } = now;
  const mark = flag ? `<span class="flag ${flag}">${icon(ARROWS[flag])}${flag}</span>` : "";
  const worse = grade && grade !== "0" ? `<span class="gr">${grade.at(-1)}</span>` : "";
  $(".fl", row).innerHTML = mark + worse; // codes of a closed list, never text of a person
}
