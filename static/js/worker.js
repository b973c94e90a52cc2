// Keeps the score table of whoever is signed in, and the files it is made of, so that it opens without a network.
// Served at /worker.js after one line that says where it stands (skillhub/kernel/offline.py): PLACE = {files: where static
// files are, list: of the files of this build, pages: a pattern, doors: [address]}. It touches nothing else, and no form
// that is sent. It stays the same from build to build: a browser may lose a request to a program that it is replacing.
const PAGES = "table-pages";
const FILES = "table-files-"; // and the build
const MOST = 20; // pages
const LASTS = 12 * 3600 * 1000; // as long as a sign-in
const PATIENCE = 10000; // milliseconds until the kept page is shown
const AWAY = [502, 503, 504]; // the server behind a proxy is gone for a moment
const pages = new RegExp(PLACE.pages);
const builds = new Map(); // of open pages, by the browser's name for them
const taking = new Map(); // the builds whose files are on their way
let turn = Promise.resolve(); // pages are kept one after the other
let era = 0; // grows whenever somebody signs in or out

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("fetch", (event) => {
  const { request, clientId } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && PLACE.doors.includes(pathname)) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && pages.test(pathname)) event.respondWith(page(event, pathname));
  else if (pathname.startsWith(PLACE.files) && (builds.has(clientId) || isAsked(request))) event.respondWith(file(event, pathname));
});

addEventListener("message", (event) => {
  const { pathname } = new URL(event.source.url);
  if (!pages.test(pathname)) return;
  if (event.data.keep) event.waitUntil(keepOnce(pathname));
  if (event.data.values) event.waitUntil(note(pathname, event.data));
});

async function begin() {
  await clients.claim();
  const ours = (name) => name === PAGES || name.startsWith(FILES) || !name.startsWith("table-");
  await Promise.all((await caches.keys()).filter((name) => !ours(name)).map((name) => caches.delete(name)));
}

// --- the files: every one of a build, or none ------------------------------------------------------------------------

// Asked by a kept page itself; what its files ask for is known by the page.
function isAsked({ referrer }) {
  return referrer.startsWith(location.origin) && pages.test(new URL(referrer).pathname);
}

function take(build) {
  if (!taking.has(build)) taking.set(build, takeAll(build).catch(() => false).finally(() => taking.delete(build)));
  return taking.get(build);
}

async function takeAll(build) {
  if (await isWhole(build)) return true;
  const list = await fetch(PLACE.list, { cache: "no-cache" });
  const told = await list.clone().json();
  if (told.build !== build) return false; // the server is another one by now
  const cache = await caches.open(FILES + build);
  await Promise.all(Object.entries(told.files).map(async ([address, digest]) => {
    const answer = await fetch(address, { cache: "no-cache" });
    const body = await answer.arrayBuffer();
    if (!answer.ok || (await sha256(body)) !== digest) throw new Error(`${address} is of another build`);
    await cache.put(address, new Response(body, { headers: plain(answer.headers) }));
  }));
  await cache.put(PLACE.list, list); // the last of all says that none is missing
  return true;
}

async function isWhole(build) {
  return (await caches.has(FILES + build)) && Boolean(await (await caches.open(FILES + build)).match(PLACE.list));
}

// A page gets the files of its own build; where they are not kept, what the server has now.
async function file(event, address) {
  const build = builds.get(event.clientId) ?? (await buildOf(event.clientId));
  const kept = build && (await isWhole(build)) ? await (await caches.open(FILES + build)).match(address) : null;
  return kept ?? fetch(event.request);
}

async function buildOf(clientId) {
  const open = await clients.get(clientId);
  const kept = open && (await caches.match(new URL(open.url).pathname, { cacheName: PAGES }));
  return kept?.headers.get("X-Keep-Build");
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
    if (kept) remember(event, kept.headers.get("X-Keep-Build"));
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
  if (!(await (await caches.open(PAGES)).match(address))) await fetchAndKeep(address).catch(() => null);
}

function keep(...what) {
  turn = turn.then(() => keepNow(...what)).catch(() => null);
  return turn;
}

// Only what the server allows is kept, for one person at a time, and only beside all files of its build.
async function keepNow(address, answer, mine) {
  const cache = await caches.open(PAGES);
  const [build, person] = (answer.headers.get("X-Keep") ?? "").split(" ");
  if (!answer.ok || !build) {
    await drop(cache, address); // signed out, or no longer allowed
    return;
  }
  for (const request of await cache.keys()) {
    const kept = await cache.match(request);
    if (kept?.headers.get("X-Keep-For") !== person) await cache.delete(request);
  }
  const headers = plain(answer.headers);
  headers.set("X-Keep-Build", build);
  headers.set("X-Keep-For", person);
  headers.set("X-Kept-At", Date.now());
  const body = await answer.text();
  if (!(await take(build)) || mine !== era) return; // somebody signed out meanwhile
  await cache.put(address, new Response(body, { headers }));
  await cache.delete(beside(address));
  await clear(cache);
}

// What was stored or told since the page was drawn lies beside it, for the same person.
async function note(address, { values, user }) {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(address);
  if (kept?.headers.get("X-Keep-For") !== String(user)) return;
  const before = await cache.match(beside(address));
  const known = before ? await before.json() : {};
  const all = { ...known, ...values, cells: { ...known.cells, ...values.cells }, rows: { ...known.rows, ...values.rows } };
  await cache.put(beside(address), Response.json(all, { headers: { "X-Keep-For": String(user) } }));
}

async function find(address) {
  const cache = await caches.open(PAGES);
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

// The oldest pages go, and the files that no kept page is made of.
async function clear(cache) {
  const kept = (await cache.keys()).map((request) => new URL(request.url)).filter((url) => !url.search);
  for (const url of kept.slice(0, Math.max(kept.length - MOST, 0))) await drop(cache, url.pathname);
  const left = await Promise.all(kept.slice(-MOST).map((url) => cache.match(url)));
  const used = new Set(left.map((one) => FILES + one?.headers.get("X-Keep-Build")));
  const old = (await caches.keys()).filter((name) => name.startsWith(FILES) && !used.has(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function forget() {
  era += 1;
  await caches.delete(PAGES);
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
