// Reviewing a form: Space on a box marks its value as seen and goes on to the next one to see.

import { $, $$, addLine, cells, dropLine, form, words } from "./cells.js";
import { listen } from "./keyboard.js";
import { press } from "./view.js";

const boxes = () => $$("[data-mark]", form).filter((box) => box.offsetParent);
const LOOKS = { done: "boxok", none: "box", again: "boxre" };

function go(from, step, open = false) {
  const all = boxes();
  const rest = step > 0 ? all.slice(all.indexOf(from) + 1) : all.slice(0, all.indexOf(from)).reverse();
  const next = open ? rest.find((box) => box.getAttribute("aria-pressed") === "false") : rest[0];
  if (next) next.focus();
  else if (open) $("[data-onward]")?.focus();
  (next ?? from).scrollIntoView({ block: "nearest" });
}

function paint(box, state) {
  for (const name of Object.keys(LOOKS)) box.classList.toggle(name, name === state);
  box.name = state === "done" ? "undo" : "mark";
  box.setAttribute("aria-pressed", state === "done");
  $("use", box).setAttribute("href", `#i-${LOOKS[state]}`);
}

async function send(box) {
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST", body: new FormData(form, box), headers: { Accept: "application/json" },
  }).catch(() => null);
  if (answer?.status === 401) return window.location.reload();
  const told = answer?.headers.get("Content-Type") === "application/json" ? await answer.json() : {};
  dropLine(box.dataset.mark, "err");
  if (!answer?.ok) return complain(box, told.text ?? words.unmarked);
  paint(box, told.state);
  Object.assign($("#meter"), { value: told.done, max: told.total });
  $("#done").textContent = told.done;
  const left = $("[data-left]");
  if (left) left.textContent = told.left;
  return true;
}

function complain(box, text) {
  const said = addLine(box.dataset.mark, "err");
  $("span", said).textContent = text;
  said.setAttribute("role", "alert");
}

async function toggle(box) {
  if (box.name === "undo") return ask(box);
  if (await send(box)) go(box, 1, true);
}

// ---- taking a mark back: one question at a time

function ask(box) {
  const asked = $("[data-undo]", form);
  if (asked) dropLine(asked.dataset.for, "undo");
  const path = box.dataset.mark;
  if (asked?.dataset.for === path) return box.focus();
  $("input", addLine(path, "undo")).focus();
}

async function settle(asked) {
  const path = asked.dataset.for;
  const box = boxes().find((one) => one.dataset.mark === path);
  const chosen = $("input:checked", asked);
  const other = $(".other", asked);
  other.hidden = chosen?.value !== "other";
  if (!chosen || (!other.hidden && !other.value.trim())) return other.hidden || other.focus();
  if (await send(box)) dropLine(path, "undo");
  box.focus();
}

form.addEventListener("change", ({ target }) => {
  const asked = target.closest("[data-undo]");
  if (asked) settle(asked);
});

form.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const asked = target.closest("[data-undo]");
  if (asked && /^[1-3]$/.test(key) && target.type === "radio") $$("[type=radio]", asked)[key - 1].click();
  else if (asked && key === "Enter") settle(asked);
  else if (asked && key === "Escape") ask(boxes().find((one) => one.dataset.mark === asked.dataset.for));
  else if (target.matches("[data-mark]") && ["ArrowDown", "Enter"].includes(key)) go(target, 1);
  else if (target.matches("[data-mark]") && key === "ArrowUp") go(target, -1);
  else return;
  event.preventDefault();
});

press({ mark: (box) => void toggle(box) });
listen({ "Alt+a": () => $("[data-remaining]")?.click() });

const first = boxes().find((box) => box.getAttribute("aria-pressed") === "false");
const wanted = window.location.hash && cells.get(decodeURIComponent(window.location.hash.slice(1)));
if (!wanted && first) first.focus({ preventScroll: true });
