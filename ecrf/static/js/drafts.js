// Typing is a draft on the server: sent, judged, painted; and whether it is safe is always said.

import { $, $$, addLine, cells, decoded, dirty, dirtyPaths, dropLine, entry, form, label, line,
  paint, words } from "./cells.js";
import { Queue } from "./queue.js";
import { asked } from "./queries.js";
import { issues } from "./view.js";

const TYPING = 400; // ms after the last key
const MARKS = { stop: "oct", retry: "tri", draft: "half", saved: "ok", new: "circ" };
const PATIENCE = 20_000; // ms for an answer

export const confirmed = new Map(); // finding id @ path -> the paths it rests on
export const record = { revision: Number(form.elements.revision.value) };
const sent = new Map(); // path -> what was last put into the queue
let last = null; // the server's last judgement
let judged = true; // whether what was typed last is finished

/** No answer that helps; ``stop`` says what to do when trying again is of no use, ``why`` what the
    server says of a try that will be of use later. */
export class Lost extends Error {
  constructor(stop = "", why = "") {
    super(stop || why);
    Object.assign(this, { stop, why });
  }
}

export async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST", body: JSON.stringify(body), redirect: "manual", credentials: "same-origin",
    headers: { "Content-Type": "application/json", "Accept": "application/json",
      "X-CSRFToken": form.elements.csrf_token.value },
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => { throw new Lost(); });
  const told = answer.headers.get("Content-Type")?.includes("json");
  if (answer.status >= 500) {
    const { message } = told ? await answer.json().catch(() => ({})) : {};
    throw new Lost("", answer.status === 503 ? (message?.[words.language] ?? "") : "");
  }
  if (!told) throw new Lost(words.stopped);
  const content = await answer.json();
  if ([200, 409, 422].includes(answer.status)) return { status: answer.status, content };
  throw new Lost(content.message?.[words.language] ?? words.stopped);
}

export const queue = new Queue(async (entries) => {
  show((await post(form.dataset.draft, { revision: record.revision, entries })).content);
}, report);

/** Paint the server's judgement; what is being typed is left alone until it is finished. */
export function show(state, finished = judged) {
  last = state;
  paint(state, { confirmed, typing: !finished, busy: (path) => queue.waiting.has(path) });
  for (const path of dirtyPaths()) {
    if (finished || !cells.get(path).contains(document.activeElement)) explain(path);
  }
  asked(state.queries);
  count();
}

const clock = (date) => date.toTimeString().slice(0, 5);

/** Say where what was typed is: in draft, in the record, on the way, or nowhere yet. */
export function report() {
  const saved = $("#saved");
  const drafts = dirtyPaths().length + $$("[data-striking]", form).length;
  const state = queue.problem ? "stop" : queue.failures ? "retry"
    : drafts ? "draft" : saved.dataset.at ? "saved" : "new";
  const text = {
    stop: queue.problem,
    retry: `${words.unsaved} ${clock(queue.since ?? new Date())}, ${words.retrying}${
      queue.why ? `. ${queue.why}` : ""}`,
    draft: `${drafts} ${queue.unsent ? words.sending : words.draft}`,
    saved: `${words.saved} ${saved.dataset.at}`,
    new: words.blank,
  }[state];
  saved.dataset.state = state;
  $("use", saved).setAttribute("href", `#i-${MARKS[state]}`);
  if ($("#savedtx").textContent !== text) $("#savedtx").textContent = text;
  $("#savenow").hidden = !drafts && !queue.failures;
}

export function count() {
  for (const kind of ["err", "chk", "rsn"]) {
    const found = issues(kind).length;
    $(`#n-${kind}`).textContent = found;
    $(`[data-jump="${kind}"]`).hidden = !found;
  }
  report();
}

/** Something was typed into a cell; ``finished`` when the person went on from it. */
export function draft(path, finished) {
  if (!cells.has(path)) return;
  const now = JSON.stringify(entry(path));
  judged = finished;
  if (sent.get(path) === now) {
    if (finished && last && !queue.holds(path)) show(last);
    return;
  }
  sent.set(path, now);
  queue.put(path, JSON.parse(now), finished ? 0 : TYPING);
  for (const [id, paths] of confirmed) if (paths.includes(path)) confirmed.delete(id);
}

/** A saved value that changes says why, at once and in place (R-003). */
export function explain(path) {
  const cell = cells.get(path);
  const needed = cell.dataset.was !== undefined && dirty(path) && !line(path, "cfl");
  if (!needed) dropLine(path, "rsn");
  if (!needed || line(path, "rsn")) return;
  const made = ask(path, cell, label(cell));
  $(".was", made).textContent = decoded(path, cell.dataset.was) || words.blank_value;
}

/** A line that asks for a reason, under a cell. */
export function ask(path, cell, what) {
  const made = addLine(path, "rsn", cell);
  $(".what", made).textContent = what;
  $$("input[type=radio]", made).forEach((one) => (one.name = `reason:${path}`));
  Object.assign($(".other", made), { name: `reason_text:${path}`, hidden: true });
  return made;
}
