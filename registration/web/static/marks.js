// Keeps a clerk's marks while they are set. Without this script every page that is posted keeps them.
(() => {
  const SOON = 800;
  const LATER = 15000;
  const form = document.querySelector("form[data-marks]");
  if (!form) return;
  const status = form.querySelector("[data-saved]");
  const left = form.querySelector("[data-left]");
  const waiting = new Set();
  let timer = 0;
  let running = false;

  const targetOf = (field) => {
    const [, target] = /^(?:mark|why|what|how)\.(.+)$/.exec(field.name || "") || [];
    return target;
  };

  const bodyOf = (targets) => {
    const body = new FormData();
    body.append("revision", form.elements.revision.value);
    for (const target of targets) {
      body.append("target", target);
      for (const kind of ["mark", "why", "what", "how"]) {
        const field = form.elements[`${kind}.${target}`];
        if (field) body.append(`${kind}.${target}`, field.value);
      }
    }
    return body;
  };

  const send = async (targets) => {
    const answer = await fetch(form.dataset.marks, {
      method: "POST",
      body: bodyOf(targets),
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      keepalive: true,
    });
    const given = await answer.json();
    if (given.csrf) form.elements.csrf_token.value = given.csrf;
    if (!answer.ok) throw new Error(given.words || status.dataset.failed);
    status.textContent = given.words;
    left.textContent = given.left;
  };

  const keep = async () => {
    clearTimeout(timer);
    if (running || !waiting.size) return;
    const targets = [...waiting];
    waiting.clear();
    running = true;
    try {
      await send(targets);
    } catch (error) {
      targets.forEach((target) => waiting.add(target));
      status.textContent = error instanceof TypeError || error instanceof SyntaxError ? status.dataset.failed : error.message;
      timer = setTimeout(keep, LATER);
      return;
    } finally {
      running = false;
    }
    keep();
  };

  const changed = (event) => {
    const target = targetOf(event.target);
    if (!target) return;
    waiting.add(target);
    clearTimeout(timer);
    timer = setTimeout(keep, event.target.type === "radio" ? 0 : SOON);
  };
  form.addEventListener("input", changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
})();
