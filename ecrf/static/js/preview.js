// In `ecrf forms preview` only: ask whether the study is still the one this page was made from.
// The address of the form stays, so what was typed comes back from the draft.
const shown = new URL(import.meta.url).search.slice(1);

const ask = async () => {
  try {
    return await (await fetch("/preview/version", { cache: "no-store" })).text();
  } catch {
    return shown; // stopped: the page stays as it is
  }
};

setInterval(async () => {
  if ((await ask()) !== shown) location.reload();
}, 700);
