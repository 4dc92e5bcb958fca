// On the page that a licence's QR code opens: verifies the statement behind the address too, and compares it with the
// register. Without this script, or without a statement, the page is unchanged.
(async () => {
  const place = document.querySelector("[data-statement]");
  if (!place || location.hash.length < 2) return;
  for (const link of document.querySelectorAll("a[hreflang]")) link.hash = location.hash;
  const register = JSON.parse(place.dataset.register);
  const { code, statement } = await HeyiStatement.check(register.address + location.hash, JSON.parse(place.dataset.keys));
  const differing = Object.keys(register).filter((name) => statement && (register[name] ?? null) !== (statement[name] ?? null));
  const result = code === "browser" ? "" : code !== "valid" ? "broken" : differing.length ? "different" : "same";
  for (const words of place.querySelectorAll("[data-result]")) words.hidden = words.dataset.result !== result;
  for (const row of place.querySelectorAll("[data-differs]")) row.hidden = !differing.includes(row.dataset.differs);
  place.hidden = !result;
})();
