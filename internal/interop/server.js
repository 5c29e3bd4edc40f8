// Starts the server under test, whose program is $SERVER, and stops it when all
// tests of the file are done. It fails to stop if a call still runs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after } from "node:test";

// startServer returns the URL of a server that admits pages of the origins, and
// a function that stops it before the tests are done.
export async function startServer(...origins) {
  const child = spawn(process.env.SERVER, origins, { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const stop = async () => {
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  };
  after(stop);
  for await (const url of createInterface({ input: child.stdout })) return { url, stop };
  throw new Error("the server has not started");
}
