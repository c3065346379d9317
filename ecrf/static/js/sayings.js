// Writing in a thread: words that are ready, and Ctrl Enter to send.

document.addEventListener("click", ({ target }) => {
  const ready = target.closest("[data-say]");
  if (!ready) return;
  const text = ready.form.elements.text;
  text.value = ready.textContent;
  text.focus();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest(".say-it");
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  const send = form.querySelector("button.pri");
  if (send) form.requestSubmit(send);
});
