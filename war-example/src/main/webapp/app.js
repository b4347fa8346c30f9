"use strict";

const BURST = 50;

const element = (id) => document.getElementById(id);
const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/* Asking: every request goes through here, and what the limiter said about it is shown. */

async function ask(path, options) {
  const request = `${options?.method ?? "GET"} ${path}`;
  try {
    const response = await fetch(path, { cache: "no-store", ...options });
    showVerdict(request, response);
    return response;
  } catch {
    const none = Response.error(); // neither ok nor a refusal
    showVerdict(request, none);
    return none;
  }
}

function order(productId) {
  return ask("api/orders", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ productId, quantity: 1 }),
  });
}

/* What the limiter said: RateLimit-Policy, RateLimit and Retry-After. */

/** Reads a list such as `"orders-1s";r=1;t=1, "orders-60s";r=12;t=30` into a Map by name. */
function readLimits(field) {
  const limits = new Map();
  for (const [, name, parameters] of (field ?? "").matchAll(/"((?:[^"\\]|\\.)*)"((?:;\w+=\d+)*)/g)) {
    limits.set(
      name.replace(/\\(.)/g, "$1"),
      Object.fromEntries([...parameters.matchAll(/(\w+)=(\d+)/g)].map(([, k, v]) => [k, Number(v)])),
    );
  }
  return limits;
}

function showVerdict(request, response) {
  const refused = response.status === 429 || response.status === 503;
  const answered = response.type !== "error";
  const badge = element("badge");
  badge.textContent = !answered ? "No answer" : refused ? "Refused" : "Admitted";
  badge.className = `badge ${!answered ? "" : refused ? "refused" : "admitted"}`;
  element("request").textContent = answered ? `${request} → ${response.status}` : request;
  const retryAfter = response.headers.get("Retry-After");
  element("retry").textContent =
    retryAfter === null ? "" : `Retry after ${plural(Number(retryAfter), "second", "seconds")}.`;

  const policies = readLimits(response.headers.get("RateLimit-Policy"));
  const rows = [];
  for (const [name, said] of readLimits(response.headers.get("RateLimit"))) {
    const row = element("limit").content.cloneNode(true);
    const policy = policies.get(name);
    row.querySelector(".name").textContent = name;
    row.querySelector(".remaining").textContent = said.r;
    row.querySelector(".next").textContent = said.t === undefined ? "" : `${said.t} s`;
    const meter = row.querySelector("meter");
    if (policy) {
      row.querySelector(".rule").textContent = `${policy.q} in ${policy.w ?? "under 1"} s`;
      meter.max = policy.q;
      meter.value = said.r;
      meter.setAttribute("aria-label", `${said.r} of ${policy.q} remaining`);
    } else {
      meter.remove();
    }
    rows.push(row);
  }
  element("limits").replaceChildren(...rows);
}

/* Products. */

function showProducts(products) {
  element("products").replaceChildren(...products.map(card));
  element("shown").textContent = products.length === 0 ? "No product has that in its name." : "";
}

function card(product) {
  const item = element("product").content.cloneNode(true).firstElementChild;
  item.querySelector("h3").textContent = product.name;
  showViews(item, product);
  const view = item.querySelector(".view");
  view.setAttribute("aria-label", `View ${product.name}`);
  view.addEventListener("click", async () => {
    const response = await ask(`api/products/${product.id}`);
    if (response.ok) {
      showViews(item, await response.json());
    }
  });
  const buy = item.querySelector(".order");
  buy.setAttribute("aria-label", `Order ${product.name}`);
  buy.addEventListener("click", () => order(product.id));
  return item;
}

function showViews(item, product) {
  item.querySelector(".views").textContent = product.views;
  item.querySelector(".unit").textContent = product.views === 1 ? "view" : "views";
}

element("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await ask(`search?q=${encodeURIComponent(element("q").value)}`);
  if (response.ok) {
    showProducts(await response.json());
  }
});

/* Fifty at once. */

function cells() {
  const list = Array.from({ length: BURST }, () => {
    const cell = document.createElement("li");
    cell.className = "cell";
    return cell;
  });
  element("cells").replaceChildren(...list);
  return list;
}

async function sendOne(target, cell, count) {
  const response = await (target === "orders" ? order(1) : ask("search?q=tea"));
  const outcome = response.ok ? "admitted" : response.status === 429 ? "refused" : "failed";
  count[outcome] += 1;
  cell.className = `cell ${outcome}`;
  cell.textContent = { admitted: "A", refused: "R", failed: "!" }[outcome];
}

element("burst").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  element("last").setAttribute("aria-busy", "true"); // fifty verdicts are not read aloud
  element("summary").textContent = `Sending ${BURST} requests …`;
  const count = { admitted: 0, refused: 0, failed: 0 };
  const target = element("target").value;
  const begun = performance.now();
  await Promise.all(cells().map((cell) => sendOne(target, cell, count)));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  element("summary").textContent =
    `${BURST} requests in ${seconds} s: ${count.admitted} admitted, ${count.refused} refused` +
    (count.failed > 0 ? `, ${count.failed} without an answer.` : ".");
  element("last").removeAttribute("aria-busy");
  button.disabled = false;
});

/* Which store decides: asked again and again, so that a lost Redis shows. */

async function showClient() {
  try {
    const client = await (await fetch("api/client", { cache: "no-store" })).json();
    setText("store", client.store === "redis" ? "Redis, for all nodes" : "this server’s memory");
    element("store").className = client.store;
    setText("key", client.key);
    setText("findings", client.findings.join(" "));
    element("findings").hidden = client.findings.length === 0;
  } catch {
    setText("store", "no answer");
  }
}

/** Only a change is written: what is announced aloud is not announced again. */
function setText(id, text) {
  if (element(id).textContent !== text) {
    element(id).textContent = text;
  }
}

async function start() {
  cells();
  showClient();
  setInterval(() => document.hidden || showClient(), 2000);
  const response = await ask("api/products");
  if (response.ok) {
    showProducts(await response.json());
  } else {
    element("shown").textContent = "There is no list to show; reload the page in a while.";
  }
}

start();
