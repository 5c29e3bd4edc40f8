// Writes each failure with its reason, and "N passed, N failed" at the end.
import { inspect } from "node:util";

export default async function* report(events) {
  let passed = 0, failed = 0;
  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") yield data.message;
    if (data?.details?.type === "suite" || data?.details?.error?.failureType === "subtestsFailed") continue;
    if (type === "test:pass" && !data.skip) passed++;
    if (type !== "test:fail") continue;
    failed++;
    const error = data.details.error;
    yield `FAILED: ${data.name} (${data.file}:${data.line})\n${inspect(error.cause ?? error)}\n`;
  }
  yield `${passed} passed, ${failed} failed\n`;
}
