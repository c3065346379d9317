// The keyboard flow: Enter to the next field, digits for dates, letters for choices, no mouse.

import { $, $$, control, form, words } from "./cells.js";

/* A hidden cell of a panel keeps its place in the row, so that it has an offsetParent all the same. */
const open = (stop) => stop.offsetParent && !stop.disabled && !stop.closest("[hidden]");
const stops = () => $$("[data-k]", form).filter(open);

export function focus(stop) {
  const target = stop.matches("input,select,textarea,button")
    ? stop : $("input:checked", stop) ?? $("input,select", stop);
  target?.focus();
  if (target?.type === "text") target.select();
  target?.scrollIntoView({ block: "nearest" });
}

/** The field after (or before) an element: in a panel, the next result. */
export function move(from, step) {
  const all = stops();
  const here = from.closest("[data-k]");
  let at = all.indexOf(here);
  if (at < 0) {
    const before = all.filter((stop) => stop.compareDocumentPosition(from) & 4);
    at = before.length - (step > 0 ? 1 : 0);
  }
  const next = all[at + step];
  if (next) focus(next);
  else if (step > 0) $('[form="entry"][value="complete"]').focus();
}

function upOrDown(input, step) {
  const cell = input.closest("td");
  const table = cell?.closest("table");
  if (!table) return false;
  if (!table.matches(".rows")) return move(input, step) ?? true;
  let row = cell.parentElement;
  do row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  while (row && !row.matches("tr.it"));
  const stop = row && $("[data-k]", row.cells[cell.cellIndex]);
  if (stop) focus(stop);
  return true;
}

let typed = { in: null, text: "", at: 0 };

/** Letters on a group of buttons choose the code that begins with them; Backspace clears. */
function choose(group, key, at) {
  const options = $$("input[type=radio]", group);
  const why = $("select.ms", group);
  if (key === "Backspace" || key === "Delete") {
    options.forEach((one) => (one.checked = false));
    if (why) why.value = "";
    return changed(options[0]);
  }
  const goes_on = typed.in === group && at - typed.at < 700;
  const text = (goes_on ? typed.text : "") + key.toUpperCase();
  typed = { in: group, text, at };
  const reason = why && [...why.options].find((one) => one.value === text);
  const found = options.find((one) => one.value.toUpperCase() === text) ?? reason ??
    options.find((one) => one.value.toUpperCase().startsWith(text));
  if (!found) return false;
  if (found === reason) {
    why.value = text;
    return changed(why);
  }
  found.checked = true;
  found.focus();
  return changed(found);
}

function changed(element) {
  element.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** T in an empty or selected date box is today, V the day of the visit. */
function day(event, target) {
  const { selectionStart, selectionEnd, value } = target;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  const date = plain && selectionEnd - selectionStart === value.length &&
    words.days[event.key.toLowerCase()];
  if (!date) return false;
  target.value = date;
  return changed(target);
}

function inField(event, target) {
  if (target.dataset.day !== undefined && day(event, target)) return true;
  const step = event.shiftKey ? -1 : 1;
  if (event.key === "Enter" && !event.ctrlKey && !target.matches("textarea,button,a")) {
    if (target.type === "text") changed(target);
    if (document.activeElement === target) move(target, step); // else the change asked for a reason
    return true;
  }
  const plain = target.type === "text" && !target.list; // the arrows choose among what is offered
  if (plain && event.key === "ArrowDown") return upOrDown(target, 1);
  if (plain && event.key === "ArrowUp") return upOrDown(target, -1);
  const group = target.type === "radio" && target.closest(".yn,.cs");
  const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey;
  if (group && (letter || ["Backspace", "Delete"].includes(event.key))) {
    return choose(group, event.key, event.timeStamp);
  }
  return false;
}

function inReason(event, target) {
  const reason = target.closest("[data-reason]");
  if (!reason) return false;
  if (/^[1-4]$/.test(event.key) && target.type === "radio") {
    $$("input[type=radio]", reason)[event.key - 1].click();
    return true;
  }
  if (event.key !== "Enter") return false;
  move(control(reason.dataset.for) ?? reason, 1);
  return true;
}

const composing = (event) => event.isComposing || event.keyCode === 229; // the input method has it

/** The keys of a form that is being filled in. */
export function walk() {
  form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (composing(event)) return;
    if (inReason(event, target) || inField(event, target)) event.preventDefault();
  });
}

/** ``keys`` maps a chord such as "Ctrl+s" to what it does. */
export function listen(keys) {
  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const chord = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}`;
    const action = keys[chord + (chord ? event.code.replace("Key", "").toLowerCase() : event.key)];
    if (action && action(event.target) !== false) event.preventDefault();
  });
}
