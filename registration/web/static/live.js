// Keeps a page of the desk up to date: counts in place, and a bar that offers to load it again. It replaces nothing that
// somebody types or reads. Without this script the page is as it was when it was loaded.
(() => {
  const bar = document.querySelector("[data-live]");
  if (!bar) return;
  // On the page of a file: who else has it open.
  const others = document.querySelector("[data-others]");
  const OFTEN = 10000;
  const LATER = 30000;

  const end = (form, words) => {
    form.querySelector("[data-words]").textContent = words;
    form.querySelector("button").hidden = true;
  };
  // The seconds in which a decision can be undone.
  for (const form of document.querySelectorAll("form[data-seconds]")) {
    const until = performance.now() + form.dataset.seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (form.querySelector("button").hidden) return;
      if (left <= 0) {
        end(form, form.dataset.leaving);
        return;
      }
      form.querySelector("[data-words]").textContent = form.dataset.left.replace("{count}", left);
      setTimeout(tick, 250);
    };
    tick();
  }

  const address = () => {
    const cases = [...document.querySelectorAll("[data-case]")].map((one) => `${one.dataset.case}:${one.dataset.version}`);
    const own = [...document.querySelectorAll("form[data-decision]")].map((one) => one.dataset.decision);
    const query = new URLSearchParams({ cases: cases.join(","), own: own.join(",") });
    if (document.querySelector("[data-count]")) query.set("counts", "1");
    if (others) query.set("file", "1");
    return `${bar.dataset.live}?${query}`;
  };

  const showCount = (place, number) => {
    place.querySelectorAll("b, b + .vh").forEach((one) => one.remove());
    if (!number) return;
    const count = document.createElement("b");
    count.textContent = number;
    const words = document.createElement("span");
    words.className = "vh";
    words.textContent = bar.dataset.waiting;
    place.append(" ", count, words);
  };
  const offer = (words) => {
    if (bar.dataset.said === words) return;
    bar.dataset.said = words;
    const link = document.createElement("a");
    link.href = bar.dataset.href;
    link.textContent = bar.dataset.reload;
    bar.replaceChildren(words, " · ", link);
  };
  const hear = (news) => {
    for (const place of document.querySelectorAll("[data-place]")) {
      if (place.dataset.place in news.menu) showCount(place, news.menu[place.dataset.place]);
    }
    let words = news.words;
    for (const count of document.querySelectorAll("[data-count]")) {
      const number = String(news.views[count.dataset.count] ?? count.textContent);
      if (number !== count.textContent) {
        count.textContent = number;
        words = words || bar.dataset.list;
      }
    }
    for (const form of document.querySelectorAll("form[data-seconds]")) {
      const { decision, failed, gone } = form.dataset;
      if (!news.waiting.includes(decision)) end(form, news.refused.includes(decision) ? failed : gone);
    }
    if (others) {
      others.textContent = news.others ?? "";
      others.hidden = !others.textContent;
    }
    if (words) offer(words);
  };

  let source = null;
  let timer = 0;
  let ended = false;
  const read = (text) => {
    const data = text.split("\n").find((line) => line.startsWith("data: "));
    if (data) hear(JSON.parse(data.slice(6)));
  };
  // One look without a stream. An answer without content means that the session is over: nobody asks again.
  const look = async (then, wait) => {
    try {
      const answer = await fetch(address(), { headers: { Accept: "text/event-stream" } });
      if (answer.status === 204) ended = true;
      else if (answer.ok) read(await answer.text());
    } catch {
      // The next look may succeed.
    }
    if (!ended && !document.hidden) timer = setTimeout(then, wait);
  };
  const listen = () => {
    if (!window.EventSource) {
      look(listen, OFTEN);
      return;
    }
    source = new EventSource(address());
    source.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) look(listen, LATER);
    });
  };
  const stop = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    stop();
    if (!document.hidden && !ended) listen();
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => event.persisted && !ended && listen());
  if (!document.hidden) listen();
})();
