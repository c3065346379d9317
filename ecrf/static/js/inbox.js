// The inbox by keyboard: J and K from query to query, Enter opens at the item, A and C in place.

import "./sayings.js";
import { ask, send, target } from "./threads.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const lines = () => $$("tr[data-thread]");
const lost = () => $("#inbox").dataset.lost;
const typing = (element) => element.closest("input, select, textarea, [contenteditable]");

function here() {
  const row = document.activeElement.closest("tr[data-thread], tr.open");
  return row?.matches(".open") ? row.previousElementSibling : row;
}

function step(by) {
  const all = lines();
  const next = all[here() ? all.indexOf(here()) + by : 0];
  if (!next) return;
  $("th a", next).focus();
  next.scrollIntoView({ block: "nearest" });
}

function shut() {
  const open = $("tr.open");
  const link = open && $("th a", open.previousElementSibling);
  open?.remove();
  link?.focus();
}

/** Put the thread under its line; the line says how the query stands now. */
function show(row, content) {
  $("tr.open")?.remove();
  const made = document.createElement("tr");
  made.className = "open";
  made.insertCell().colSpan = row.cells.length;
  made.cells[0].append($("[data-threads]", content));
  row.after(made);
  const standing = $(`[id="${row.id}"] .tag`, made)?.cloneNode(true);
  if (standing) {
    $("[data-age]", standing)?.remove();
    $("[data-standing]", row).replaceChildren(standing);
  }
  for (const one of $$("[id]", made)) one.removeAttribute("id");
  return made;
}

async function open(row, find) {
  const made = show(row, await ask(row.dataset.thread, lost()));
  (find(made) ?? target(made)).focus();
  made.scrollIntoView({ block: "nearest" });
}

const closing = (made) => $('button[formaction$="/close"]', made);
const unfolded = (made) => {
  const button = closing(made);
  const folded = button?.closest("details");
  if (folded) folded.open = true;
  return folded ? $("textarea", folded) : button;
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => here() && open(here(), () => null),
  c: () => here() && open(here(), unfolded),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && $("tr.open")) return shut();
  if (event.isComposing || typing(event.target)) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("submit", (event) => {
  const row = event.target.closest("tr.open")?.previousElementSibling;
  if (!row) return;
  event.preventDefault();
  send(event.target, event.submitter, lost(), (content) => target(show(row, content)).focus());
});
document.addEventListener("click", (event) => {
  if (event.target.closest("tr.open [data-close]")) return shut();
  const row = event.target.closest("tr[data-thread]");
  if (row && !event.target.closest("a") && !getSelection().toString()) open(row, () => null);
});
if (document.activeElement === document.body) step(0);
