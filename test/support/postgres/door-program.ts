import { connect, createServer } from "node:net";

// The one address under which a server is found: `door-program.ts <socket | address:port> <socket of the server>`. To move it this is ended
// and started with another server. A process of its own: a test that waits for a server to start answers nobody meanwhile.
const [at = "", server = ""] = process.argv.slice(2);
const [host = "", port = ""] = at.split(":");

const door = createServer((client) => {
  const inside = connect(server);
  client.pipe(inside).pipe(client);
  const close = () => {
    client.destroy();
    inside.destroy();
  };
  for (const end of [client, inside]) end.on("error", close).on("close", close);
});
const opened = () => console.log("open");
if (at.startsWith("/")) door.listen(at, opened);
else door.listen(Number(port), host, opened);
