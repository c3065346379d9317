// Filling in a form: what happens on typing, choosing, saving, and when somebody else was first.

import { unattach } from "./attachments.js";
import { $, $$, addLine, cells, control, dirty, dirtyPaths, dropLine, entry, form, keep,
  line, line_up, names, read, words, write } from "./cells.js";
import { Lost, confirmed, count, draft, explain, post, queue, record, report, show } from "./drafts.js";
import { focus, listen, move, walk } from "./keyboard.js";
import "./paste.js";
import "./presence.js";
import { hooks } from "./queries.js";
import { addRow, strike, struck } from "./rows.js";
import { adverse, issues, jump, press } from "./view.js";

const IDLE = 60_000; // ms without a key, then what is in draft is saved
const AGAIN = 5_000;
let idle = 0;

// ---- typing and choosing

function changed(target) {
  const path = target.name.replace(/^(unit|missing):/, "");
  oneOf(target);
  draft(path, true);
  if (!cells.has(path)) return;
  explain(path);
  const asked = line(path, "rsn");
  if (asked && !$("input:checked", asked) && target.type === "text") $("input", asked).focus();
  count();
}

/** A choice and the reason for having none exclude each other. */
function oneOf(target) {
  const group = target.closest(".yn,.mc");
  const why = group && $(".ms", group);
  if (!why) return;
  if (target === why && why.value) $$("input", group).forEach((one) => (one.checked = false));
  else if (target !== why && target.checked) why.value = "";
  why.classList.toggle("on", !!why.value);
}

const explained = (other) =>
  other.closest(".rsn").classList.toggle("given", !!other.value.trim());

function chosen(radio) {
  const asked = radio.closest("[data-reason]");
  const other = radio.value === "other";
  $(".other", asked).hidden = !other;
  asked.classList.toggle("given", !other || !!$(".other", asked).value.trim());
  if (other) $(".other", asked).focus();
  else move(control(asked.dataset.for) ?? asked, 1);
  count();
}

function confirm(tick) {
  const said = tick.closest(".m");
  said.classList.toggle("done", tick.checked);
  if (tick.checked) confirmed.set(tick.value, tick.dataset.paths.split(" "));
  else confirmed.delete(tick.value);
  cells.get(said.dataset.for).classList.toggle("warn", !tick.checked);
  count();
}

form.addEventListener("input", ({ target, isComposing }) => {
  const text = target.matches("input[type=text],textarea");
  if (target.matches(".other")) explained(target);
  else if (!isComposing && text) draft(target.name, false);
});
form.addEventListener("compositionend", ({ target }) => draft(target.name, false));
form.addEventListener("change", ({ target }) => {
  if (target.name === "confirmed") confirm(target);
  else if (target.matches(".other")) count();
  else if (target.name.startsWith("reason:")) chosen(target);
  else if (target.name) changed(target);
});
form.addEventListener("keyup", () => {
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (dirtyPaths().length && !issues("err").length && !issues("rsn").length) save("stay", true);
  }, IDLE);
});

// A second click on a chosen button clears it: a mis-click must not need a keyboard.
form.addEventListener("pointerdown", ({ target }) => {
  const radio = target.closest(".yn label,.cs label")?.control;
  if (radio) radio.dataset.clear = radio.checked;
});
form.addEventListener("click", ({ target }) => {
  if (target.type !== "radio" || target.dataset.clear !== "true") return;
  delete target.dataset.clear;
  target.checked = false;
  target.dispatchEvent(new Event("change", { bubbles: true }));
});

/** Every empty result of a panel is "not done". */
function notDone(panel) {
  for (const result of $$(".res", panel).filter((one) => cells.has(one.name) && !one.value)) {
    write(result.name, "ND");
    draft(result.name, true);
    explain(result.name);
  }
}

// ---- saving

function payload(leave) {
  const entries = Object.fromEntries(dirtyPaths().map((path) => [path, entry(path)]));
  for (const row of $$("[data-striking]", form)) entries[row.dataset.row] = { v: "deleted" };
  const reasons = {};
  for (const asked of $$("[data-reason]", form)) {
    const code = $("input:checked", asked)?.value;
    if (code) reasons[asked.dataset.for] = { code, text: $(".other", asked).value };
  }
  return { revision: record.revision, entries, reasons, confirmed: [...confirmed.keys()], leave };
}

/** Put everything into the record; true if it is there. ``quietly`` asks for nothing. */
async function save(leave, quietly = false) {
  try {
    await queue.flush();
    if (issues("rsn").length) {
      if (!quietly) jump("rsn");
      return false;
    }
    const { status, content } = await queue.alone(() => post(form.action, payload(leave)));
    if (status === 409) return conflict(content);
    if (status === 422) return refused(content, quietly);
    saved(content);
    if (content.next) location.assign(content.next);
    return true;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    queue.failures ||= 1;
    Object.assign(queue, { problem: error.stop, why: error.why });
    queue.since ??= new Date();
    if (!queue.problem && !queue.waiting.size) setTimeout(() => save("stay", true), AGAIN);
    report();
    return false;
  }
}

/** The record now holds this. */
function adopt(content) {
  record.revision = content.revision;
  form.elements.revision.value = content.revision;
  for (const [digest, name] of Object.entries(content.names ?? {})) names.set(digest, name);
  for (const [path, [was, unit]] of Object.entries(content.was)) {
    if (cells.has(path)) keep(path, was, unit);
  }
}

function saved(content) {
  adopt(content);
  $$("[data-striking]", form).forEach(struck);
  $$(".m.rsn", form).forEach((asked) => dropLine(asked.dataset.for, "rsn"));
  Object.assign(queue, { failures: 0, problem: "", why: "", since: null });
  $("#saved").dataset.at = content.at;
  $("#esum").hidden = true;
  $(".notice")?.remove();
  count();
  if (!content.next) queue.alone(refresh).catch(() => {});
}

/** Ask how the form is judged now; rows that somebody else added need the page anew. */
async function refresh() {
  const { content } = await post(form.dataset.draft, { revision: record.revision, entries: {} });
  if (Object.keys(content.cells).every((path) => cells.has(path))) show(content, true);
  else if (!queue.unsent) location.reload();
}

function refused(content, quietly) {
  show(content.state, true);
  if (quietly || !content.problems.length) return false;
  $("#esh").textContent = content.heading;
  $("#esum ul").replaceChildren(...content.problems.map(({ path, id, text }) => {
    const link = Object.assign(document.createElement("a"), { href: `#${id}`, textContent: text });
    link.dataset.path = path;
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  $("#esum").hidden = false;
  $("#esum").focus();
  scrollTo({ top: 0 });
  return false;
}

$("#esum").addEventListener("click", (event) => {
  const stop = control(event.target.dataset.path ?? "");
  if (!stop) return;
  event.preventDefault();
  focus(stop);
});

// ---- somebody saved in between: per item, theirs or mine; nothing is lost either way

function conflict(content) {
  const before = new Map([...cells].map(([path, cell]) => [path, cell.dataset.was ?? ""]));
  const mine = new Set(dirtyPaths());
  adopt(content);
  for (const [path, [theirs, unit]] of Object.entries(content.was)) {
    if (!cells.has(path) || theirs === before.get(path)) continue;
    if (!mine.has(path)) write(path, theirs, unit);
    else if (dirty(path)) compare(path, theirs, content.who[path] ?? "");
  }
  show(content.state, true);
  onward();
  return false;
}

function compare(path, theirs, who) {
  dropLine(path, "rsn");
  const made = line(path, "cfl") ?? addLine(path, "cfl");
  for (const [part, text] of Object.entries({ who, theirs, mine: read(path) })) {
    $(`.${part}`, made).textContent = names.get(text) || text || words.blank_value;
  }
}

function take(button) {
  const path = button.closest(".m").dataset.for;
  const { was, wasUnit } = cells.get(path).dataset;
  if (button.dataset.take === "theirs") write(path, was, wasUnit);
  dropLine(path, "cfl");
  draft(path, true);
  explain(path);
  count();
  onward();
}

/** To the next thing to be settled; with none left, everything is saved. */
const onward = () => (issues("rsn").length ? jump("rsn") : save("stay"));

// ---- the adverse event of a significant result: what was typed is kept first

async function begin(button) {
  await save("stay", true);
  if (queue.unsent) return;
  const url = form.dataset.draft.replace(/draft$/, "event");
  const ask = () => post(url, { path: button.dataset.event });
  const answer = await queue.alone(ask).catch((error) => {
    if (!(error instanceof Lost)) throw error;
    Object.assign(queue, { problem: error.stop, why: error.why, failures: 1 });
    report();
  });
  if (answer) location.assign(answer.content.next);
}

// ---- what is pressed

press({
  add: (button) => addRow(button.closest("[data-group]")),
  strike: (button) => strike(button.closest("[data-row]")),
  nd: (button) => notDone(button.closest("[data-group]")),
  take,
  unattach,
  event: begin,
});
walk();
listen({
  "Ctrl+s": () => void save("stay"),
  "Alt+e": (target) => {
    const button = adverse(target);
    return button ? void begin(button) : false;
  },
  "Alt+u": ({ name }) => form.elements.namedItem(`unit:${name}`)?.focus(),
  "Alt+v": (target) => {
    const said = line(target.closest("[data-cell]")?.dataset.cell, "chk");
    return said ? void $("input", said).click() : false;
  },
});

hooks.save = () => !dirtyPaths().length || save("stay"); // an answer names the change it rests on

const leaves = ({ origin, pathname, dataset }) => // a file is handed out, the form stays
  origin === location.origin && pathname !== location.pathname && dataset.file === undefined;

document.addEventListener("click", async (event) => {
  if (event.defaultPrevented) return;
  const button = event.target.closest("button[type=submit]");
  const link = event.target.closest("a[href]");
  if (button?.form === form) {
    event.preventDefault();
    const close = button.value === "close";
    const done = await save(button.value, close);
    if (!done && close) location.assign(form.dataset.casebook);
  } else if (link && leaves(link) && !event.ctrlKey && dirtyPaths().length) {
    event.preventDefault(); // leaving the form saves it; what cannot be saved stays in draft
    await save("stay", true);
    location.assign(link.href);
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", () => $$(".fields", form).forEach(line_up));
addEventListener("beforeunload", (event) => queue.unsent && event.preventDefault());

// A form that is not complete goes on at the first thing still to be filled in.
const empty = (path) => read(path) === "" && control(path)?.offsetParent;
const first = form.dataset.resume !== undefined && [...cells.keys()].find(empty);
if (first && document.activeElement === document.body && !location.hash) focus(control(first));
for (const asked of $$("[data-reason]", form)) {
  const code = $("input:checked", asked)?.value;
  asked.classList.toggle("given", !!code);
  $(".other", asked).hidden = code !== "other";
}
count();
