// Keys of the desk and the viewer of documents. Without this script links and buttons do the same, pages open alone.
(() => {
  const scan = document.querySelector(".scan");
  const pages = scan ? [...scan.querySelectorAll("img")] : [];
  const groups = () => [...document.querySelectorAll(".marks")].filter((one) => one.offsetParent);
  const controls = [...document.querySelectorAll(".decide > .row > button, .decide > .row > .opinion > summary")];
  const dialog = document.querySelector("dialog[data-keys]");
  let zoom = 1;

  const shownPage = () => {
    const top = scan.getBoundingClientRect().top + 8;
    const at = pages.findIndex((page) => page.getBoundingClientRect().bottom > top);
    return at < 0 ? pages.length - 1 : at;
  };
  const showPage = (step) => {
    const page = pages[Math.min(Math.max(shownPage() + step, 0), pages.length - 1)];
    if (page) scan.scrollTop += page.getBoundingClientRect().top - scan.getBoundingClientRect().top;
  };
  const zoomTo = (value) => {
    zoom = Math.min(Math.max(value, 0.5), 4);
    if (scan) scan.style.setProperty("--zoom", zoom);
  };
  const rotate = () => {
    const page = pages[shownPage()];
    if (!page) return;
    const turn = (Number(page.dataset.turn || 0) + 1) % 4;
    const fit = turn % 2 ? Math.min(1, page.offsetWidth / page.offsetHeight) : 1;
    page.dataset.turn = turn;
    page.style.transform = turn ? `rotate(${turn * 90}deg) scale(${fit})` : "";
  };

  const groupHere = () => document.activeElement.closest(".marks") || groups().find((one) => !one.querySelector(":checked"));
  const goTo = (group) => {
    if (!group) return;
    group.closest("details:not([open])")?.setAttribute("open", "");
    (group.querySelector(":checked") || group.querySelector("input")).focus();
    group.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const all = groups();
    const at = all.indexOf(document.activeElement.closest(".marks"));
    goTo(at < 0 ? groupHere() || all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
  const mark = (verdict) => {
    const group = groupHere();
    if (!group) return;
    const radio = group.querySelector(`[value="${verdict}"]`);
    goTo(group);
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    if (verdict === "ok") step(1);
    else document.getElementById(radio.name.replace(/^mark\./, "what."))?.focus();
  };
  const clear = () => {
    const radio = document.activeElement.closest(".marks")?.querySelector(":checked");
    if (!radio) return;
    radio.checked = false;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const search = () => {
    const field = document.getElementById("q");
    if (field) field.focus();
    else document.querySelector("a[data-search]")?.click();
  };

  const doing = {
    mark_good: () => mark("ok"),
    mark_bad: () => mark("bad"),
    mark_clear: clear,
    next_mark: () => step(1),
    previous_mark: () => step(-1),
    next_page: () => scan && showPage(1),
    previous_page: () => scan && showPage(-1),
    zoom_in: () => zoomTo(zoom + 0.25),
    zoom_out: () => zoomTo(zoom - 0.25),
    rotate,
    undo: () => document.querySelector("button[data-undo]:not([hidden])")?.click(),
    search,
    inbox: () => document.querySelector(".crumbs a")?.click(),
    help: () => dialog.showModal(),
  };
  document.querySelectorAll("button[data-view]").forEach((button) => {
    button.hidden = !pages.length;
    button.addEventListener("click", doing[button.dataset.view]);
  });
  if (document.getElementById("q") && location.hash === "#q") search();
  // Without the list of keys they are switched off.
  if (!dialog) return;

  const keys = new Map([...dialog.querySelectorAll("[data-do]")].map((one) => [one.textContent, doing[one.dataset.do]]));
  const take = (control) => {
    control.focus();
    control.click();
    const panel = control.closest("details[open]");
    if (panel) panel.querySelector("button").focus();
  };
  controls.slice(0, 9).forEach((control, at) => {
    const hint = document.createElement("kbd");
    hint.textContent = at + 1;
    hint.setAttribute("aria-hidden", "true");
    control.append(hint);
    keys.set(String(at + 1), () => take(control));
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  const isTyping = (field) => field.isContentEditable || field.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || dialog.open) return;
    if (isTyping(event.target) || !keys.has(event.key)) return;
    event.preventDefault();
    keys.get(event.key)();
  });
})();
