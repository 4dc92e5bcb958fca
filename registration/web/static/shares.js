// Adds up contributions while they are typed: the sum, each share, the difference to the capital. Without this script the button
// "Add up" does the same. Amounts are whole numbers of millionths (BigInt), as exact as the decimals of the server.
(() => {
  const UNIT = 1000000n;
  const GAP = 30n;
  const FILLS = ["f1", "f2", "f4", "f5", "f3"];
  const QUIET = 1200;
  const panel = document.querySelector("[data-shares]");
  const form = panel && panel.closest("form");
  if (!form) return;
  const words = panel.dataset;
  const byStar = (name) => new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", "([0-9]+)")}$`);
  const amounts = byStar(words.amounts);

  // "1,234.5" -> 1234500000n; null for what is no amount.
  const parse = (text) => {
    const found = /^([0-9]{1,20})(?:\.([0-9]{0,6}))?$/.exec(text.normalize("NFKC").replace(/[,\s]/g, ""));
    return found ? BigInt(found[1]) * UNIT + BigInt((found[2] || "").padEnd(6, "0")) : null;
  };
  const decimal = (number, digits) => {
    const text = String(number).padStart(digits + 1, "0");
    return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, "");
  };
  // Hundredths of a percent, a half to the even one, as the server writes them.
  const hundredths = (part, whole) => {
    const doubled = part * 20000n;
    const floor = doubled / (2n * whole);
    const rest = doubled - floor * 2n * whole;
    return rest > whole || (rest === whole && floor % 2n === 1n) ? floor + 1n : floor;
  };

  const ownerOf = (row) => {
    if (!words.owners) return { key: row, name: "" };
    const choice = form.elements[words.owners.replace("*", row)];
    return { key: choice.value, name: choice.value ? choice.selectedOptions[0].text : "" };
  };

  // Key of the owner -> name and millionths, in the order of the page.
  const put = () => {
    const owners = new Map();
    if (!words.owners)
      for (const item of panel.querySelectorAll("[data-share]"))
        if (item.dataset.share) owners.set(item.dataset.share, { name: item.querySelector("[data-name]").textContent, sum: parse(item.dataset.fixed) || 0n });
    for (const input of form.elements) {
      const found = amounts.exec(input.name || "");
      const owner = found && ownerOf(found[1]);
      if (!owner || !owner.key) continue;
      const known = owners.get(owner.key) || { name: owner.name, sum: 0n };
      const person = !words.owners && form.elements[`shareholders.${found[1]}.person`];
      if (person) known.name = person.value ? person.selectedOptions[0].text : "";
      known.sum += parse(input.value) || 0n;
      owners.set(owner.key, known);
    }
    return owners;
  };

  const rect = (fill, x, width) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const set = { class: fill, x: decimal(x, 2), width: decimal(width, 2), height: "10" };
    Object.entries(set).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };

  const item = (key, owner, fill, percent, fixed) => {
    const made = panel.querySelector("template").content.firstElementChild.cloneNode(true);
    made.dataset.share = key;
    made.dataset.fixed = fixed;
    made.querySelector("rect").setAttribute("class", fill);
    made.querySelector("[data-name]").textContent = owner.name;
    made.querySelector("[data-percent]").textContent = percent;
    return made;
  };

  const verdict = (total) => {
    if (!("capital" in words)) return ["", ""];
    const missing = parse(words.capital) - total;
    if (missing === 0n) return [words.equal, "ok"];
    const text = missing > 0n ? words.less : words.more;
    return [text.replace("{difference}", decimal(missing > 0n ? missing : -missing, 6)), "warn"];
  };

  const show = () => {
    const owners = put();
    const fixed = new Map(Array.from(panel.querySelectorAll("[data-share]"), (one) => [one.dataset.share, one.dataset.fixed]));
    const total = Array.from(owners.values()).reduce((sum, one) => sum + one.sum, 0n);
    const bar = [];
    const legend = [];
    const spoken = [];
    let x = 0n;
    Array.from(owners).forEach(([key, owner], place) => {
      const share = owner.sum && total ? hundredths(owner.sum, total) : null;
      const fill = FILLS[place % FILLS.length];
      const percent = share === null ? "" : `${decimal(share, 2)}%`;
      if (share !== null) {
        const width = share > GAP ? share - GAP : 0n;
        bar.push(rect(fill, x, width));
        x += width ? width + GAP : 0n;
        spoken.push(`${owner.name} ${percent}`);
      }
      legend.push(item(key, owner, fill, percent, fixed.get(key) || "0"));
      document.querySelectorAll(`[data-percent-of="${CSS.escape(key)}"]`).forEach((cell) => (cell.textContent = percent));
    });
    panel.querySelector("[data-bar]").replaceChildren(...bar);
    panel.querySelector("[data-legend]").replaceChildren(...legend);
    const [text, kind] = verdict(total);
    document.querySelectorAll("[data-total]").forEach((cell) => (cell.textContent = decimal(total, 6)));
    document.querySelectorAll("[data-verdict]").forEach((tag) => {
      tag.hidden = !text;
      tag.textContent = text;
      tag.className = `tag ${kind}`;
    });
    return [`${words.sum} ${decimal(total, 6)}`, text, ...spoken].filter(Boolean).join(words.mark);
  };

  // A screen reader hears the result when the typing has paused, not at each key.
  let timer = 0;
  const follow = () => {
    const spoken = show();
    clearTimeout(timer);
    timer = setTimeout(() => (panel.querySelector("[data-said]").textContent = spoken), QUIET);
  };
  form.addEventListener("input", (event) => {
    if (amounts.test(event.target.name || "")) follow();
  });
  form.addEventListener("change", (event) => {
    if ((event.target.name || "").endsWith(".person")) follow();
  });
  const button = panel.querySelector("[data-add-up]");
  button.hidden = true;
  button.querySelector("button").disabled = true;
  show();
})();
