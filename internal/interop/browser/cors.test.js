// What Chromium lets pages do, and what they can read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./browser.js";

const { url, context, page, foreign } = await start();
await context.addCookies([{ url, name: "session", value: "42" }]);

// call fetches from a page: status, body and header fields, or the name of the
// error that the script gets.
const call = (page, path, options) => page.evaluate(async ([to, options]) => {
  try {
    const reply = await fetch(to, options);
    const text = await reply.text();
    return { status: reply.status, body: text && JSON.parse(text), header: Object.fromEntries(reply.headers) };
  } catch (e) {
    return e.name;
  }
}, [url + path, options]);

const shelf = "/library/v1/shelves/a";
const patch = { method: "PATCH", headers: { "Content-Type": "application/json", "X-Caller": "page" }, body: '{"theme":"Käse"}' };

test("an allowed origin", async () => {
  const { status, body, header } = await call(page, shelf);
  assert.equal(status, 200);
  assert.equal(body.theme, "Käse \u{1F4DA}");
  assert.equal(header["x-request-cost"], "3", "an exposed field");
  assert.equal(header["x-caller"], undefined, "a field that is not exposed");
});

test("a refused origin", async () => {
  assert.equal(await call(foreign, shelf), "TypeError");
  assert.equal(await call(foreign, shelf, { credentials: "include" }), "TypeError");
  for (const name of ["nowhere", "panic"]) assert.equal(await call(foreign, `/library/v1/shelves/${name}`), "TypeError");
  const opaque = await foreign.evaluate(async (to) => (await fetch(to, { mode: "no-cors" })).type, url + shelf);
  assert.equal(opaque, "opaque");
});

test("credentials", async () => {
  assert.equal((await call(page, shelf, { credentials: "include" })).body.holder, "session=42");
  assert.equal((await call(page, shelf)).body.holder, undefined);
  await call(page, "/library/v1/shelves/cookie", { credentials: "include" });
  assert.equal((await call(page, shelf, { credentials: "include" })).body.holder, "session=42; seen=yes", "set by a reply");
  assert.equal((await call(page, "/library/v1/shelves/nowhere", { credentials: "include" })).status, 404, "an error");
});

test("a preflight", async () => {
  const { status, body } = await call(page, shelf, patch);
  assert.deepEqual([status, body.theme], [200, "Käse"]);
  assert.equal((await call(page, shelf, { method: "DELETE" })).status, 204);
  const credentialed = await call(page, shelf, { ...patch, credentials: "include" });
  assert.equal(credentialed.status, 200);
});

test("a refused preflight", async () => {
  assert.equal(await call(foreign, shelf, patch), "TypeError", "the origin");
  assert.equal(await call(page, shelf, { ...patch, method: "PUT" }), "TypeError", "the method");
  assert.equal(await call(page, shelf, { ...patch, headers: { ...patch.headers, "X-Other": "1" } }), "TypeError", "a header field");
});

test("error replies can be read", async () => {
  for (const [name, status, message] of [
    ["nowhere", 404, "There is no such shelf."], ["locked", 409, 'Shelf "shelves/locked" is held by bob.'],
    ["busy", 404, "Slow down."], ["secret", 503, "backend error"], ["panic", 503, "backend error"],
  ]) {
    const reply = await call(page, `/library/v1/shelves/${name}`);
    assert.deepEqual([reply.status, reply.body.error.message], [status, message]);
  }
  assert.equal((await call(page, "/library/v1/shelves/unauthorized")).header["www-authenticate"], "Bearer");
  assert.equal((await call(page, "/library/v1/shelves/later")).header["retry-after"], "3");
  assert.equal((await call(page, "/no/such/path")).status, 404);
  assert.equal((await call(page, "/library/v1/shelves/locked", patch)).status, 409, "after a preflight");
  assert.equal((await call(page, shelf, { ...patch, body: "{" })).status, 400, "a bad body");
});

test("WebSockets", async () => {
  const opens = (page) => page.evaluate((to) => new Promise((resolve) => {
    const socket = new WebSocket(to);
    socket.onopen = () => socket.send("");
    socket.onclose = ({ code }) => resolve(code);
  }), `${url.replace("http", "ws")}/library.v1.Desk/Ask`);
  assert.equal(await opens(page), 1000);
  assert.equal(await opens(foreign), 1006, "the handshake was refused");
});

test("EventSource", async () => {
  const opens = (page, withCredentials) => page.evaluate(([to, options]) => new Promise((resolve) => {
    const source = new EventSource(to, options);
    source.onmessage = source.onerror = (e) => {
      source.close();
      resolve(e.type);
    };
  }), [`${url}/library/v1/shelves/a/loans:watch`, { withCredentials }]);
  assert.equal(await opens(page, false), "message");
  assert.equal(await opens(page, true), "message");
  assert.equal(await opens(foreign, false), "error");
});
