// The last good page of a screen, for when there is no connection: the network first, always; what was kept only when
// it does not answer. A screen that was revoked is answered with 404, and what was kept of it is deleted then.

const KEPT = "rapport-screen";

async function answer(request) {
  const cache = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(request, fresh.clone());
    else if (fresh.status === 404) await caches.delete(KEPT);
    return fresh;
  } catch (lost) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw lost;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  // The page's own questions every minute go past: it knows itself what to do when they stay without an answer.
  const asks = new URL(event.request.url).searchParams.has("cards");
  if (event.request.method === "GET" && !asks) event.respondWith(answer(event.request));
});
