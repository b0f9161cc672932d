/** What a server answers to bytes that no client of ours would send: its status, and all that it said. */
export async function rawRequest(
  url: string,
  {
    path = "/api/v1/session",
    headers = {},
    method = "GET",
    body = "",
  }: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port, host } = new URL(url);
  const given = { Host: host, Connection: "close", ...headers };
  const head = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
  let text = "";
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, bytes) => {
        text += bytes.toString("latin1");
        // An upgrade, or one that was refused, keeps the connection.
        const [, head = "", length] = /^([\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n)/i.exec(text) ?? [];
        const isWhole = head !== "" && text.length >= head.length + Number(length);
        if (isWhole || text.startsWith("HTTP/1.1 101")) end();
      },
      close: () => end(),
      error: () => end(),
    },
  });
  socket.write(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`);
  await ended;
  socket.end();
  return { status: Number(text.slice(9, 12)), text };
}
