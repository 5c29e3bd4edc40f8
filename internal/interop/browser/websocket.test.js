// WebSocket of Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./browser.js";

const { url, page, stop } = await start();

// talk opens a socket, sends the messages, and returns the frames that come and
// how the connection closes. An array is a message of bytes, a number is one of
// so many letters.
const talk = (path, messages, protocols = []) => page.evaluate(([to, messages, protocols]) => new Promise((resolve) => {
  const socket = new WebSocket(to, protocols), frames = [];
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    for (const m of messages) socket.send(Array.isArray(m) ? new Uint8Array(m) : typeof m === "number" ? "x".repeat(m) : m);
  };
  socket.onmessage = ({ data }) => frames.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
  socket.onclose = ({ code, reason, wasClean }) => resolve({ frames, code, reason, wasClean, protocol: socket.protocol });
}), [url.replace("http", "ws") + path, messages, protocols]);

const ask = "/library.v1.Desk/Ask", question = (text) => JSON.stringify({ question: text });

test("frames of JSON", async () => {
  const { frames, ...end } = await talk(ask, [question("a"), question("Käse \u{1F4DA}\u0000"), ""]);
  assert.deepEqual(frames.map((m) => JSON.parse(m).answer), ["a!", "Käse \u{1F4DA}\u0000!"]);
  assert.deepEqual(end, { code: 1000, reason: "", wasClean: true, protocol: "" });
});

test("JSON by name, and many messages", async () => {
  const texts = Array.from({ length: 2000 }, (_, i) => `${i}`);
  const { frames, code, protocol } = await talk(ask, [...texts.map(question), ""], ["endpoints.v1.json"]);
  assert.deepEqual(frames.map((m) => JSON.parse(m).answer), texts.map((text) => `${text}!`));
  assert.deepEqual([code, protocol], [1000, "endpoints.v1.json"]);
});

test("a page that closes", async () => {
  const end = await page.evaluate((to) => new Promise((resolve) => {
    const socket = new WebSocket(to);
    socket.onopen = () => socket.close(4000, "enough");
    socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean]);
  }), url.replace("http", "ws") + ask);
  assert.deepEqual(end, [4000, "enough", true]);
});

test("frames of bytes", async () => {
  const { frames, code, protocol } = await talk(ask, [[10, 2, 0xc3, 0xa4], ""], ["chat", "endpoints.v1.proto"]);
  assert.deepEqual([frames, code, protocol], [[[10, 3, 0xc3, 0xa4, 0x21]], 1000, "endpoints.v1.proto"]);
});

test("client-streaming", async () => {
  const { frames, code } = await talk("/library.v1.Desk/ReturnBooks", ['{"book":"a"}', '{"book":"b"}', ""]);
  assert.deepEqual([frames, code], [['{"count":2}'], 1000]);
});

test("server-streaming, by a message and by the route", async () => {
  for (const call of [["/library.v1.Desk/WatchLoans", ['{"shelf":"shelves/a","limit":2}']], ["/library/v1/shelves/a/loans:watch?limit=2", []]]) {
    const { frames, code } = await talk(...call);
    assert.deepEqual(frames.map((m) => JSON.parse(m).number), ["1", "2"]);
    assert.equal(code, 1000);
  }
});

for (const [name, code, reason, status, text] of [
  ["locked", 1008, "shelfLocked", 409, 'Shelf "shelves/locked" is held by bob.'],
  ["nowhere", 1008, "notFound", 404, "There is no such shelf."],
  ["invalid", 1008, "badRequest", 400, "Bad name."],
  ["unicode", 1008, "badRequest", 400, "100 % Käse \u{1F4DA}\nsecond line"],
  ["unauthorized", 3000, "required", 401, "Who are you?"],
  ["forbidden", 3003, "forbidden", 403, "Members only."],
  ["busy", 1013, "rateLimitExceeded", 429, "Slow down."],
  ["unavailable", 1013, "backendError", 503, "Come back later."],
  ["gateway", 1014, "badGateway", 502, "The archive is broken."],
  ["secret", 1011, "internalError", 500, "Internal Server Error"],
  ["panic", 1011, "internalError", 500, "Internal Server Error"],
]) {
  test(`exception ${name}`, async () => {
    const end = await talk(ask, [question("a"), question(name)]);
    assert.deepEqual([end.code, end.reason, end.wasClean], [code, reason, true]);
    const [answer, failure] = end.frames.map((m) => JSON.parse(m));
    assert.deepEqual(answer, { answer: "a!" });
    assert.deepEqual([failure.error.code, failure.error.message], [status, text]);
  });
}

for (const [name, message, code, ...protocols] of [
  ["no JSON", "{", 1007],
  ["no UTF-8 in a message of bytes", [10, 1, 0xff], 1007, "endpoints.v1.proto"],
  ["half a character", question("\ud800"), 1008],
  ["a message of the wrong type", '{"question":{}}', 1008],
  ["a required field that is missing", "{}", 1008],
  ["bytes for text", [1], 1003],
  ["a large message", 5 << 20, 1009],
]) {
  test(name, async () => assert.equal((await talk(ask, [message], protocols)).code, code));
}

test("handshakes that are refused", async () => {
  assert.equal((await talk(ask, [], ["chat"])).code, 1006);
  assert.equal((await talk("/library.v1.Desk/Nothing", [])).code, 1006);
  assert.equal((await talk("/library/v1/shelves/locked/loans:watch", [])).code, 1006, "an exception before it");
});

test("a server that stops", async () => {
  await page.evaluate(([to, messages]) => new Promise((resolve) => {
    const socket = new WebSocket(to);
    window.ended = new Promise((end) => (socket.onclose = ({ code, wasClean }) => end([code, wasClean])));
    socket.onopen = () => messages.forEach((m) => socket.send(m));
    socket.onmessage = resolve;
  }), [url.replace("http", "ws") + ask, [question("a"), question("slow")]]);
  await stop();
  assert.deepEqual(await page.evaluate(() => window.ended), [1001, true]);
});
