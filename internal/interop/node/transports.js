// The ways in which the clients of Connect reach a server.
import * as node from "@connectrpc/connect-node";
import * as web from "@connectrpc/connect-web";

// transports returns the transports by name. One whose "duplex" is set sends
// and receives at the same time, one whose "unary" is set has no streams from
// the client.
export function transports(baseUrl) {
  const gzip = { sendCompression: node.compressionGzip, acceptCompression: [node.compressionGzip], compressMinBytes: 0 };
  const make = (create, options) => create({ baseUrl, ...options });
  const json = { useBinaryFormat: false }, binary = { useBinaryFormat: true };
  const h1 = { httpVersion: "1.1" }, h2 = { httpVersion: "2" };
  const { createConnectTransport: connect, createGrpcTransport: grpc, createGrpcWebTransport: grpcWeb } = node;
  return {
    "connect-node: Connect, HTTP/1.1, JSON": { transport: make(connect, { ...h1, ...json }) },
    "connect-node: Connect, HTTP/1.1, proto, gzip": { transport: make(connect, { ...h1, ...binary, ...gzip }) },
    "connect-node: Connect, HTTP/1.1, JSON, GET": { transport: make(connect, { ...h1, ...json, useHttpGet: true }), get: true },
    "connect-node: Connect, HTTP/2, JSON, gzip": { transport: make(connect, { ...h2, ...json, ...gzip }), duplex: true },
    "connect-node: Connect, HTTP/2, proto": { transport: make(connect, { ...h2, ...binary }), duplex: true },
    "connect-node: Connect, HTTP/2, proto, GET": { transport: make(connect, { ...h2, ...binary, useHttpGet: true }), duplex: true, get: true },
    "connect-node: gRPC, proto": { transport: make(grpc, { ...binary }), duplex: true },
    "connect-node: gRPC, JSON, gzip": { transport: make(grpc, { ...json, ...gzip }), duplex: true },
    "connect-node: gRPC-Web, HTTP/1.1, proto": { transport: make(grpcWeb, { ...h1, ...binary }) },
    "connect-node: gRPC-Web, HTTP/2, JSON, gzip": { transport: make(grpcWeb, { ...h2, ...json, ...gzip }), duplex: true },
    "connect-web: Connect, JSON": { transport: make(web.createConnectTransport, json), unary: true },
    "connect-web: Connect, proto, GET": { transport: make(web.createConnectTransport, { ...binary, useHttpGet: true }), unary: true, get: true },
    "connect-web: gRPC-Web, JSON": { transport: make(web.createGrpcWebTransport, json), unary: true },
    "connect-web: gRPC-Web, proto": { transport: make(web.createGrpcWebTransport, binary), unary: true },
  };
}
