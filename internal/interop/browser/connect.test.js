// connect-web in Chromium, from a page of another origin than the server's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./browser.js";

const { url, page, foreign } = await start();

// call runs in a page: a unary call and a stream, and what their exceptions
// tell. All that it returns is plain data.
async function call([baseUrl, create, options]) {
  const { createClient, Code, ConnectError } = await import("@connectrpc/connect");
  const web = await import("@connectrpc/connect-web");
  const { Library } = await import("library/library_pb.js");
  const { Desk } = await import("library/loans_pb.js");
  const { ShelfLockedSchema } = await import("library/exceptions_pb.js");
  const transport = web[create]({ baseUrl, ...options });
  const library = createClient(Library, transport), desk = createClient(Desk, transport), got = {};
  const told = (e) => {
    const { code, rawMessage, metadata } = ConnectError.from(e);
    return [Code[code], rawMessage, e.findDetails(ShelfLockedSchema)[0]?.holder, metadata.get("X-Holder")];
  };
  const [headers, onHeader] = [{ "X-Caller": "page" }, (h) => (got.cost = h.get("X-Request-Cost"))];
  const onTrailer = (t) => (got.checksum = t.get("X-Checksum"));
  got.theme = await library.getShelf({ name: "shelves/a" }, { headers, onHeader, onTrailer }).then((m) => m.theme, told);
  got.locked = await library.getShelf({ name: "shelves/locked" }).catch(told);
  try {
    got.numbers = [];
    for await (const { number } of desk.watchLoans({ shelf: "shelves/later-locked" })) got.numbers.push(Number(number));
  } catch (e) {
    got.stream = told(e);
  }
  return got;
}

const locked = ["Aborted", 'Shelf "shelves/locked" is held by bob.', "bob", "bob"];

for (const [name, ...how] of [
  ["Connect, JSON", "createConnectTransport", { useBinaryFormat: false }],
  ["Connect, proto, GET", "createConnectTransport", { useBinaryFormat: true, useHttpGet: true }],
  ["gRPC-Web, JSON", "createGrpcWebTransport", { useBinaryFormat: false }],
  ["gRPC-Web, proto", "createGrpcWebTransport", { useBinaryFormat: true }],
]) {
  test(name, async () => {
    assert.deepEqual(await page.evaluate(call, [url, ...how]), {
      theme: "Käse \u{1F4DA}", cost: "3", checksum: "abc", locked, numbers: [1, 2], stream: locked,
    });
  });
  test(`${name}, from a refused origin`, async () => {
    const failed = ["Unknown", "Failed to fetch", undefined, null];
    assert.deepEqual(await foreign.evaluate(call, [url, ...how]), { theme: failed, locked: failed, numbers: [], stream: failed });
  });
}
