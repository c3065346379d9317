// Queries beside the field: the thread of an item in place, and its mark under the item.

import { $, $$, cells, focused, form, place, settle, words } from "./cells.js";
import { listen } from "./keyboard.js";
import { pop } from "./pop.js";
import "./sayings.js";
import { ask, send } from "./threads.js";

export const hooks = { save: () => true }; // puts what was typed into the record, where one types
const owner = (path) => cells.get(path) ?? $$("[data-row]").find((row) => row.dataset.row === path);

/** Show a thread, and mark its item as it stands now. */
function show(content) {
  const root = $("[data-threads]", content);
  const path = root.dataset.threads;
  mark(path, $("[data-lines]", content));
  pop(root.outerHTML, owner(path), words.queries)?.focus();
}

const address = (path) => `${form.dataset.queries}?path=${encodeURIComponent(path)}`;
const open = async (url) => show(await ask(url, words.lost));

/** The lines under an item, and the look of its flag. */
function mark(path, lines) {
  const cell = owner(path);
  $$(".m.qry").filter((old) => old.dataset.for === path).forEach((old) => old.remove());
  for (const line of $$(".m.qry", lines.content)) {
    if (cell) place(line, cell);
    else $("#asked").append(line);
  }
  if (cell) settle(cell);
  const { state } = lines.dataset;
  const flag = $$("[data-query].q").find((one) => one.dataset.query === path);
  if (flag) {
    flag.classList.toggle("open", state === "open");
    flag.classList.toggle("answered", state === "answered");
    $("use", flag).setAttribute("href", state === "answered" ? "#i-flagok" : "#i-flag");
  }
  tally();
}

function tally() {
  const count = $$(".m.qry").length;
  $("#n-qry").textContent = count;
  $('[data-jump="qry"]').hidden = !count;
}

/** The server says what is asked now: what a save opened or closed is shown too. */
export async function asked(now = {}) {
  const shown = {};
  for (const line of $$(".m.qry")) {
    (shown[line.dataset.for] ??= []).push([Number(line.dataset.id), line.dataset.state]);
  }
  const differs = (path) => JSON.stringify(now[path] ?? []) !== JSON.stringify(shown[path] ?? []);
  for (const path of new Set([...Object.keys(now), ...Object.keys(shown)])) {
    if (differs(path)) mark(path, $("[data-lines]", await ask(address(path), words.lost)));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-query]");
  if (!button) return;
  event.preventDefault();
  open(address(button.dataset.query));
});

/** An answer rests on what is in the record: what was typed is saved first. */
$("#pop").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await hooks.save()) send(event.target, event.submitter, words.lost, show);
});

listen({
  "Alt+q": (target) => void open(address(focused(target) ?? "")),
  "Alt+n": () => $("#pop[open] [data-next]")?.click() ?? false,
});

const wanted = new URLSearchParams(location.search).get("query");
if (wanted) open(`${form.dataset.queries}?query=${Number(wanted)}`);
