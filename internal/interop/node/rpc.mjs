// Calls the server by the clients for Node, and says how many cases passed.
// Usage: node rpc.mjs DIRECTORY SERVER DESCRIPTORS, with the packages in
// DIRECTORY and a FileDescriptorSet with library.v1.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

const [directory, program, descriptors] = process.argv.slice(2);
const require = createRequire(directory + '/');
const { createFileRegistry, fromBinary } = require('@bufbuild/protobuf');
const { FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt');
const { createClient, Code, ConnectError } = require('@connectrpc/connect');
const node = require('@connectrpc/connect-node');
const web = require('@connectrpc/connect-web');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const server = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
const [baseUrl] = await once(createInterface(server.stdout), 'line');
const bytes = readFileSync(descriptors);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
const LockedSchema = registry.getMessage('library.v1.BookLocked');
const ParentSchema = registry.getMessage('library.v1.ShelfLocked');

let passed = 0, failed = 0;
async function test(name, run, want) {
  try {
    const value = await run();
    if (isDeepStrictEqual(value, want)) { passed++; return; }
    console.log(`FAIL ${name}\n  want ${JSON.stringify(want)}\n  got  ${JSON.stringify(value)}`);
  } catch (e) {
    console.log(`FAIL ${name}\n  ${e.stack}`);
  }
  failed++;
}

// thrown is what a call throws, in a form for comparison.
async function thrown(promise, more = () => []) {
  try {
    await promise;
  } catch (e) {
    const error = ConnectError.from(e);
    return [Code[error.code], error.rawMessage, ...more(error)];
  }
  return ['no error'];
}
const types = (e) => e.details.map((d) => d.type ?? d.desc?.typeName);

const h1 = { baseUrl, httpVersion: '1.1' }, h2 = { baseUrl, httpVersion: '2' };
const transports = {
  'connect-node, HTTP/1.1, JSON': [node.createConnectTransport({ ...h1, useBinaryFormat: false }), 'client'],
  'connect-node, HTTP/1.1, binary': [node.createConnectTransport({ ...h1, useBinaryFormat: true }), 'client'],
  'connect-node, HTTP/2, JSON': [node.createConnectTransport({ ...h2, useBinaryFormat: false }), 'client bidi'],
  'connect-node, HTTP/2, binary': [node.createConnectTransport({ ...h2, useBinaryFormat: true }), 'client bidi'],
  'connect-node, gRPC': [node.createGrpcTransport({ baseUrl }), 'client bidi'],
  'connect-node, gRPC-Web, HTTP/1.1': [node.createGrpcWebTransport(h1), 'client'],
  'connect-node, gRPC-Web, HTTP/2': [node.createGrpcWebTransport(h2), 'client bidi'],
  'connect-web, JSON': [web.createConnectTransport({ baseUrl }), ''],
  'connect-web, binary': [web.createConnectTransport({ baseUrl, useBinaryFormat: true }), ''],
  'connect-web, gRPC-Web': [web.createGrpcWebTransport({ baseUrl }), ''],
};

const shelf = (name) => ({ name: 'shelves/' + name });
const library = (t) => createClient(registry.getService('library.v1.Library'), t);
const desk = (t) => createClient(registry.getService('library.v1.Desk'), t);

async function collect(stream, read = (m) => m) {
  const list = [];
  try {
    for await (const m of stream) list.push(read(m));
  } catch (e) {
    const error = ConnectError.from(e);
    list.push(Code[error.code], error.rawMessage);
  }
  return list;
}
async function* each(messages) { yield* messages; }

for (const [name, [t, streams]] of Object.entries(transports)) {
  const get = (s, options) => library(t).getShelf(shelf(s), options);
  await test(name + ': a reply', async () => {
    let header, trailer;
    const m = await get('a', { onHeader: (h) => { header = h.get('x-shelf'); }, onTrailer: (h) => { trailer = h.get('x-books'); } });
    return [m.name, m.theme, header, trailer];
  }, ['shelves/a', 'größe', 'a', '7']);
  await test(name + ': an exception', () => thrown(get('none'), types),
    ['NotFound', 'There is no shelves/none: Größe 7%.', 'google.rpc.ErrorInfo']);
  await test(name + ': a code that is not that of the status', () => thrown(get('full')), ['FailedPrecondition', 'The shelf is full.']);
  await test(name + ': an exception that is a message', () => thrown(get('held'), (e) => [
    e.findDetails(LockedSchema).map((d) => [d.shelf, d.holder, d.book]), e.findDetails(ParentSchema).map((d) => [d.shelf, d.holder])]),
  ['Aborted', 'Book "dune" cannot be changed: shelf "shelves/held" is held by ada.', [['shelves/held', 'ada', 'dune']], [['shelves/held', 'ada']]]);
  await test(name + ': header fields of an exception', () => thrown(get('busy'), (e) => [e.metadata.get('x-why'), types(e)]),
    ['Unavailable', 'Busy.', 'paint', ['google.rpc.ErrorInfo', 'google.rpc.RetryInfo']]);
  for (const broken of ['broken', 'panic']) {
    await test(name + ': an error that is private, ' + broken, () => thrown(get(broken)).then(([code, text]) => [code, text.includes('disk')]),
      ['Unknown', false]);
  }
  await test(name + ': a field that is missing', () => thrown(library(t).getShelf({})).then(([code]) => code), 'InvalidArgument');
  await test(name + ': a deadline', () => thrown(get('slow', { timeoutMs: 200 })).then(([code]) => code), 'DeadlineExceeded');
  await test(name + ': server-streaming', () => collect(desk(t).watchLoans({ shelf: 'shelves/a', limit: 3 }), (m) => Number(m.number)), [1, 2, 3]);
  await test(name + ': an exception after messages', () => collect(desk(t).watchLoans({ shelf: 'shelves/closing', limit: 2 }), (m) => Number(m.number)),
    [1, 2, 'NotFound', 'The shelf has closed.']);
  if (streams.includes('client')) {
    await test(name + ': client-streaming', () => desk(t).returnBooks(each([{ book: 'a' }, { book: 'b' }])).then((m) => m.count), 2);
  }
  if (streams.includes('bidi')) {
    await test(name + ': bidirectional', () => collect(desk(t).ask(each([{ question: 'a' }, { question: 'why?' }])), (m) => m.answer), ['a', 'NotFound', 'Nobody knows.']);
  }
}

// grpc-js has no typed details; it hands out the bytes of google.rpc.Status.
const { library: packages } = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(bytes, { keepCase: true, longs: Number, defaults: true }));
const address = new URL(baseUrl).host;
const Library = new packages.v1.Library(address, grpc.credentials.createInsecure());
const Desk = new packages.v1.Desk(address, grpc.credentials.createInsecure());

function unary(client, method, request, options = {}) {
  return new Promise((yes) => client[method](request, new grpc.Metadata(), options, (e, m) => yes(e ? [grpc.status[e.code], e.details, e] : m)));
}
function read(stream, of) {
  const list = [];
  return new Promise((yes) => {
    stream.on('data', (m) => list.push(of(m)));
    stream.on('error', (e) => { list.push(grpc.status[e.code], e.details); yes(list); });
    stream.on('end', () => setImmediate(() => yes(list)));
  });
}

await test('grpc-js: a reply', () => unary(Library, 'GetShelf', shelf('a')).then((m) => [m.name, m.theme]), ['shelves/a', 'größe']);
await test('grpc-js: an exception', () => unary(Library, 'GetShelf', shelf('none')).then((l) => l.slice(0, 2)), ['NOT_FOUND', 'There is no shelves/none: Größe 7%.']);
await test('grpc-js: header fields and details of an exception', () => unary(Library, 'GetShelf', shelf('held'))
  .then(([code, , e]) => [code, e.metadata.get('grpc-status-details-bin')[0].includes('library.v1.BookLocked')]), ['ABORTED', true]);
await test('grpc-js: metadata of an exception', () => unary(Library, 'GetShelf', shelf('busy')).then(([code, , e]) => [code, e.metadata.get('x-why')]), ['UNAVAILABLE', ['paint']]);
await test('grpc-js: a private error', () => unary(Library, 'GetShelf', shelf('broken')).then(([code, text]) => [code, text.includes('disk')]), ['UNKNOWN', false]);
await test('grpc-js: a deadline', () => unary(Library, 'GetShelf', shelf('slow'), { deadline: Date.now() + 200 }).then(([code]) => code), 'DEADLINE_EXCEEDED');
await test('grpc-js: a field that is missing', () => unary(Library, 'GetShelf', {}).then(([code]) => code), 'INVALID_ARGUMENT');
await test('grpc-js: server-streaming', () => read(Desk.WatchLoans({ shelf: 'shelves/closing', limit: 2 }), (m) => m.number), [1, 2, 'NOT_FOUND', 'The shelf has closed.']);
await test('grpc-js: client-streaming', () => new Promise((yes) => {
  const call = Desk.ReturnBooks((e, m) => yes(e ?? m.count));
  call.write({ book: 'a' });
  call.write({ book: 'b' });
  call.end();
}), 2);
await test('grpc-js: bidirectional', () => {
  const call = Desk.Ask();
  const all = read(call, (m) => m.answer);
  call.write({ question: 'a' });
  call.write({ question: 'why?' });
  return all;
}, ['a', 'NOT_FOUND', 'Nobody knows.']);
Library.close();
Desk.close();

server.kill('SIGTERM');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
