// The log of a subject: N begins a new row; a row is struck out or restored with its reason in place;
// a record of it can be linked to a new one.

const $ = (selector, root = document) => root.querySelector(selector);
const typing = (target) => target.closest("input, select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.isComposing || typing(event.target)) return;
  if (event.ctrlKey || event.altKey || event.metaKey || document.documentElement.dataset.keys === "off") return;
  if (event.key.toLowerCase() === "n") $("[data-new]")?.click();
});

/* On a record: Alt L offers what can be linked to it. */
document.addEventListener("keydown", (event) => {
  const menu = event.altKey && event.code === "KeyL" && $("details.linker");
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  $("button", menu).focus();
});

/** Under the row: why? One question at a time; Escape or "Cancel" takes it back. */
function ask(link) {
  shut();
  const row = link.closest("tr");
  row.after($(`#ask-${link.dataset.move}`).content.cloneNode(true));
  const asked = $("form", row.nextElementSibling);
  asked.action = `${link.pathname}/${link.dataset.move}`;
  asked.elements.revision.value = link.dataset.revision;
  $(".other", asked).hidden = true;
  $("input[type=radio]", asked).focus();
}

function shut() {
  const open = $("tr.ask");
  const link = open && $("[data-move]", open.previousElementSibling);
  open?.remove();
  link?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-move]");
  if (link && !event.ctrlKey) {
    event.preventDefault();
    ask(link);
  } else if (event.target.closest("[data-cancel]")) shut();
});
document.addEventListener("change", ({ target }) => {
  const other = target.matches("tr.ask [type=radio]") && $(".other", target.form);
  if (!other) return;
  other.hidden = target.value !== "other";
  if (!other.hidden) other.focus();
});
document.addEventListener("keydown", (event) => {
  const asked = event.target.closest("tr.ask form");
  if (!asked) return;
  const number = event.target.type === "radio" && /^[1-4]$/.test(event.key);
  if (event.key === "Escape") shut();
  else if (number) asked.querySelectorAll("[type=radio]")[event.key - 1].click();
  else return;
  event.preventDefault();
});
/* Nothing is sent without a reason: the first choice has the focus again. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches("tr.ask form")) return;
  const chosen = $("[type=radio]:checked", event.target);
  const other = $(".other", event.target);
  const lacks = !chosen ? $("[type=radio]", event.target)
    : chosen.value === "other" && !other.value.trim() ? other : null;
  if (!lacks) return;
  event.preventDefault();
  lacks.focus();
});
