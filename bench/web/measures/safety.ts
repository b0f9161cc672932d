import { connect } from "node:net";
import type { Line, WebMeasure, WebServerProcess } from "../web-bench.ts";

const sockets = 10_000;

/** Requests of those who have no business there, and what each got. */
export const safety: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  const task = bench.run(home, "create", "There");
  const server = await bench.serve(home);
  const { read } = (await Bun.file(`${home}/kanban/web/tokens.json`).json()) as { read: string };
  const before = server.memoryMb;
  const ask = async (
    path: string,
    how: RequestInit & { token?: string | null; as?: Record<string, string> } = {},
  ) => {
    const { token = server.token, as = {}, ...rest } = how;
    const headers = { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...as };
    try {
      const answer = await fetch(new URL(path, server.url), { ...rest, headers });
      const document = (await answer.json().catch(() => null)) as { error?: { message: string } } | null;
      const error = document?.error;
      return `${answer.status}${error === undefined ? "" : ` ${error.message}`}`;
    } catch (error) {
      return `connection ended: ${(error as Error).message}`;
    }
  };
  const board = "/api/v1/boards/default";
  const json = { "Content-Type": "application/json" };
  const pause = { method: "POST", body: "{}", as: json };
  const lines: Line[] = [
    ["another name as Host", await raw(server, "GET", `${board}/tasks`, { Host: "evil.example" })],
    ["another page as Origin", await ask(`${board}/tasks`, { as: { Origin: "http://evil.example" } })],
    [
      "a cookie, and no Origin, to change something",
      await ask(`${board}/pause`, {
        ...pause,
        token: null,
        as: { ...json, Cookie: `kanbun_${new URL(server.url).port}=${server.token}` },
      }),
    ],
    ["no token", await ask(`${board}/tasks`, { token: null })],
    ["a wrong token", await ask(`${board}/tasks`, { token: "x".repeat(43) })],
    ["no token, /metrics", await ask("/metrics", { token: null })],
    ["the token that may look, to change something", await ask(`${board}/pause`, { ...pause, token: read })],
    ["the token that may look, to upgrade and look", await upgrade(server, read)],
    ["an upgrade without a token", await upgrade(server, null)],
    ["an upgrade from another page", await upgrade(server, server.token, "http://evil.example")],
    ["/../../etc/passwd", await raw(server, "GET", "/../../etc/passwd")],
    ["/%2e%2e/%2e%2e/etc/passwd", await raw(server, "GET", "/%2e%2e/%2e%2e/etc/passwd")],
    ["a board called ../../etc", await ask(`/api/v1/boards/${encodeURIComponent("../../etc")}/tasks`)],
    ["a run called ../1", await ask(`${board}/tasks/${task}/runs/${encodeURIComponent("../1")}/log`)],
    [
      "a form, as a page of a stranger's can send it",
      await ask(`${board}/tasks`, {
        method: "POST",
        body: "title=x",
        as: { "Content-Type": "application/x-www-form-urlencoded" },
      }),
    ],
    [
      "a body of 100 MB",
      await ask(`${board}/tasks`, { method: "POST", body: new Uint8Array(100e6), as: json }),
    ],
    [
      "a body of 100 MB that does not say its size",
      await ask(`${board}/tasks`, {
        method: "POST",
        body: endless(100e6),
        as: json,
        ...({ duplex: "half" } as object),
      }),
    ],
  ];
  const started = performance.now();
  const open: WebSocket[] = [];
  let refused = 0;
  await Promise.all(
    Array.from({ length: sockets }, async (_, at) => {
      await Bun.sleep(at / 4);
      const { promise, resolve } = Promise.withResolvers<void>();
      const socket = new WebSocket(`${server.url.replace("http", "ws")}api/v1/live`, {
        headers: { Authorization: `Bearer ${server.token}` },
      } as never);
      socket.onopen = () => resolve(void open.push(socket));
      socket.onerror = () => {
        refused += 1;
        resolve();
      };
      await promise;
    }),
  );
  const meanwhile = await ask(`${board}/status`);
  const most = server.memoryMb;
  for (const socket of open) socket.close();
  await Bun.sleep(1_000);
  lines.push([
    `${sockets.toLocaleString("en")} sockets with the token, in ${((performance.now() - started) / 1e3).toFixed(0)} s`,
    `${open.length} opened, ${refused} refused with 503; meanwhile a request got ${meanwhile}; afterwards an upgrade ${await upgrade(server, server.token)}`,
  ]);
  lines.push([
    "memory of the server: before, with the sockets, after",
    `${before.toFixed(0)}, ${most.toFixed(0)}, ${server.memoryMb.toFixed(0)} MB`,
  ]);
  return lines;
};

function endless(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(1e6));
      left -= 1e6;
      if (left <= 0) controller.close();
    },
  });
}

/** As typed: no client makes the path better. */
function raw(
  server: WebServerProcess,
  method: string,
  path: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { hostname, port, host } = new URL(server.url);
  const headers = { Host: host, Authorization: `Bearer ${server.token}`, Connection: "close", ...more };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`),
    );
    socket.on("data", (part) => {
      text += part;
      const [, before = "", length] = /^([\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n)/i.exec(text) ?? [];
      // An upgrade, or one that was refused, keeps the connection.
      if (text.startsWith("HTTP/1.1 101") || (before !== "" && text.length >= before.length + Number(length)))
        socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const [, status = "?"] = /^HTTP\/1.1 (\d+)/.exec(text) ?? [];
      const [, message = ""] = /"message":"([^"]*)/.exec(text) ?? [];
      resolve(`${status} ${message}`.trim());
    });
  });
}

async function upgrade(server: WebServerProcess, token: string | null, origin?: string): Promise<string> {
  return raw(server, "GET", "/api/v1/live", {
    ...{ Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" },
    ...{
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      Authorization: token === null ? "" : `Bearer ${token}`,
    },
    ...(origin === undefined ? {} : { Origin: origin }),
  });
}
