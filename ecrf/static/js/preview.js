// In `ecrf forms preview` only: ask whether the study changed, and show the page anew.
// The address of the form stays, so what was typed comes back from the draft.
const ask = async () => {
  try {
    return await (await fetch("/preview/version", { cache: "no-store" })).text();
  } catch {
    return null; // stopped: the page stays as it is
  }
};

const first = await ask();

setInterval(async () => {
  const now = await ask();
  if (now !== null && now !== first) location.reload();
}, 700);
