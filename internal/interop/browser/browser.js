// Opens pages of two origins in Chromium, one of which the server admits. The
// names differ because cookies do not know ports.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { startServer } from "../server.js";

const packages = new URL("../node_modules/", import.meta.url);
const modules = { "/js/": new URL("../js/", import.meta.url), "/node_modules/": packages };

// The page tells the browser where the modules of the clients are.
const imports = { "library/": "/js/library/v1/", "rpc/": "/js/google/rpc/" };
for (const name of ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-web"]) {
  const { exports } = JSON.parse(await readFile(new URL(`${name}/package.json`, packages)));
  for (const [path, target] of Object.entries(exports)) {
    if (target.import) imports[name + path.slice(1)] = `/node_modules/${name}${target.import.slice(1)}`;
  }
}
const page = `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`;

async function serve(request, response) {
  const base = Object.keys(modules).find((prefix) => request.url.startsWith(prefix));
  if (!base) return response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  const text = await readFile(new URL(request.url.slice(base.length), modules[base])).catch(() => undefined);
  response.writeHead(text ? 200 : 404, { "Content-Type": "text/javascript" }).end(text);
}

// start returns the server and two pages, of an origin that it admits and of one
// that it does not.
export async function start() {
  const files = createServer(serve).listen(0, "127.0.0.1");
  await new Promise((resolve) => files.once("listening", resolve));
  const origins = ["localhost", "127.0.0.1"].map((host) => `http://${host}:${files.address().port}`);
  const server = await startServer(origins[0]);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  after(async () => {
    await browser.close();
    files.close();
  });
  const context = await browser.newContext();
  const [page, foreign] = await Promise.all(origins.map(async (origin) => {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  }));
  return { ...server, context, page, foreign };
}
