// Reading a form: history in place, the footer that follows the focus, the way to what is open.

import { $, $$, cells, control, enrol, focused, form, label, line_up, read, words } from "./cells.js";
import { focus, listen } from "./keyboard.js";
import { pop, shut } from "./pop.js";
import "./queries.js";

const KINDS = {
  err: ".m.err", chk: ".m.chk:not(.done)", rsn: ".m.rsn:not(.given),.m.cfl", qry: ".m.qry",
};
const ALL = ".m.err,.m.chk:not(.done),.m.rsn:not(.given),.m.cfl,.m.qry.waits";

export const issues = (kind = "") => $$(KINDS[kind] ?? ALL, form);

let seen = null;
export function jump(kind) {
  const all = issues(kind);
  if (!all.length) return;
  seen = all[(all.indexOf(seen) + 1) % all.length];
  const stop = seen.matches(".rsn,.cfl") ? $("input,button", seen) : control(seen.dataset.for);
  if (stop) focus(stop);
  (stop ?? seen).scrollIntoView({ block: "center" });
}

// ---- history, in place

async function history(path) {
  const answer = await fetch(`${form.dataset.trail}?path=${encodeURIComponent(path)}`);
  if (answer.ok) pop(await answer.text(), cells.get(path), words.history).focus();
}

// ---- the footer follows the focus

/** The button that begins the adverse event of a result, where one is asked for. */
export const adverse = (inside) =>
  $("td:not([hidden]) > [data-event]", inside.closest("tr.it") ?? inside);

function context(cell) {
  const { range, limits, cell: path } = cell.dataset;
  $(".ctx").hidden = false;
  $("#cx-name").textContent = label(cell);
  const spread = range ? `${words.range} ${range}` : limits ? `${words.expected} ${limits}` : "";
  $("#cx-range").textContent = spread;
  $('[data-when="check"]')?.toggleAttribute("hidden", !cell.classList.contains("warn"));
  $('[data-when="event"]')?.toggleAttribute("hidden", !adverse(cell));
  $('[data-when="unit"]')?.toggleAttribute("hidden", !form.elements.namedItem(`unit:${path}`));
  $('[data-when="day"]')?.toggleAttribute("hidden", !$("[data-day]", cell));
  $('[data-when="visit"]')?.toggleAttribute("hidden", !$("[data-day]", cell) || !words.days.v);
  const before = cell.dataset.before?.split("|") ?? [];
  const now = read(path) || $("output", cell)?.textContent;
  const parts = before.map((text, n) => [words.visits[n], text || "–"]);
  if (parts.length) parts.push([words.now, now || "–"]);
  $("#cx-prev").replaceChildren(...parts.map(([visit, text]) => {
    const box = document.createElement("div");
    box.append(made("small", visit), made("b", text));
    return box;
  }));
  trend(parts.map(([, text]) => text), range);
}

const made = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });

/** The last values as a line over the reference range. */
function trend(texts, range) {
  const number = (text) => parseFloat(text.replace(/^[<>=]+/, ""));
  const points = texts.map((text, x) => [x, number(text)]).filter(([, y]) => !isNaN(y));
  const [low, high] = (range ?? "").split("–").map(parseFloat);
  const all = [...points.map(([, y]) => y), low, high].filter((y) => !isNaN(y));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const at = (y) => (most === least ? 16 : 28 - ((y - least) / (most - least)) * 24);
  const dots = points.map(([x, y]) => [6 + (x * 84) / Math.max(1, texts.length - 1), at(y)]);
  const tall = Math.max(1, at(low) - at(high));
  const band = isNaN(tall) ? "" : `<rect width="96" y="${at(high)}" height="${tall}"/>`;
  const circles = dots.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="2.5"/>`);
  $("#cx-trend").innerHTML = points.length < 2 ? "" // numbers only, never text of a person
    : `${band}<polyline points="${dots.map(String).join(" ")}"/>${circles.join("")}`;
}

// ---- what is pressed

/** ``handlers``: data attribute of a button -> what it does. */
export function press(handlers) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const known = (name) => button.dataset[name] !== undefined;
    const name = button && Object.keys(handlers).find(known);
    if (!name) return;
    event.preventDefault();
    handlers[name](button);
  });
}

press({
  jump: (button) => jump(button.dataset.jump),
  history: (button) => history(button.dataset.history),
  close: shut,
});
listen({
  "F8": () => jump(),
  "Alt+h": (target) => (focused(target) ? void history(focused(target)) : false),
  "Escape": shut,
});
form.addEventListener("focusin", ({ target }) => {
  if (focused(target)) context(cells.get(focused(target)));
});
enrol(form);
$$(".fields", form).forEach(line_up);
