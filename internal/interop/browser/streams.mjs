// Opens streams from the pages of a browser, and says how many cases passed.
// Usage: node streams.mjs DIRECTORY SERVER, with playwright-core in DIRECTORY.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

const [directory, program] = process.argv.slice(2);
const { chromium } = createRequire(directory + '/')('playwright-core');

const server = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface(server.stdout), 'line');
const [here, there] = line.split(' ');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage();
await page.goto(here + '/');

// What the cases use, on the page.
await page.evaluate(() => {
  const enough = 5000;
  const timed = (promise, what) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error('waited for ' + what)), enough))]);

  // events collects what an EventSource says until stop(list, source) is true.
  window.events = (url, stop, names = ['message', 'error', 'open']) => timed(new Promise((yes) => {
    const source = new EventSource(url), list = [];
    for (const name of names) {
      source.addEventListener(name, (e) => {
        list.push(e.data === undefined ? name : name + ' ' + (e.lastEventId ? e.lastEventId + ' ' : '') + e.data);
        if (stop(list, source)) {
          const state = source.readyState;
          source.close();
          yes({ list, closed: state === EventSource.CLOSED });
        }
      });
    }
  }), 'events');

  // talk opens a WebSocket, sends messages and collects what comes until it
  // closes.
  window.talk = (url, messages, protocols = [], onmessage = () => {}) => timed(new Promise((yes) => {
    const socket = new WebSocket(url.replace('http', 'ws'), protocols), list = [];
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => { list.push('open ' + socket.protocol); messages.forEach((m) => socket.send(typeof m === 'string' ? m : new Uint8Array(m))); };
    socket.onmessage = (e) => {
      list.push(typeof e.data === 'string' ? e.data : 'binary ' + Array.from(new Uint8Array(e.data)).join(' '));
      onmessage(socket, list);
    };
    socket.onclose = (e) => yes({ list, code: e.code, reason: e.reason, clean: e.wasClean });
  }), 'close');

  window.left = () => fetch('/left').then((r) => r.text()).then(Number);
  window.until = (condition, what) => timed((async () => {
    while (!(await condition())) await new Promise((yes) => setTimeout(yes, 20));
  })(), what);
});

const info = (code, message, status, reason) =>
  `{"error":{"code":${code},"message":"${message}","status":"${status}","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"${reason}","domain":"global"}]}}`;
const loan = (n, shelf) => `{"number":"${n}","book":"shelves/${shelf}"}`;
const nobody = info(404, 'Nobody knows.', 'NOT_FOUND', 'NOT_FOUND');

let passed = 0, failed = 0;
async function test(name, got, want) {
  try {
    const value = await got;
    if (isDeepStrictEqual(value, want)) { passed++; return; }
    console.log(`FAIL ${name}\n  want ${JSON.stringify(want)}\n  got  ${JSON.stringify(value)}`);
  } catch (e) {
    console.log(`FAIL ${name}\n  ${e.message}`);
  }
  failed++;
}
const run = (f, arg) => page.evaluate(f, arg);

await test('EventSource gets events in their order',
  run(() => events('/library/v1/shelves/a/loans:watch?limit=3', (l) => l.length === 4)),
  { list: ['open', 'message 1 ' + loan(1, 'a'), 'message 2 ' + loan(2, 'a'), 'message 3 ' + loan(3, 'a')], closed: false });

await test('EventSource gets events by name',
  run(() => events('/library/v1/shelves/named/loans:watch?limit=1', (l) => l.length === 1, ['loan'])),
  { list: ['loan 1 ' + loan(1, 'named')], closed: false });

await test('EventSource gives up after an exception before the first event',
  run(() => events('/library/v1/shelves/closed/loans:watch', (l) => l.length === 1)),
  { list: ['error'], closed: true });

await test('fetch sees its status and body',
  run(async () => {
    const r = await fetch('/library/v1/shelves/closed/loans:watch', { headers: { Accept: 'text/event-stream' } });
    return [r.status, await r.text()];
  }),
  [410, info(410, 'The shelf is closed.', 'NOT_FOUND', 'DELETED')]);

await test('EventSource gets an exception after the first event',
  run(() => events('/library/v1/shelves/closing/loans:watch?limit=1', (l) => l.length === 3)),
  { list: ['open', 'message 1 ' + loan(1, 'closing'), 'error 1 ' + info(410, 'The shelf has closed.', 'NOT_FOUND', 'DELETED')], closed: false });

await test('EventSource comes back for the rest, and stops at 204',
  run(() => events('/library/v1/shelves/short/loans:watch', (_, s) => s.readyState === EventSource.CLOSED, ['message', 'error'])),
  { list: ['message 1 ' + loan(1, 'short'), 'message 2 ' + loan(2, 'short'), 'error', 'message 3 ' + loan(3, 'short'), 'message 4 ' + loan(4, 'short'), 'error', 'message 5 ' + loan(5, 'short'), 'error', 'error'], closed: true });

await test('the server notices that an EventSource has left',
  run(async () => {
    const before = await left();
    await events('/library/v1/shelves/long/loans:watch?limit=1', (l) => l.length === 1, ['message']);
    await until(async () => (await left()) === before + 1, 'the end of the call');
    return 'left';
  }),
  'left');

await test('fetch reads lines',
  run(async () => {
    const r = await fetch('/library/v1/loans:watch', { method: 'POST', headers: { Accept: 'application/jsonl', 'Content-Type': 'application/json' }, body: '{"shelf":"shelves/closing","limit":2}' });
    return [r.headers.get('content-type'), (await r.text()).split('\n')];
  }),
  ['application/jsonl', [loan(1, 'closing'), loan(2, 'closing'), info(410, 'The shelf has closed.', 'NOT_FOUND', 'DELETED'), '']]);

await test('EventSource of another origin, admitted',
  run((there) => events(there + '/library/v1/shelves/a/loans:watch?limit=1', (l) => l.length === 2), there),
  { list: ['open', 'message 1 ' + loan(1, 'a')], closed: false });

await test('WebSocket, JSON',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"a"}', '{"question":"b"}', ''])),
  { list: ['open ', '{"answer":"a"}', '{"answer":"b"}'], code: 1000, reason: '', clean: true });

await test('WebSocket, JSON by name',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"a"}', ''], ['endpoints.v1.json'])),
  { list: ['open endpoints.v1.json', '{"answer":"a"}'], code: 1000, reason: '', clean: true });

await test('WebSocket, binary',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', [[10, 1, 97], ''], ['other', 'endpoints.v1.proto'])),
  { list: ['open endpoints.v1.proto', 'binary 10 1 97'], code: 1000, reason: '', clean: true });

await test('WebSocket, client-streaming',
  run(() => talk(location.origin + '/library.v1.Desk/ReturnBooks', ['{"book":"a"}', '{"book":"b"}', ''])),
  { list: ['open ', '{"count":2}'], code: 1000, reason: '', clean: true });

await test('WebSocket, server-streaming',
  run(() => talk(location.origin + '/library.v1.Desk/WatchLoans', ['{"shelf":"shelves/a","limit":1}'])),
  { list: ['open ', loan(1, 'a')], code: 1000, reason: '', clean: true });

await test('WebSocket, server-streaming by its route',
  run(() => talk(location.origin + '/library/v1/shelves/a/loans:watch?limit=1', [])),
  { list: ['open ', loan(1, 'a')], code: 1000, reason: '', clean: true });

await test('WebSocket, an exception',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"why?"}'])),
  { list: ['open ', nobody], code: 1008, reason: 'notFound', clean: true });

await test('WebSocket, an exception with a code of IANA',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"who?"}'])),
  { list: ['open ', info(401, 'Who are you?', 'UNAUTHENTICATED', 'REQUIRED')], code: 3000, reason: 'required', clean: true });

await test('WebSocket, a message that is too large',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', [JSON.stringify({ question: 'a'.repeat(10000) })]).then((r) => [r.code, r.clean, r.list.length])),
  [1009, true, 2]);

await test('WebSocket, an exception before the handshake',
  run(() => talk(location.origin + '/library/v1/shelves/closed/loans:watch', [])),
  { list: [], code: 1006, reason: '', clean: false });

await test('WebSocket, a subprotocol that nobody knows',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', [], ['other'])),
  { list: [], code: 1006, reason: '', clean: false });

await test('WebSocket, the script closes',
  run(async () => {
    const before = await left();
    const r = await talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"a"}'], [], (s) => s.close(4000, 'enough'));
    await until(async () => (await left()) === before + 1, 'the end of the call');
    return r;
  }),
  { list: ['open ', '{"answer":"a"}'], code: 4000, reason: 'enough', clean: true });

await test('WebSocket to another origin, admitted',
  run((there) => talk(there + '/library.v1.Desk/Ask', ['{"question":"a"}', '']), there),
  { list: ['open ', '{"answer":"a"}'], code: 1000, reason: '', clean: true });

await test('WebSocket, many messages',
  run(() => talk(location.origin + '/library.v1.Desk/Ask', [...Array(2000).keys()].map((i) => `{"question":"${i}"}`).concat(''))
    .then((r) => [r.code, r.list.slice(1).every((m, i) => m === `{"answer":"${i}"}`), r.list.length])),
  [1000, true, 2001]);

// A page of the other origin is not admitted here.
const foreign = await browser.newPage();
await foreign.goto(there + '/');
await test('EventSource to an origin that does not admit it',
  foreign.evaluate((here) => new Promise((yes) => {
    const s = new EventSource(here + '/library/v1/shelves/a/loans:watch?limit=1');
    s.onmessage = () => yes('message');
    s.onerror = () => yes(s.readyState === EventSource.CLOSED ? 'refused' : 'error');
  }), here),
  'refused');
await test('WebSocket to an origin that does not admit it',
  foreign.evaluate((here) => new Promise((yes) => {
    const s = new WebSocket(here.replace('http', 'ws') + '/library.v1.Desk/Ask');
    s.onopen = () => yes('open');
    s.onclose = (e) => yes(e.code);
  }), here),
  1006);

// The server stops last.
const stopped = Promise.all([
  run(() => talk(location.origin + '/library.v1.Desk/Ask', ['{"question":"a"}'], [], () => { window.talking = true; })),
  run(() => events('/library/v1/shelves/long/loans:watch?limit=1', (l, s) => { window.watching = true; return l.length === 2; }, ['message', 'error'])),
]);
await run(() => until(() => window.talking && window.watching, 'streams'));
server.kill('SIGTERM');
const [code] = await once(server, 'exit');
await test('streams end when the server stops',
  stopped.then((all) => [...all, code]),
  [
    { list: ['open ', '{"answer":"a"}'], code: 1001, reason: '', clean: true },
    { list: ['message 1 ' + loan(1, 'long'), 'error 1 ' + info(503, 'The server is shutting down.', 'UNAVAILABLE', 'BACKEND_ERROR')], closed: false },
    0,
  ]);

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
