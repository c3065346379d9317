// Attached files: sent as soon as they are chosen; what then stands in the form is the SHA-256 of
// the file, in the draft and in the record like anything typed.

import { $, $$, addLine, cells, control, dropLine, form, line, names, read, words,
  write } from "./cells.js";
import { count, draft, explain } from "./drafts.js";

const MEGABYTE = 1024 * 1024;
const sending = new Map(); // path -> request under way

const pathOf = (att) => att.closest("[data-cell]").dataset.cell;
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const address = (digest) => `${form.dataset.casebook}/files/${digest}`;

/** Name, size and kind of a file, or the empty control. */
function show(att, [name, size, kind] = []) {
  const path = pathOf(att);
  const digest = read(path);
  att.classList.toggle("on", !!digest);
  $("[data-unattach]", att).hidden = !digest;
  if (!name) return;
  names.set(digest, name);
  Object.assign($("a", att), { textContent: name, href: address(digest) });
  $("small", att).textContent = `${size} · ${kind}`;
}

/** The form now names this file, or none; a saved one that changes says why. */
function put(att, digest, file) {
  const path = pathOf(att);
  const here = att.contains(document.activeElement);
  write(path, digest);
  show(att, file);
  draft(path, true);
  explain(path);
  count();
  const asked = line(path, "rsn");
  if (asked && here && !$("input:checked", asked)) $("input", asked).focus();
  else if (here) control(path).focus();
}

function refuse(att, text) {
  const path = pathOf(att);
  const made = line(path, "fil") ?? addLine(path, "fil");
  $("span", made).textContent = text;
}

function send(att, file) {
  const path = pathOf(att);
  const limit = Number(att.dataset.max);
  sending.get(path)?.abort();
  dropLine(path, "fil");
  if (file.size > limit * MEGABYTE) {
    return refuse(att, fill(words.files.large, { size: (file.size / MEGABYTE).toFixed(1), limit }));
  }
  const request = new XMLHttpRequest(); // fetch does not tell how far an upload has come
  const bar = $("progress", att);
  const done = (answer) => {
    sending.delete(path);
    bar.hidden = true;
    att.classList.remove("busy");
    answer?.();
  };
  Object.assign(bar, { hidden: false, value: 0 });
  att.classList.add("busy");
  request.upload.onprogress = ({ loaded, total }) => (bar.value = loaded / total);
  request.onload = () => done(() => arrived(att, request));
  request.onerror = () => done(() => refuse(att, words.files.lost));
  request.onabort = () => done();
  request.open("POST", form.dataset.draft.replace(/draft$/, "files"));
  request.responseType = "json";
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  const body = new FormData();
  body.append("path", path);
  body.append("file", file);
  sending.set(path, request);
  request.send(body);
}

function arrived(att, { status, response }) {
  if (status === 201) return put(att, response.sha256, response.file);
  const signedOut = status === 200; // the answer is the page to sign in
  refuse(att, response?.message ?? (signedOut ? words.stopped : words.files.lost));
}

export function unattach(button) {
  const att = button.closest("[data-att]");
  dropLine(pathOf(att), "fil");
  put(att, "", []);
}

const over = (event) => event.target.closest?.("[data-att]");

form.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  if (target.files.length) send(target.closest("[data-att]"), target.files[0]);
  target.value = ""; // so that the same file can be chosen again
});
for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    const att = over(event);
    $$(".att.over", form).filter((one) => one !== att).forEach((one) => one.classList.remove("over"));
    if (!att) return;
    event.preventDefault();
    att.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  form.addEventListener(name, (event) => {
    const att = over(event);
    if (!att || (name === "dragleave" && att.contains(event.relatedTarget))) return;
    att.classList.remove("over");
    if (name !== "drop") return;
    event.preventDefault();
    if (event.dataTransfer.files.length) send(att, event.dataTransfer.files[0]);
  });
}
// The server's judgement of a cell came: what somebody else attached is known by name only now.
form.addEventListener("painted", ({ target, detail }) => {
  if ((detail.text ?? "") === read(pathOf(target))) show(target, detail.file);
});
addEventListener("beforeunload", (event) => sending.size && event.preventDefault());

for (const att of $$("[data-att]", form)) {
  const { value, dataset } = $("input[type=hidden]", att);
  const { was } = cells.get(pathOf(att))?.dataset ?? {};
  if (value) names.set(value, $("a", att).textContent);
  if (was) names.set(was, dataset.wasName);
  $("[data-unattach]", att).hidden = !value;
}
