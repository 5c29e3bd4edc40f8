// What the exceptions of the server are to a client of RPC.
import { Code } from "@connectrpc/connect";

const info = (reason, domain = "global") => ({ reason, domain });

// exceptions are by the name of the shelf that raises them: code, message, and
// reason and domain of ErrorInfo.
export const exceptions = {
  locked: [Code.Aborted, 'Shelf "shelves/locked" is held by bob.', info("SHELF_LOCKED", "library")],
  nowhere: [Code.NotFound, "There is no such shelf.", info("NOT_FOUND")],
  invalid: [Code.InvalidArgument, "Bad name.", info("BAD_REQUEST")],
  full: [Code.FailedPrecondition, "The shelf is full.", info("BAD_REQUEST")],
  busy: [Code.ResourceExhausted, "Slow down.", info("RATE_LIMIT_EXCEEDED")],
  unicode: [Code.InvalidArgument, "100 % Käse \u{1F4DA}\nsecond line", info("BAD_REQUEST")],
  forbidden: [Code.PermissionDenied, "Members only.", info("FORBIDDEN")],
  unauthorized: [Code.Unauthenticated, "Who are you?", info("REQUIRED")],
  unavailable: [Code.Unavailable, "Come back later.", info("BACKEND_ERROR")],
  gateway: [Code.Unavailable, "The archive is broken.", info("BAD_GATEWAY")],
  secret: [Code.Unknown, "Internal Server Error", info("INTERNAL_ERROR")],
  panic: [Code.Unknown, "Internal Server Error", info("INTERNAL_ERROR")],
};
