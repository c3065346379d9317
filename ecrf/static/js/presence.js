// Who else fills in this form. Asked quietly; when it cannot be asked, nothing is said.

import { $, dirtyPaths, form, words } from "./cells.js";

const EVERY = 15_000; // ms
const SOON = 1_500; // ms after the page is there, or somebody comes back to it
const also = $("#also");
const address = form.dataset.draft.replace(/draft$/, "here");
let timer = 0;

function said(fields) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}

function show(others) {
  also.hidden = !others.length;
  const names = others.map(({ name, typing }) => (typing ? `${name} (${words.typing})` : name));
  const text = others.length ? `${words.also} ${names.join(", ")}` : "";
  const shown = $("span", also);
  if (shown.textContent !== text) shown.textContent = text;
}

async function ask() {
  if (document.hidden) return;
  const body = said({ typing: dirtyPaths().length ? "1" : "0" });
  const answer = await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.status === 401) return; // locked: the page asks for the password when it is used
  if (answer?.ok) show((await answer.json()).others);
  again(EVERY);
}

function again(delay) {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
}

document.addEventListener("visibilitychange", () => document.hidden || again(SOON));
addEventListener("pagehide", () => navigator.sendBeacon(address, said({ leave: "1" })));
again(SOON);
