// Rows of repeating groups: added at once, struck out with a reason, never removed once saved.

import { $, $$, cells, dropLine, enrol, read, words, write } from "./cells.js";
import { ask, count, draft, queue } from "./drafts.js";
import { focus } from "./keyboard.js";

const paths = (row) => $$("[data-cell]", row).map((cell) => cell.dataset.cell);

export function addRow(group) {
  const number = Number(group.dataset.next);
  group.dataset.next = number + 1;
  const body = $("[data-rows]", group);
  const pattern = $("[data-pattern]", group).innerHTML;
  body.insertAdjacentHTML("beforeend", pattern.replaceAll("__", number));
  enrol(body.lastElementChild);
  focus($("[data-k]", body.lastElementChild));
}

/** A row that was saved is struck out with a reason; one that was not is taken away. */
export function strike(row) {
  if (row.dataset.striking !== undefined) return undo(row);
  if (row.dataset.saved === undefined) return take(row);
  row.dataset.striking = "";
  const name = `${words.row} ${$("th,.no b", row).textContent}`;
  const made = ask(row.dataset.row, $("[data-cell]", row), name);
  $(".from", made).remove();
  $(".why", made).textContent = words.strike;
  queue.put(row.dataset.row, { v: "deleted" });
  $("input", made).focus();
  count();
}

function undo(row) {
  delete row.dataset.striking;
  dropLine(row.dataset.row, "rsn", $("[data-cell]", row));
  queue.put(row.dataset.row, { v: "" });
  count();
}

function take(row) {
  for (const path of paths(row)) {
    if (read(path)) {
      write(path, "");
      draft(path, true);
    }
    for (const kind of ["err", "chk", "note"]) dropLine(path, kind);
    cells.delete(path);
  }
  row.remove();
  count();
}

/** After the save: the row stays, readable and closed. */
export function struck(row) {
  delete row.dataset.striking;
  row.classList.add("struck");
  dropLine(row.dataset.row, "rsn", $("[data-cell]", row));
  paths(row).forEach((path) => cells.delete(path));
  $$("input,select,textarea,button", row).forEach((one) => (one.disabled = true));
}
