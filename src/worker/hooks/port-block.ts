import { createServer, type Server } from "node:net";

/** So many ports in a row belong to a run; one more behind them says so, and is held as long as the run's wrapper lives. */
export const portsPerRun = 9;
const blockSize = portsPerRun + 1;
const first = 20_000;
const blocks = 1_000;

/**
 * Finds ports that are free on this machine, beginning at a place of the run's own: two runs never get the same ones, whatever
 * board, home or user they are of.
 * @returns the first of them; null: none is free
 */
export async function holdPorts(run: number): Promise<number | null> {
  for (let at = 0; at < blocks; at++) {
    const base = first + ((run + at) % blocks) * blockSize;
    const guard = await tryListen(base + portsPerRun);
    if (guard === null) continue;
    if (await areFree(base)) {
      guard.unref();
      return base;
    }
    await close(guard);
  }
  return null;
}

async function areFree(base: number): Promise<boolean> {
  for (let port = base; port < base + portsPerRun; port++) {
    const server = await tryListen(port);
    if (server === null) return false;
    await close(server);
  }
  return true;
}

/** null: someone has it. */
function tryListen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
