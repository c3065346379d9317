// A block of results, pasted or from a file: looked at first, then typed for the person, undone by one key.

import { $, $$, cells, form, read, words, write } from "./cells.js";
import { draft, explain, queue } from "./drafts.js";
import { focus, listen, move } from "./keyboard.js";
import { pop, shut } from "./pop.js";
import { ask } from "./threads.js";
import { issues, jump, press } from "./view.js";

let undone = null; // of the last block: path, [text, unit] before it, [text, unit] that it entered

const unit = (path) => form.elements.namedItem(`unit:${path}`)?.value ?? "";
const now = (path) => [read(path), unit(path)];

/** Ask what would become of each line; what was typed before is on the server then. */
async function look(group, text, file) {
  await queue.flush().catch(() => {});
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("group", group.dataset.group);
  body.set("block", text);
  if (file) body.set("file", file);
  const url = form.dataset.draft.replace(/draft$/, "block");
  const answer = await ask(url, words.lost, body).catch(lost);
  if (!answer) return;
  const shown = $("[data-block]", answer);
  pop(shown.outerHTML, $("header", group), words.paste);
  ($("#pop [data-accept]") ?? $("#pop [data-close]")).focus();
}

function lost({ message }) {
  const said = Object.assign(document.createElement("p"), { className: "wrong", textContent: message });
  said.setAttribute("role", "alert");
  if (!$("#pop").open) pop("", null, words.paste);
  $("#pop .wrong")?.remove();
  $("#pop").append(said);
}

/** Type it for the person: each value goes the way of a key, to the draft and the checks. */
function put(values) {
  for (const [path, [text, measure]] of values) {
    if (!cells.has(path)) continue;
    write(path, text, measure);
    draft(path, true);
    explain(path);
  }
}

function accept() {
  const lines = $$("#pop [data-path]");
  if (!lines.length) return false;
  const values = lines.map(({ dataset: { path, text, unit } }) => [path, [text, unit]]);
  const before = values.map(([path]) => [path, now(path)]);
  put(values);
  undone = before.map(([path, old]) => [path, old, now(path)]);
  shut();
  const last = cells.get(values.at(-1)[0]);
  if (issues("rsn").length) jump("rsn");
  else if (last) move($("[data-k]", last) ?? last, 1);
}

/** What was typed over a pasted value since then stays. */
function undo() {
  if (!undone) return false;
  const same = (path, entered) => cells.has(path) && `${now(path)}` === `${entered}`;
  const back = undone.filter(([path, , entered]) => same(path, entered));
  undone = null;
  put(back);
  const first = back.length && cells.get(back[0][0]);
  if (first) focus($("[data-k]", first) ?? first);
}

/** Several lines pasted into one box are a block; one line is what it always was. */
form.addEventListener("paste", (event) => {
  const group = event.target.closest("[data-group]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!group || !$(".lab", group) || !text.trim().includes("\n")) return;
  event.preventDefault();
  look(group, text);
});

/** For who has no result in focus: a box to paste into. */
function open(target) {
  const group = target.closest("[data-group]");
  const button = group && $("[data-paste]", group);
  if (!button) return false;
  const box = $("#p-paste").content.firstElementChild.cloneNode(true);
  pop(box.outerHTML, button, words.paste);
  const area = $("#pop textarea");
  area.focus();
  area.addEventListener("paste", (event) => {
    event.preventDefault();
    look(group, event.clipboardData.getData("text/plain"));
  });
  const chooser = $("#pop [data-from]");
  chooser.addEventListener("change", () => chooser.files[0] && look(group, "", chooser.files[0]));
  $("#pop [data-look]").addEventListener("click", () => look(group, area.value));
}

press({ accept, paste: open });
listen({
  "Ctrl+enter": () => ($("#pop[open] [data-accept]") ? accept() : false),
  "Alt+p": open,
  "Alt+z": undo,
});
