// Keeps the score table of whoever is signed in, and the files it is made of, so that it opens without a network.
// Served at /worker.js after one line that says of which build it is (skillhub/kernel/offline.py): BUILD = {build, files:
// {address: SHA-256}, pages: a pattern, doors: [address]}. It touches nothing else, and no form that is sent.
const OURS = "table-";
const FILES = `${OURS}files-${BUILD.build}`;
const KEPT = `${OURS}pages-${BUILD.build}`;
const MOST = 20; // pages
const LASTS = 12 * 3600 * 1000; // as long as a sign-in
const PATIENCE = 10000; // milliseconds until the kept page is shown
const AWAY = [502, 503, 504]; // the server behind a proxy is gone for a moment
const pages = new RegExp(BUILD.pages);
const builds = new Map(); // of open pages, by the browser's name for them
let era = 0; // grows whenever somebody signs in or out

addEventListener("install", (event) => event.waitUntil(take()));
addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && BUILD.doors.includes(pathname)) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && pages.test(pathname)) event.respondWith(page(event, pathname));
  else if (Object.hasOwn(BUILD.files, pathname)) event.respondWith(file(event, pathname));
});

addEventListener("message", (event) => {
  const { pathname } = new URL(event.source.url);
  if (!pages.test(pathname)) return;
  if (event.data.keep) event.waitUntil(keepOnce(pathname));
  if (event.data.values) event.waitUntil(note(pathname, event.data));
});

// --- the program: every file of this build, or none ------------------------------------------------------------------

async function take() {
  const cache = await caches.open(FILES);
  await Promise.all(Object.entries(BUILD.files).map(async ([address, digest]) => {
    const answer = await fetch(address, { cache: "no-cache" });
    const body = await answer.arrayBuffer();
    if (!answer.ok || (await sha256(body)) !== digest) throw new Error(`${address} is of another build`);
    await cache.put(address, new Response(body, { headers: plain(answer.headers) }));
  }));
  await takeOpenPages();
  await skipWaiting();
}

// What is open is kept anew before the kept pages of the build before go: without a server they stay, with their program.
async function takeOpenPages() {
  const open = await clients.matchAll({ includeUncontrolled: true });
  const places = new Set(open.map((one) => new URL(one.url).pathname).filter((place) => pages.test(place)));
  for (const place of places) await fetchAndKeep(place);
}

async function begin() {
  await clients.claim();
  const known = await caches.keys();
  const old = known.filter((name) => name.startsWith(OURS) && name !== FILES && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// A page of this build gets its files as they were then; any other what the server has now.
async function file(event, address) {
  const kept = await (await caches.open(FILES)).match(address);
  if (kept && builds.get(event.clientId) === BUILD.build) return kept;
  try {
    return await fetch(event.request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

// --- the page: from the server, and as it was kept when the server is out of reach -----------------------------------

async function page(event, address) {
  const mine = era;
  let answer;
  try {
    answer = await inTime(fetch(event.request), address);
    if (AWAY.includes(answer.status)) throw new Error(answer.status);
  } catch (error) {
    const kept = await find(address);
    if (kept) remember(event, BUILD.build);
    if (kept ?? answer) return kept ?? answer;
    throw error;
  }
  remember(event, (answer.headers.get("X-Keep") ?? "").split(" ")[0]);
  event.waitUntil(keep(address, answer.clone(), mine));
  return answer;
}

function remember(event, build) {
  if (builds.size > 100) builds.clear();
  builds.set(event.resultingClientId, build);
}

// A network that does not answer is no network, if the page is at hand.
async function inTime(asked, address) {
  const late = new Promise((_, refuse) => setTimeout(refuse, PATIENCE, new Error("late")));
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    if (!(await find(address))) return asked;
    asked.catch(() => null); // whenever it gives up
    throw error;
  }
}

async function fetchAndKeep(address) {
  const mine = era;
  const answer = await fetch(address, { redirect: "manual" });
  if (AWAY.includes(answer.status)) throw new Error(answer.status);
  await keep(address, answer, mine);
}

async function keepOnce(address) {
  if (!(await (await caches.open(KEPT)).match(address))) await fetchAndKeep(address).catch(() => null);
}

// Only what the server allows is kept, for one person at a time.
async function keep(address, answer, mine) {
  const cache = await caches.open(KEPT);
  const [build, person] = (answer.headers.get("X-Keep") ?? "").split(" ");
  if (!answer.ok || !build) {
    await drop(cache, address); // signed out, or no longer allowed
    return;
  }
  for (const request of await cache.keys()) {
    const kept = await cache.match(request);
    if (kept?.headers.get("X-Keep-For") !== person) await cache.delete(request);
  }
  if (build !== BUILD.build) {
    if (registration.active) await registration.update();
    return;
  }
  const headers = plain(answer.headers);
  headers.set("X-Keep-For", person);
  headers.set("X-Kept-At", Date.now());
  const body = await answer.text();
  if (mine !== era) return; // somebody signed out meanwhile
  await cache.put(address, new Response(body, { headers }));
  await cache.delete(beside(address));
  await clear(cache);
}

// What was stored or told since the page was drawn lies beside it, for the same person.
async function note(address, { values, user }) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(address);
  if (kept?.headers.get("X-Keep-For") !== String(user)) return;
  const before = await cache.match(beside(address));
  const known = before ? await before.json() : {};
  const all = { ...known, ...values, cells: { ...known.cells, ...values.cells }, rows: { ...known.rows, ...values.rows } };
  await cache.put(beside(address), Response.json(all, { headers: { "X-Keep-For": String(user) } }));
}

async function find(address) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(address);
  if (!kept) return null;
  const at = Number(kept.headers.get("X-Kept-At"));
  if (Date.now() - at > LASTS) {
    await drop(cache, address);
    return null;
  }
  const values = await (await cache.match(beside(address)))?.json();
  const told = JSON.stringify({ at, ...values }).replaceAll("<", "\\u003c");
  const body = (await kept.text()).replace("</head>", () => `<script type="application/json" id="table-kept">${told}</script></head>`);
  return new Response(body, { headers: kept.headers });
}

function beside(address) {
  return `${address}?values`;
}

async function drop(cache, address) {
  await Promise.all([cache.delete(address), cache.delete(beside(address))]);
}

async function clear(cache) {
  const kept = (await cache.keys()).map((request) => new URL(request.url)).filter((url) => !url.search);
  for (const url of kept.slice(0, Math.max(kept.length - MOST, 0))) await drop(cache, url.pathname);
}

async function forget() {
  era += 1;
  await caches.delete(KEPT);
}

function plain(headers) {
  const some = new Headers(headers);
  for (const name of ["Content-Encoding", "Content-Length", "Set-Cookie", "Vary"]) some.delete(name);
  return some;
}

async function sha256(body) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
