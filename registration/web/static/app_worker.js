// Shows a page of its own where there is no network, and the pushes of this office. CACHE, FILES and ICON are defined above.
// It keeps that page, and files of the program and the city, whose addresses have the digest of their content. It keeps no
// page, no answer of the API, no document and no form: what depends on who asks always comes from the network.
const MINE = "heyi-app ";
const [PAGE] = FILES;

self.addEventListener("install", (event) => {
  // Without cookies, so that nothing depends on who is signed in.
  const wanted = FILES.map((path) => new Request(path, { credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(MINE) && name !== CACHE;
  const clean = () => caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean().then(() => self.registration.navigationPreload?.enable()).then(() => self.clients.claim()));
});

const fromNetwork = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
};

const fromDevice = async (request) => {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  const isFile = pathname.startsWith("/static/") || pathname.startsWith("/city/");
  if (event.request.mode === "navigate") event.respondWith(fromNetwork(event));
  else if (isFile && search.startsWith("?v=")) event.respondWith(fromDevice(event.request));
});

self.addEventListener("push", (event) => {
  const { title, text, path, lang } = event.data.json();
  // A newer one about the same page takes the place of the older.
  const shown = { body: text, lang, tag: path, renotify: true, icon: ICON, data: path };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data, self.location.origin);
  event.waitUntil(self.clients.openWindow(wanted.origin === self.location.origin ? wanted.href : "/"));
});
