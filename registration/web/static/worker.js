// Caches the offline check for use without a network. FILES is defined above: the page first, then its files.
// With a network the page is loaded again, to get new keys; the files have their digest in the address.
const CACHE = `heyi-offline ${FILES.join(" ")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("heyi-offline ") && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

const renewed = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(FILES[0], answer.clone());
    return answer;
  } catch {
    return cache.match(FILES[0], { ignoreVary: true });
  }
};

self.addEventListener("fetch", (event) => {
  const { pathname, search } = new URL(event.request.url);
  if (event.request.mode === "navigate" && pathname === FILES[0]) event.respondWith(renewed(event.request));
  else if (FILES.includes(pathname + search)) {
    event.respondWith(caches.match(event.request, { ignoreVary: true }).then((kept) => kept || fetch(event.request)));
  }
});
