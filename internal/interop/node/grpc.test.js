// grpc-js, which reads the proto files itself: unary calls, all kinds of
// streams, metadata, status and its details.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import { ErrorInfoSchema } from "../js/google/rpc/error_details_pb.js";
import { StatusSchema } from "../js/google/rpc/status_pb.js";
import { ShelfErrorSchema, ShelfLockedSchema } from "../js/library/v1/exceptions_pb.js";
import { startServer } from "../server.js";
import { exceptions } from "./exceptions.js";

const protos = fileURLToPath(new URL("../../../proto", import.meta.url));
const definition = loader.loadSync(["library/v1/library.proto", "library/v1/loans.proto"], {
  includeDirs: [protos, `${protos}/third_party/googleapis`], longs: Number,
});
const { Library, Desk } = grpc.loadPackageDefinition(definition).library.v1;
const address = new URL((await startServer()).url).host;
const credentials = grpc.credentials.createInsecure();

for (const [name, options] of Object.entries({ identity: {}, gzip: { "grpc.default_compression_algorithm": 2 } })) {
  test(`grpc-js, ${name}`, (t) => suite(t, new Library(address, credentials, options), new Desk(address, credentials, options)));
}

async function suite(t, library, desk) {
  await t.test("unary, with metadata", async () => {
    const metadata = new grpc.Metadata();
    metadata.set("X-Caller", "node");
    const { reply, header, status } = await unary(library.getShelf, library, { name: "shelves/fiction" }, metadata);
    assert.equal(reply.theme, "Käse \u{1F4DA}");
    assert.equal(reply.createTime.nanos, 500);
    assert.deepEqual(header.get("x-caller"), ["node"]);
    assert.deepEqual(header.get("x-request-cost"), ["3"]);
    assert.deepEqual(status.metadata.get("x-checksum"), ["abc"]);
    assert.equal(status.code, grpc.status.OK);
  });

  for (const [shelf, expected] of Object.entries(exceptions)) {
    await t.test(`exception ${shelf}`, async () => check(await failure(unary(library.getShelf, library, { name: `shelves/${shelf}` })), expected));
  }

  await t.test("a field that is missing", async () => {
    assert.equal((await failure(unary(library.getShelf, library, {}))).code, grpc.status.INVALID_ARGUMENT);
  });

  await t.test("deadline", async () => {
    const e = await failure(unary(library.getShelf, library, { name: "shelves/slow" }, undefined, { deadline: Date.now() + 50 }));
    assert.equal(e.code, grpc.status.DEADLINE_EXCEEDED);
  });

  await t.test("a method that is not there", async () => {
    const bytes = (b) => b;
    const call = (done) => library.makeUnaryRequest("/library.v1.Library/Burn", bytes, bytes, Buffer.alloc(0), done);
    assert.equal((await new Promise((resolve) => call(resolve))).code, grpc.status.UNIMPLEMENTED);
  });

  await t.test("server-streaming", async () => {
    const { got, e } = await drain(desk.watchLoans({ shelf: "shelves/a", limit: 500 }));
    assert.equal(e, undefined);
    assert.deepEqual(got.map((m) => m.number), Array.from({ length: 500 }, (_, i) => i + 1));
  });

  for (const [shelf, count] of [["locked", 0], ["later-locked", 2]]) {
    await t.test(`exception after ${count} messages`, async () => {
      const { got, e } = await drain(desk.watchLoans({ shelf: `shelves/${shelf}` }));
      assert.equal(got.length, count);
      check(e, exceptions.locked);
    });
  }

  await t.test("a client that leaves", async () => {
    const call = desk.watchLoans({ shelf: "shelves/endless" });
    call.once("data", () => call.cancel());
    assert.equal((await drain(call)).e.code, grpc.status.CANCELLED);
  });

  await t.test("client-streaming", async () => {
    assert.equal((await returnBooks("a", "b", "c")).count, 3);
    check(await failure(returnBooks("a", "locked", "c")), exceptions.locked);
  });

  await t.test("bidi, in turns, then an exception", async () => {
    const call = desk.ask(), questions = ["a", "b", "locked"];
    const ask = () => call.write({ question: questions.shift() });
    call.on("data", ask);
    ask();
    const { got, e } = await drain(call);
    assert.deepEqual(got.map((m) => m.answer), ["a!", "b!"]);
    check(e, exceptions.locked);
  });

  function returnBooks(...books) {
    return new Promise((resolve, reject) => {
      const call = desk.returnBooks((e, reply) => (e ? reject(e) : resolve(reply)));
      for (const book of books) call.write({ book });
      call.end();
    });
  }
  library.close();
  desk.close();
}

function unary(method, client, request, metadata = new grpc.Metadata(), options = {}) {
  return new Promise((resolve, reject) => {
    const got = {};
    const call = method.call(client, request, metadata, options, (e, reply) => (e ? reject(e) : (got.reply = reply)));
    call.on("metadata", (header) => (got.header = header));
    call.on("status", (status) => resolve({ ...got, status }));
  });
}

async function failure(promise) {
  return promise.then(() => assert.fail("the call has not failed"), (e) => e);
}

function drain(call) {
  const got = [];
  call.on("data", (m) => got.push(m));
  return new Promise((resolve) => {
    call.on("error", (e) => resolve({ got, e }));
    call.on("end", () => setImmediate(resolve, { got }));
  });
}

function check(e, [code, message, info]) {
  assert.equal(e.code, code);
  assert.equal(e.details, message);
  const status = fromBinary(StatusSchema, e.metadata.get("grpc-status-details-bin")[0]);
  assert.deepEqual([status.code, status.message], [code, message]);
  const find = (schema) => status.details.map((any) => anyUnpack(any, schema)).find((m) => m);
  const { reason, domain } = find(ErrorInfoSchema);
  assert.deepEqual({ reason, domain }, info);
  if (code !== grpc.status.ABORTED) return;
  const locked = find(ShelfLockedSchema);
  assert.deepEqual([locked.shelf, locked.holder, find(ShelfErrorSchema).shelf], ["shelves/locked", "bob", "shelves/locked"]);
  assert.deepEqual(e.metadata.get("x-holder"), ["bob"]);
}
