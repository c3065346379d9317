// The one thing that opens beside an item: it covers nothing else and stops nothing.

import { target } from "./threads.js";

const pops = document.querySelector("#pop");
let opener = null;

/** Show a fragment beside an element; returns what the focus goes to. */
export function pop(html, beside, name) {
  if (!pops.open) opener = document.activeElement;
  pops.innerHTML = html;
  pops.setAttribute("aria-label", name);
  pops.show();
  const { left, bottom, top } = (beside ?? document.querySelector(".strip")).getBoundingClientRect();
  const below = bottom + pops.offsetHeight + 64 < innerHeight;
  pops.style.left = `${Math.max(8, Math.min(left, innerWidth - pops.offsetWidth - 12))}px`;
  pops.style.top = `${below ? bottom + 6 : Math.max(92, top - pops.offsetHeight - 6)}px`;
  return target(pops);
}

export function shut() {
  if (!pops.open) return false;
  pops.close();
  opener?.focus();
}
