// A thread as the server shows it: asked for, and sent to.

const HEADERS = { "HX-Request": "true" }; // a part of the page, not a page

/** The fragment of an address, or of a move of a query; throws with words to show. */
export async function ask(url, lost, body) {
  const method = body ? "POST" : "GET";
  const answer = await fetch(url, { method, body, headers: HEADERS, redirect: "manual" })
    .catch(() => null);
  if (answer?.status === 401) location.reload();
  if (![200, 409, 422].includes(answer?.status)) throw new Error(lost);
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}

/** Send a form of a thread once; ``show`` gets the thread as it stands then. */
export async function send(form, button, lost, show) {
  const body = new FormData(form);
  const buttons = [...form.querySelectorAll("button")];
  for (const one of buttons) one.disabled = true;
  try {
    show(await ask(button?.getAttribute("formaction") ?? form.action, lost, body));
  } catch (error) {
    const said = document.createElement("p");
    Object.assign(said, { className: "wrong", textContent: error.message });
    said.setAttribute("role", "alert");
    form.querySelector(".wrong")?.remove();
    form.prepend(said);
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

/** What to write in, or else what closes the thread. */
export function target(root) {
  const writing = [...root.querySelectorAll("textarea")].find((one) => one.checkVisibility());
  return writing ?? root.querySelector("[data-close]");
}
