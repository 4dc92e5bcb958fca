// The pages as an app: registers the worker, holds back forms while there is no network, and switches pushes on and off
// on the page of the account. Without it every page works as before.
(() => {
  const { worker, words } = document.currentScript.dataset;

  // The browser would put another page in the place of what was typed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || navigator.onLine || form.getAttribute("method") !== "post") return;
    event.preventDefault();
    let line = form.querySelector("[data-no-network]");
    if (!line) {
      line = document.createElement("p");
      line.className = "err";
      line.dataset.noNetwork = "";
      line.setAttribute("role", "alert");
      (event.submitter ?? form.lastElementChild).before(line);
    }
    line.textContent = words;
  });
  window.addEventListener("online", () => {
    for (const line of document.querySelectorAll("[data-no-network]")) line.remove();
  });

  if (!("serviceWorker" in navigator)) return;
  // The worker's file may come from the cache: else each page would ask for it once more.
  navigator.serviceWorker.register(worker, { updateViaCache: "all" }).catch(() => {});

  const on = document.querySelector("form[data-push]");
  if (!on || !("PushManager" in window) || !("Notification" in window)) return;
  const button = on.querySelector("button");
  const say = (text) => {
    on.querySelector("[data-words]").textContent = text;
  };

  const markOf = async (endpoint) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // What this browser has already: its row is named, and removing it also ends it at the push service.
  const find = async (manager) => {
    const own = await manager.getSubscription();
    const row = own && document.querySelector(`form[data-device="${await markOf(own.endpoint)}"]`);
    if (!row) return false;
    document.querySelector(`[data-here="${row.dataset.device}"]`).hidden = false;
    row.addEventListener("submit", async (event) => {
      event.preventDefault();
      await own.unsubscribe().catch(() => {});
      row.submit();
    });
    return true;
  };

  const subscribe = async (manager) => {
    // One that is bound to a former key of the office, or that another person made here.
    await (await manager.getSubscription())?.unsubscribe();
    const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: on.dataset.push });
    const { endpoint, keys } = made.toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
      if (on.elements[name]) on.elements[name].value = value;
    });
    on.submit();
  };

  navigator.serviceWorker.ready.then(async ({ pushManager }) => {
    document.querySelector("[data-push-elsewhere]").hidden = true;
    on.hidden = await find(pushManager);
    if (Notification.permission === "denied") say(on.dataset.denied);
    on.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      button.disabled = true;
      try {
        await subscribe(pushManager);
      } catch {
        say(Notification.permission === "denied" ? on.dataset.denied : on.dataset.failed);
        button.disabled = false;
      }
    });
  });
})();
