/* The search box of the bar: "/" from anywhere, arrows, Enter opens, Escape gives the focus back.
   Also the keys that lead on: links say their own key in data-key. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
const form = $("[data-search]");
const box = form?.elements.q;
const list = form && $("#hits", form);
let before = null;
let asking = Promise.resolve();
let number = 0;

const chosen = () => $("[aria-selected='true']", list);

function show(open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  const now = open && chosen();
  if (now) box.setAttribute("aria-activedescendant", now.id);
  else box.removeAttribute("aria-activedescendant");
}

async function ask() {
  const mine = ++number;
  if (!box.value.trim()) return show(false);
  const answer = await fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { "X-Options": "1" },
  }).catch(() => null);
  const found = answer?.ok ? await answer.text() : null;
  if (found === null || mine !== number) return;
  list.innerHTML = found;
  show(list.childElementCount > 0);
}

function move(step) {
  const all = $$("[data-href], [data-fill]", list);
  const now = chosen();
  const next = all[(all.indexOf(now) + step + all.length) % all.length];
  if (!next) return;
  now?.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  show(true);
}

async function open(option) {
  if (!option) {
    await asking;
    option = chosen();
  }
  if (option?.dataset.fill) {
    box.value = option.dataset.fill;
    box.focus();
    asking = ask();
  } else if (option?.dataset.href) {
    show(false);
    window.location.assign(option.dataset.href);
  }
}

/* An answer that is still on its way opens nothing any more. */
function shut() {
  number += 1;
  show(false);
}

function leave() {
  shut();
  box.value = "";
  (before?.isConnected ? before : $("#main")).focus();
}

const KEYS = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => open(), Escape: leave };

if (form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", () => { asking = ask(); });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    open(event.target.closest("[data-href], [data-fill]"));
  });
  box.addEventListener("blur", shut);
}

const quiet = () => document.documentElement.dataset.keys === "off";

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "/" && !quiet() && form && !typing(event.target)) {
    event.preventDefault();
    before = document.activeElement;
    box.focus();
    box.select();
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const link = $(`a[data-key="Alt+${event.shiftKey ? "Shift+" : ""}${event.key}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  }
});

/* A link to an item puts the focus into it. */
function arrive() {
  const spot = document.getElementById(location.hash.slice(1));
  if (spot?.matches("input, select, textarea")) spot.focus();
}
addEventListener("load", arrive);
