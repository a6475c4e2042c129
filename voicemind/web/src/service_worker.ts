/// <reference lib="webworker" />
/** Keeps the page itself, so that a reload without network shows the board; what is in rooms the document keeps. */

export {};

declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build: all files of the page, and a name that changes with them. */
declare const __OFFLINE__: { version: string; files: string[] };

const CACHE = `voicemind-${__OFFLINE__.version}`;
const PAGE = "/index.html";
// A network that says nothing for so long is taken for none.
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(__OFFLINE__.files)));
});

// Runs once no tab shows the version before: until then its files are kept for it.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && /^\/($|r\/|replay\/)/.test(pathname)) event.respondWith(page(request));
  else if (/^\/(assets|fonts)\//.test(pathname)) event.respondWith(file(request));
});

/** The page from the network, so that a new version is seen at once; what is kept of it without one. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/** A file whose name says what is in it: once kept it is never asked for again. */
async function file(request: Request): Promise<Response> {
  const known = await caches.match(request);
  if (known) return known;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(CACHE)).put(request, fresh.clone());
  return fresh;
}
