/* What every page does: menus that close, focus on what went wrong, the idle warning, and the
   subject matrix by keyboard. The pages work without it. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/* Menus: one open at a time, Escape closes and gives the focus back. */
function closeMenus(except) {
  for (const menu of $$("details.menu[open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && $("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
});

/* All keys over any page: `?`, or the entry of the menu. */
const keys = $("#all-keys");
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.isComposing || document.documentElement.dataset.keys === "off") return;
  if (!keys || $("dialog[open]") || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  keys.showModal();
});
$("[data-shut]", keys ?? document)?.addEventListener("click", () => keys.close());
document.addEventListener("click", (event) => {
  if (!keys || !event.target.closest("[data-keys-open]")) return;
  event.preventDefault();
  closeMenus();
  keys.showModal();
});

/* After a refused form the summary has the focus (WCAG 3.3.1). */
$("[data-focus]")?.focus();

/* Find a subject: rows whose code does not hold the text are put aside. */
const find = $("[data-find]");
function narrow() {
  const wanted = find.value.trim().toLowerCase();
  for (const row of $$("[data-code]")) row.hidden = !row.dataset.code.toLowerCase().includes(wanted);
}
if (find) {
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    $("[data-code]:not([hidden]) th a")?.click();
  });
}
for (const button of $$("[data-print]")) button.addEventListener("click", () => window.print());

/* The matrix: arrows, Home and End move from cell to cell; Tab leaves it in one step. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function cells(grid) {
  return $$("tbody tr:not([hidden])", grid).map((row) => [...row.cells].map((cell) => $("a", cell)));
}

function place(rows, link) {
  for (const [y, row] of rows.entries()) if (row.includes(link)) return [y, row.indexOf(link)];
  return [0, 0];
}

/* The next link in a direction; cells without one are stepped over. */
function next(rows, [y, x], [dy, dx]) {
  do [y, x] = [y + dy, x + dx];
  while (rows[y] && x >= 0 && x < rows[y].length && !rows[y][x]);
  return rows[y]?.[x];
}

function goal(rows, at, key, control) {
  const row = control ? (key === "Home" ? rows[0] : rows.at(-1)) : rows[at[0]];
  if (key === "Home") return row.find(Boolean);
  if (key === "End") return row.findLast(Boolean);
  return STEPS[key] && next(rows, at, STEPS[key]);
}

function rove(grid, link) {
  for (const other of $$("a[tabindex='0']", grid)) other.tabIndex = -1;
  link.tabIndex = 0;
}

function enliven(grid) {
  const links = $$("tbody a", grid);
  for (const link of links) link.tabIndex = -1;
  if (links.length) links[0].tabIndex = 0;
}

for (const grid of $$("[data-grid]")) enliven(grid);
document.getElementById(window.location.hash.slice(1))?.closest("[data-grid] a")?.focus();
document.addEventListener("focusin", (event) => {
  const grid = event.target.closest("[data-grid]");
  if (grid && event.target.matches("a")) rove(grid, event.target);
});
document.addEventListener("keydown", (event) => {
  const grid = event.target.closest("[data-grid]");
  if (!grid || event.altKey || event.metaKey || event.target.closest("form")) return;
  const rows = cells(grid);
  const link = goal(rows, place(rows, event.target), event.key, event.ctrlKey);
  if (!link) return;
  event.preventDefault();
  link.focus();
});
document.addEventListener("htmx:afterSettle", () => {
  for (const grid of $$("[data-grid]")) enliven(grid);
  if (find) narrow();
});
/* The session ended meanwhile: the page itself leads to the lock screen. */
document.addEventListener("htmx:responseError", () => window.location.reload());

/* Idle: two minutes before the session locks, say so; any key keeps it. At the end the page asks
   the server, which shows the lock screen in its place. */
const WARN = 2 * 60 * 1000;
const limit = Number(document.body.dataset.idle) * 60 * 1000;
const dialog = $("#idle");
let since = Date.now();
let told = Date.now();

function stay() {
  since = Date.now();
  if (dialog.open) dialog.close();
  if (since - told < WARN) return;
  told = since;
  fetch($("[data-touch]", dialog).dataset.touch, { method: "HEAD" });
}

function watch() {
  const idle = Date.now() - since;
  if (idle > limit) window.location.assign(window.location.href.split("#")[0]);
  else if (idle > limit - WARN && !dialog.open) dialog.showModal();
}

if (dialog && limit) {
  for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, stay, true);
  setInterval(watch, 5000);
}
