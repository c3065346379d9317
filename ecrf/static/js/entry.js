// Filling in a form: typing is a draft on the server; a save puts it in the record.

import { $, $$, addLine, cells, control, decoded, dirty, dirtyPaths, dropLine, enrol, entry, form,
  keep, label, line, line_up, paint, read, words, write } from "./cells.js";
import { focus, listen, move, walk } from "./keyboard.js";
import { Queue } from "./queue.js";
import { issues, jump, press } from "./view.js";

const TYPING = 400; // ms after the last key
const IDLE = 60_000;
const confirmed = new Map(); // finding id @ path -> the paths it rests on
let revision = Number(form.elements.revision.value);
let judged = false; // whether the last draft came from a finished entry
let idle = 0;

// ---- to the server and back

class Stop extends Error {
  stop = words.stopped;
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST", body: JSON.stringify(body), redirect: "manual", credentials: "same-origin",
    headers: { "Content-Type": "application/json", "Accept": "application/json",
      "X-CSRFToken": form.elements.csrf_token.value },
    signal: AbortSignal.timeout(20_000),
  });
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new Stop();
  const content = await answer.json();
  if (![200, 409, 422].includes(answer.status)) {
    throw Object.assign(new Stop(), content.message ? { stop: content.message[words.language] } : {});
  }
  return { status: answer.status, content };
}

const queue = new Queue(async (entries) => {
  const { content } = await post(form.dataset.draft, { revision, entries });
  show(content);
}, report);

function show(state) {
  const waiting = (path) => queue.waiting.has(path);
  paint(state, { confirmed, typing: !judged, busy: waiting });
  for (const path of dirtyPaths()) explain(path);
  count();
}

// ---- what the person sees about saving

const clock = (date) => date.toTimeString().slice(0, 8);

function report() {
  const saved = $("#saved");
  const drafts = dirtyPaths().length + $$("[data-striking]").length;
  const lost = queue.failures > 0;
  const state = queue.problem ? "stop" : lost ? "retry" : drafts ? "draft" : saved.dataset.at ? "saved" : "new";
  const text = { stop: queue.problem, saved: `${words.saved} ${saved.dataset.at}`, new: words.blank,
    retry: `${words.unsaved} ${queue.since ? clock(queue.since).slice(0, 5) : ""}, ${words.retrying}`,
    draft: `${drafts} ${queue.unsent ? words.sending : words.draft}` }[state];
  if (saved.dataset.state !== state) {
    saved.dataset.state = state;
    $("use", saved).setAttribute("href", `#i-${{ stop: "oct", retry: "tri", draft: "half", saved: "ok", new: "circ" }[state]}`);
  }
  if ($("#savedtx").textContent !== text) $("#savedtx").textContent = text;
  $("#savenow").hidden = !drafts && !lost;
}

function count() {
  for (const kind of ["err", "chk", "rsn"]) {
    const found = issues(kind).length;
    $(`#n-${kind}`).textContent = found;
    $(`[data-jump="${kind}"]`).hidden = !found;
  }
  report();
}

// ---- typing

function draft(path, finished) {
  if (!cells.has(path)) return;
  judged = finished;
  queue.put(path, entry(path), finished ? 0 : TYPING);
  for (const [id, paths] of confirmed) if (paths.includes(path)) confirmed.delete(id);
  clearTimeout(idle);
  idle = setTimeout(() => issues("err").length || issues("rsn").length || save("stay", true), IDLE);
}

/** A saved value that changes says why, at once and in place. */
function explain(path) {
  const cell = cells.get(path);
  const needed = cell.dataset.was !== undefined && dirty(path) && !line(path, "cfl");
  if (!needed) dropLine(path, "rsn");
  if (!needed || line(path, "rsn")) return;
  const made = ask(path, cell, label(cell));
  $(".was", made).textContent = decoded(path, cell.dataset.was) || words.blank_value;
}

function ask(path, cell, what) {
  const made = addLine(path, "rsn", cell);
  $(".what", made).textContent = what;
  $$("input[type=radio]", made).forEach((one) => (one.name = `reason:${path}`));
  $(".other", made).name = `reason_text:${path}`;
  return made;
}

function changed(target) {
  const path = target.name.replace(/^(unit|missing):/, "");
  if (target.matches(".ms")) {
    if (target.value) $$("input", target.parentElement).forEach((one) => (one.checked = false));
    target.classList.toggle("on", !!target.value);
  } else if (target.matches(".yn input,.mc input")) {
    const why = $(".ms", target.closest("[data-k]"));
    if (why && target.checked) why.value = "";
    why?.classList.toggle("on", !!why.value);
  }
  draft(path, true);
  explain(path);
  const ask = line(path, "rsn");
  if (ask && !$("input:checked", ask) && target.type === "text") $("input", ask).focus();
  count();
}

function chosen(radio) {
  const ask = radio.closest("[data-reason]");
  const other = radio.value === "other";
  $(".other", ask).hidden = !other;
  ask.classList.toggle("given", !other || !!$(".other", ask).value.trim());
  if (other) $(".other", ask).focus();
  else move(ask, 1);
  count();
}

form.addEventListener("input", (event) => {
  const { target } = event;
  if (target.matches(".other")) target.closest(".rsn").classList.toggle("given", !!target.value.trim());
  else if (!event.isComposing && (target.type === "text" || target.matches("textarea"))) draft(target.name, false);
});
form.addEventListener("compositionend", ({ target }) => draft(target.name, false));
form.addEventListener("change", ({ target }) => {
  if (target.name === "confirmed") confirm(target);
  else if (target.matches(".other")) count();
  else if (target.name.startsWith("reason:")) chosen(target);
  else if (target.name) changed(target);
});

function confirm(tick) {
  tick.closest(".m").classList.toggle("done", tick.checked);
  if (tick.checked) confirmed.set(tick.value, tick.dataset.paths.split(" "));
  else confirmed.delete(tick.value);
  cells.get(tick.closest(".m").dataset.for).classList.toggle("warn", !tick.checked);
  count();
}

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

// ---- saving

function payload(complete) {
  const entries = Object.fromEntries(dirtyPaths().map((path) => [path, entry(path)]));
  for (const row of $$("[data-striking]")) entries[row.dataset.row] = { v: "deleted" };
  const reasons = {};
  for (const ask of $$("[data-reason]", form)) {
    const code = $("input:checked", ask)?.value;
    if (code) reasons[ask.dataset.for] = { code, text: $(".other", ask).value };
  }
  return { revision, entries, reasons, confirmed: [...confirmed.keys()], complete };
}

async function save(leave, quietly = false) {
  judged = true;
  try {
    await queue.flush();
    if (issues("rsn").length) {
      if (!quietly) jump("rsn");
      return false;
    }
    const { status, content } = await queue.alone(() => post(form.action, { ...payload(leave === "complete"), leave }));
    if (status === 409) return conflict(content);
    if (status === 422) return refused(content, quietly);
    saved(content);
    if (content.next) location.assign(content.next);
    return true;
  } catch (error) {
    queue.failures ||= 1;
    queue.problem = error.stop ?? "";
    queue.since ??= new Date();
    report();
    return false;
  }
}

function adopt(content) {
  revision = content.revision;
  form.elements.revision.value = revision;
  for (const [path, [was, unit]] of Object.entries(content.was)) if (cells.has(path)) keep(path, was, unit);
}

function saved(content) {
  adopt(content);
  for (const row of $$("[data-striking]")) struck(row);
  $$(".m.rsn", form).forEach((ask) => dropLine(ask.dataset.for, "rsn"));
  if (Object.keys(content.was).some((path) => !cells.has(path))) location.reload(); // rows of others
  $("#saved").dataset.at = content.at;
  $("#esum").hidden = true;
  $(".notice")?.remove();
  queue.failures = 0;
  queue.problem = "";
  show(content.state);
}

function refused(content, quietly) {
  show(content.state);
  const list = content.problems.map(({ path, id, text }) => {
    const link = Object.assign(document.createElement("a"), { href: `#${id}`, textContent: text });
    link.dataset.path = path;
    return Object.assign(document.createElement("li"), {}).appendChild(link).parentElement;
  });
  if (quietly || !list.length) return false;
  $("#esh").textContent = content.heading;
  $("#esum ul").replaceChildren(...list);
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

// Somebody saved in between: per item, theirs or mine; nothing is lost either way.
function conflict(content) {
  const before = new Map([...cells].map(([path, cell]) => [path, cell.dataset.was ?? ""]));
  const mine = new Set(dirtyPaths());
  adopt(content);
  for (const [path, [theirs, unit]] of Object.entries(content.was)) {
    if (!cells.has(path) || theirs === before.get(path)) continue;
    if (!mine.has(path)) write(path, theirs, unit);
    else if (dirty(path)) compare(path, theirs, content.who[path] ?? "");
  }
  show(content.state);
  if (issues("rsn").length) jump("rsn");
  else save("stay");
  return false;
}

function compare(path, theirs, who) {
  dropLine(path, "rsn");
  const made = line(path, "cfl") ?? addLine(path, "cfl");
  for (const [part, text] of Object.entries({ who, theirs, mine: read(path) || words.blank_value })) {
    $(`.${part}`, made).textContent = text || words.blank_value;
  }
}

function take(button) {
  const path = button.closest(".m").dataset.for;
  const cell = cells.get(path);
  if (button.dataset.take === "theirs") write(path, cell.dataset.was, cell.dataset.wasUnit);
  dropLine(path, "cfl");
  draft(path, true);
  explain(path);
  count();
  if (issues("rsn").length) jump("rsn");
  else save("stay");
}

// ---- rows

function addRow(group) {
  const number = Number(group.dataset.next);
  group.dataset.next = number + 1;
  const body = $("[data-rows]", group);
  body.insertAdjacentHTML("beforeend", $("[data-pattern]", group).innerHTML.replaceAll("__", number));
  enrol(body.lastElementChild);
  focus($("[data-k]", body.lastElementChild));
}

/** Every empty result of a panel is "not done". */
function notDone(panel) {
  const empty = $$(".res", panel).filter((result) => !result.value).map((result) => result.name);
  for (const path of empty) {
    write(path, "ND");
    draft(path, true);
    explain(path);
  }
}

/** A row that was saved is struck out with a reason; one that was not is simply taken away. */
function strike(row) {
  const paths = $$("[data-cell]", row).map((cell) => cell.dataset.cell);
  if (row.dataset.striking !== undefined) return undo(row);
  if (row.dataset.saved === undefined) {
    for (const path of paths) if (read(path)) { write(path, ""); draft(path, true); }
    paths.forEach((path) => { dropLine(path, "err"); cells.delete(path); });
    return row.remove();
  }
  row.dataset.striking = "";
  const made = ask(row.dataset.row, cells.get(paths[0]), `${words.row} ${$("th,.no b", row).textContent}`);
  made.dataset.strikes = "";
  queue.put(row.dataset.row, { v: "deleted" });
  $(".from", made).remove();
  $(".why", made).textContent = words.strike;
  $("input", made).focus();
  count();
}

function undo(row) {
  delete row.dataset.striking;
  dropLine(row.dataset.row, "rsn", $("[data-cell]", row));
  queue.put(row.dataset.row, { v: "" });
  count();
}

function struck(row) {
  delete row.dataset.striking;
  row.classList.add("struck");
  dropLine(row.dataset.row, "rsn", $("[data-cell]", row));
  $$("[data-cell]", row).forEach((cell) => cells.delete(cell.dataset.cell));
  $$("input,select,textarea,button", row).forEach((one) => (one.disabled = true));
}

// ---- what is pressed

press({
  add: (button) => addRow(button.closest("[data-group]")),
  strike: (button) => strike(button.closest("[data-row]")),
  nd: (button) => notDone(button.closest("[data-group]")),
  take,
});
walk();
listen({
  "Ctrl+s": () => void save("stay"),
  "Alt+u": (target) => form.elements.namedItem(`unit:${target.name}`)?.focus(),
  "Alt+v": (target) => line(target.closest("[data-cell]")?.dataset.cell, "chk")?.querySelector("input").click(),
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const button = event.target.closest("button[type=submit]");
  if (event.defaultPrevented) return;
  if (button?.form === form) {
    event.preventDefault();
    const done = await save(button.value, button.value === "close");
    if (!done && button.value === "close") location.assign(form.dataset.casebook);
  } else if (link?.origin === location.origin && !event.ctrlKey && !link.target && dirtyPaths().length) {
    event.preventDefault(); // leaving the form saves it; what cannot be saved stays in draft
    await save("stay", true);
    location.assign(link.href);
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", () => $$(".fields", form).forEach(line_up));
addEventListener("beforeunload", (event) => queue.unsent && event.preventDefault());

// The first thing still to be filled in has the focus.
const first = [...cells.keys()].find((path) => read(path) === "" && control(path)?.offsetParent);
if (first && document.activeElement === document.body && !location.hash) focus(control(first));
$$("[data-reason]", form).forEach((made) => made.classList.toggle("given", !!$("input:checked", made)));
count();
