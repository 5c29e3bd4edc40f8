// EventSource of Chromium, and fetch where it shows more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./browser.js";

const { url, page, stop } = await start();
const path = (shelf, limit = 0) => `${url}/library/v1/shelves/${shelf}/loans:watch?limit=${limit}`;

// watch returns what an EventSource gets until it has failed for good or has
// had count messages.
const watch = (to, count) => page.evaluate(([to, count]) => new Promise((resolve) => {
  const source = new EventSource(to), got = [];
  const end = () => {
    source.close();
    resolve(got);
  };
  source.onmessage = ({ data, lastEventId }) => {
    got.push({ loan: JSON.parse(data), lastEventId });
    if (got.length === count) end();
  };
  source.onerror = ({ data }) => {
    const state = ["connecting", "open", "closed"][source.readyState];
    got.push(data ? { error: JSON.parse(data).error, state } : { state });
    if (state === "closed") end();
  };
}), [to, count]);

// first returns the data of the first event with a name. If the page stays after
// that, it leaves by the next error, which is window.next.
const first = (to, name, leaves) => page.evaluate(([to, name, leaves]) => new Promise((resolve) => {
  const source = new EventSource(to);
  source.addEventListener(name, ({ data }) => {
    if (leaves) source.close();
    resolve(JSON.parse(data));
  });
  window.next = new Promise((next) => (source.onerror = ({ data }) => {
    source.close();
    next(data && JSON.parse(data).error);
  }));
}), [to, name, leaves]);

// read returns status, type and text of a stream that ends.
const read = (to, headers) => page.evaluate(async ([to, headers]) => {
  const reply = await fetch(to, { headers });
  return { status: reply.status, type: reply.headers.get("Content-Type"), text: await reply.text() };
}, [to, headers]);

const message = (n, shelf) => ({ loan: { number: String(n), book: `shelves/${shelf}/books/b`, reader: "Zoë" }, lastEventId: String(n) });

test("messages and ids", async () => {
  assert.deepEqual(await watch(path("a"), 3), [1, 2, 3].map((n) => message(n, "a")));
});

test("10,000 messages keep their order", async () => {
  const got = await watch(path("a"), 10_000);
  assert.deepEqual(got.map((m) => m.lastEventId), Array.from({ length: 10_000 }, (_, i) => String(i + 1)));
});

test("Last-Event-ID after a lost connection", async () => {
  const again = { state: "connecting" };
  assert.deepEqual(await watch(path("parts"), 7), [
    message(1, "parts"), message(2, "parts"), again, message(3, "parts"), message(4, "parts"), again, message(5, "parts"),
  ]);
});

test("204 ends it", async () => {
  const again = { state: "connecting" };
  assert.deepEqual(await watch(path("parts-end", 3)), [
    message(1, "parts-end"), message(2, "parts-end"), again, message(3, "parts-end"), again, { state: "closed" },
  ]);
});

test("events with names", async () => {
  assert.equal((await first(path("named"), "loan", true)).number, "1");
});

test("a page that leaves ends the call", async () => {
  const left = () => page.evaluate(async (to) => Number((await (await fetch(to)).json()).theme), `${url}/library/v1/shelves/left`);
  const before = await left();
  assert.equal((await first(path("waiting"), "message", true)).number, "1");
  while ((await left()) === before);
});

test("an exception after the second message", async () => {
  const [first, second, told, lost, closed] = await watch(path("later-locked"));
  assert.deepEqual([first, second], [message(1, "later-locked"), message(2, "later-locked")]);
  assert.deepEqual([told.error.code, told.error.message], [409, 'Shelf "shelves/locked" is held by bob.']);
  assert.equal(told.state, "open");
  assert.deepEqual([lost, closed], [{ state: "connecting" }, { state: "closed" }], "the next request fails at once");
});

test("an exception before the first message has its status", async () => {
  for (const [shelf, status, text] of [["locked", 409, 'Shelf "shelves/locked" is held by bob.'], ["nowhere", 404, "There is no such shelf."]]) {
    assert.deepEqual(await watch(path(shelf)), [{ state: "closed" }]);
    const reply = await read(path(shelf), { Accept: "text/event-stream" });
    assert.deepEqual([reply.status, reply.type], [status, "application/json; charset=UTF-8"]);
    assert.equal(JSON.parse(reply.text).error.message, text);
  }
  assert.equal((await read(path("a", "many"), { Accept: "text/event-stream" })).status, 400);
});

test("the text of the stream", async () => {
  const { status, type, text } = await read(path("a", 1), { Accept: "text/event-stream" });
  assert.deepEqual([status, type], [200, "text/event-stream; charset=utf-8"]);
  assert.equal(text, 'data: {"number":"1","book":"shelves/a/books/b","reader":"Zoë"}\nid: 1\nretry: 1\n\n');
});

test("lines of JSON", async () => {
  const { type, text } = await read(path("later-locked"), { Accept: "application/x-ndjson" });
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(type, "application/x-ndjson");
  assert.deepEqual(lines.slice(0, 2), [message(1, "later-locked").loan, message(2, "later-locked").loan]);
  assert.equal(lines[2].error.code, 409);
});

test("a server that stops", async () => {
  assert.equal((await first(path("waiting"), "message", false)).number, "1");
  await stop();
  const { code, message } = await page.evaluate(() => window.next);
  assert.deepEqual([code, message], [503, "The server is shutting down."]);
});
