// A page of the form saves itself while somebody fills it in. Without this script the button does the same.
(() => {
  const SOON = 1200;
  const LATER = 15000;
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = form.querySelector("[data-saved]");
  let timer = 0;
  let running = null;
  let dirty = false;

  const send = async () => {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
      keepalive: true,
    });
    if (!(answer.headers.get("content-type") || "").includes("json")) return;
    const told = await answer.json();
    if (told.seen) form.elements.seen.value = told.seen;
    status.hidden = false;
    status.textContent = told.words;
  };

  const keep = () => {
    timer = 0;
    if (running) return;
    dirty = false;
    running = send()
      .catch(() => wait(LATER))
      .finally(() => {
        running = null;
        if (dirty && !timer) wait(SOON);
      });
  };

  const wait = (milliseconds) => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, milliseconds);
  };

  form.addEventListener("input", () => wait(SOON));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!running) return;
    // A save that is under way changes the mark which this page is about to send.
    event.preventDefault();
    const button = event.submitter;
    running.finally(() => form.requestSubmit(button));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) keep();
  });
})();
