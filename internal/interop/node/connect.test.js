// The clients of Connect: unary calls and all kinds of streams, what they send
// beside messages, and exceptions.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../js/google/rpc/error_details_pb.js";
import { ShelfErrorSchema, ShelfLockedSchema } from "../js/library/v1/exceptions_pb.js";
import { Library } from "../js/library/v1/library_pb.js";
import { Desk } from "../js/library/v1/loans_pb.js";
import { startServer } from "../server.js";
import { exceptions } from "./exceptions.js";
import { transports } from "./transports.js";

const { url } = await startServer();
for (const [name, options] of Object.entries(transports(url))) describe(name, () => suite(options));

function suite({ transport, unary, duplex }) {
  const library = createClient(Library, transport), desk = createClient(Desk, transport);

  test("unary, with header and trailer", async () => {
    let header, trailer;
    const shelf = await library.getShelf({ name: "shelves/fiction" }, {
      headers: { "X-Caller": "node" }, onHeader: (h) => (header = h), onTrailer: (t) => (trailer = t),
    });
    assert.equal(shelf.name, "shelves/fiction");
    assert.equal(shelf.theme, "Käse \u{1F4DA}");
    assert.equal(timestampMs(shelf.createTime), Date.UTC(2026, 10, 20, 12));
    assert.equal(shelf.createTime.nanos, 500);
    assert.equal(header.get("X-Request-Cost"), "3");
    assert.equal(header.get("X-Caller"), "node");
    assert.equal(trailer.get("X-Checksum"), "abc");
  });

  for (const [shelf, [code, message, info]] of Object.entries(exceptions)) {
    test(`exception ${shelf}`, async () => {
      const e = await failure(library.getShelf({ name: `shelves/${shelf}` }));
      check(e, code, message, info);
      if (shelf === "busy") assert.equal(e.findDetails(RetryInfoSchema)[0].retryDelay.seconds, 2n);
      if (shelf === "unauthorized") assert.equal(e.metadata.get("WWW-Authenticate"), "Bearer");
      if (shelf === "invalid") {
        const { field, description, reason } = e.findDetails(BadRequestSchema)[0].fieldViolations[0];
        assert.deepEqual([field, description, reason], ["name", "Too long.", "TOO_LONG"]);
      }
      if (shelf === "locked") checkLocked(e);
    });
  }

  test("a field that is missing", async () => {
    assert.equal((await failure(library.getShelf({}))).code, Code.InvalidArgument);
  });

  test("deadline", async () => {
    const e = await failure(library.getShelf({ name: "shelves/slow" }, { timeoutMs: 50 }));
    assert.equal(e.code, Code.DeadlineExceeded);
  });

  test("server-streaming", async () => {
    let header, trailer;
    const numbers = [];
    const options = { headers: { "X-Caller": "node" }, onHeader: (h) => (header = h), onTrailer: (t) => (trailer = t) };
    for await (const loan of desk.watchLoans({ shelf: "shelves/a", limit: 500 }, options)) numbers.push(Number(loan.number));
    assert.deepEqual(numbers, Array.from({ length: 500 }, (_, i) => i + 1));
    assert.equal(header.get("X-Caller"), "node");
    assert.equal(trailer.get("X-Checksum"), "abc");
  });

  test("exception before the first message", async () => {
    const { e, got } = await drain(desk.watchLoans({ shelf: "shelves/locked" }));
    assert.equal(got.length, 0);
    check(e, ...exceptions.locked);
    checkLocked(e);
    const refused = await drain(desk.watchLoans({ shelf: "shelves/unauthorized" }));
    assert.equal(refused.e.metadata.get("WWW-Authenticate"), "Bearer");
  });

  test("exception after the second message", async () => {
    const { e, got } = await drain(desk.watchLoans({ shelf: "shelves/later-locked" }));
    assert.equal(got.length, 2);
    check(e, ...exceptions.locked);
    checkLocked(e);
  });

  test("a client that leaves", async () => {
    const leaving = new AbortController();
    const e = await failure((async () => {
      for await (const { number } of desk.watchLoans({ shelf: "shelves/endless" }, leaving)) if (number === 3n) leaving.abort();
    })());
    assert.equal(e.code, Code.Canceled);
  });

  if (unary) return;

  test("client-streaming", async () => {
    assert.equal((await desk.returnBooks(messages("a", "b", "c"))).count, 3);
    assert.equal((await desk.returnBooks(messages())).count, 0);
    checkLocked(await failure(desk.returnBooks(messages("a", "locked", "c"))));
  });

  test("bidi, one side after the other", async () => {
    const { e, got } = await drain(desk.ask(messages("a", "b")));
    if (!duplex) return assert.equal(e.rawMessage, "HTTP 505"); // HTTP/1.1 cannot do it
    assert.equal(e, undefined);
    assert.deepEqual(got.map((m) => m.answer), ["a!", "b!"]);
  });

  if (!duplex) return;

  test("bidi, in turns, then an exception", async () => {
    let next;
    async function* questions() {
      for (const question of ["a", "b", "locked"]) {
        const answered = new Promise((resolve) => (next = resolve));
        yield { question };
        await answered;
      }
    }
    const got = [];
    const e = await failure((async () => {
      for await (const { answer } of desk.ask(questions())) {
        got.push(answer);
        next();
      }
    })());
    assert.deepEqual(got, ["a!", "b!"]);
    checkLocked(e);
    next();
  });
}

// messages streams requests of ReturnBooks and Ask alike.
async function* messages(...texts) {
  for (const text of texts) yield { book: text, question: text };
}

async function failure(promise) {
  try {
    await promise;
  } catch (e) {
    assert.ok(e instanceof ConnectError, String(e));
    return e;
  }
  assert.fail("the call has not failed");
}

async function drain(stream) {
  const got = [];
  try {
    for await (const m of stream) got.push(m);
  } catch (e) {
    return { e, got };
  }
  return { got };
}

function check(e, code, message, info) {
  assert.equal(Code[e.code], Code[code]);
  assert.equal(e.rawMessage, message);
  const { reason, domain } = e.findDetails(ErrorInfoSchema)[0];
  assert.deepEqual({ reason, domain }, info);
}

// checkLocked checks that a client can catch the exception as itself and as its
// parent, and gets what was sent along.
function checkLocked(e) {
  const [locked] = e.findDetails(ShelfLockedSchema), [parent] = e.findDetails(ShelfErrorSchema);
  assert.deepEqual([locked.shelf, locked.holder, parent.shelf], ["shelves/locked", "bob", "shelves/locked"]);
  assert.equal(e.metadata.get("X-Holder"), "bob");
}
