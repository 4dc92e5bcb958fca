// Saves a page of the form automatically while the user fills it in. Without this script the button does the same.
(() => {
  const SOON = 1200;
  const LATER = 15000;
  const TRIES = 3;
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = form.querySelector("[data-saved]");
  const dialog = document.querySelector("dialog[data-sign-in]");
  const token = form.elements.csrf_token;
  let timer = 0;
  let running = null;
  let dirty = false;
  let renewed = false;
  // How often somebody has signed in on this page: a refusal of an earlier request then says nothing about now.
  let signedIn = 0;
  const askedAt = new WeakMap();

  const say = (words) => {
    status.hidden = false;
    status.textContent = words;
  };

  const ask = (address, body, more) =>
    fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token.value },
      ...more,
    });

  const send = async () => {
    const asked = signedIn;
    const answer = await ask(form.dataset.draft, new FormData(form), { keepalive: true });
    const given = await answer.json();
    if (given.seen) form.elements.seen.value = given.seen;
    if (answer.ok) renewed = false;
    say(given.words || status.dataset.failed);
    if (given.csrf) refused(answer.status, given, asked);
    else if (!given.words) throw new Error(`status ${answer.status}`);
  };

  // The session or the page's token is over: the new token is kept, and a person who is signed out signs in here.
  const refused = (code, given, asked) => {
    token.value = given.csrf;
    if (code === 401 && asked === signedIn) signIn();
    else wait(renewed ? LATER : SOON);
    renewed = true;
  };

  const signIn = () => {
    if (!dialog || dialog.open) return;
    dirty = true;
    dialog.showModal();
  };

  const keep = () => {
    timer = 0;
    if (running) return;
    dirty = false;
    running = send()
      .catch(() => {
        say(status.dataset.failed);
        wait(LATER);
      })
      .finally(() => {
        running = null;
        if (dirty && !timer && !(dialog && dialog.open)) wait(SOON);
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
    if (!navigator.onLine) {
      // The browser would put its own page in the place of what was typed.
      event.preventDefault();
      dirty = true;
      say(status.dataset.failed);
      return;
    }
    dirty = false;
    if (!running) return;
    // A save that is under way changes the mark which this page is about to send.
    event.preventDefault();
    const button = event.submitter;
    running.finally(() => form.requestSubmit(button));
  });
  window.addEventListener("online", () => {
    if (dirty) keep();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) keep();
  });
  document.addEventListener("htmx:beforeSend", (event) => askedAt.set(event.detail.xhr, signedIn));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status !== 401 && xhr.status !== 400) return;
    const given = JSON.parse(xhr.responseText);
    const asked = askedAt.get(xhr);
    const again = xhr.status === 401 ? asked !== signedIn : !renewed;
    say(given.words);
    refused(xhr.status, given, asked);
    if (again) elt.dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (!dialog) return;

  const wrong = dialog.querySelector("[data-words]");
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  const attempt = async (own) => {
    const answer = await ask(own.action, new FormData(own)).catch(() => null);
    const given = answer && (await answer.json().catch(() => null));
    if (given && given.csrf) token.value = given.csrf;
    return [answer, given];
  };

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    let [answer, given] = await attempt(event.target);
    // Other requests that were answered late brought new cookies, to which the token did not belong.
    for (let left = TRIES; left && answer && answer.status === 400 && given && given.csrf; left -= 1)
      [answer, given] = await attempt(event.target);
    wrong.hidden = Boolean(answer && answer.ok);
    wrong.textContent = (given && given.words) || status.dataset.failed;
    if (!answer || !answer.ok) return;
    event.target.reset();
    signedIn += 1;
    dialog.close();
    keep();
  });
})();
