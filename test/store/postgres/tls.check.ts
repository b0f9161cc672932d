import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import { makeTestHome } from "../../support/home.ts";
import { plainUser } from "../../support/postgres/plain-user.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { openBoardOn } from "./board.ts";

const hasOpenssl = Bun.which("openssl") !== null;
if (!hasOpenssl) console.error("skipped: certificates of a server: there is no openssl");

/** An authority, and the certificate that it gave a server called `localhost`. */
function makeCertificates(folder: string): {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
} {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args]);
    if (exitCode !== 0) throw new Error(String(stderr));
  };
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", at(name)];
  openssl("req", "-x509", ...key("ca.key"), "-days", "2", "-out", at("ca.pem"), "-subj", "/CN=an authority");
  openssl("req", ...key("server.key"), "-out", at("server.csr"), "-subj", "/CN=localhost");
  writeFileSync(at("names"), "subjectAltName=DNS:localhost\n");
  const signed = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("names")];
  openssl("x509", "-req", "-in", at("server.csr"), ...signed, "-days", "2", "-out", at("server.crt"));
  chmodSync(at("server.key"), 0o600);
  const user = plainUser();
  if (user !== null) chownSync(at("server.key"), user.uid, user.gid);
  return { ca: at("ca.pem"), cert: at("server.crt"), key: at("server.key") };
}

function findPort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop();
  return port;
}

describe.skipIf(!hasPostgres || !hasOpenssl)("a server with a certificate", () => {
  test("is let in by its authority and its name alone, and what is wrong is said in words", async () => {
    const folder = makeTestHome();
    chmodSync(folder, 0o755);
    const { ca, cert, key } = makeCertificates(folder);
    const port = findPort();
    const settings = [
      ...["listen_addresses = '127.0.0.1'", `port = ${port}`, "ssl = on"],
      ...[`ssl_cert_file = '${cert}'`, `ssl_key_file = '${key}'`],
    ];
    const server = startPostgres({ settings });
    try {
      const open = async (place: Partial<ServerPlace>) => {
        const at = { ...server.place, host: "localhost", port, tls: "verify-full" as const, ...place };
        await using store = await openBoardOn(at, "team", { clock: systemClock, mode: "create" });
        await store.createTask({ title: "x", assignee: "shell" }, person);
        return (await store.getCounts()).byStatus;
      };
      const isRefused = {
        kind: "unreachable",
        message: expect.stringContaining("is not trusted"),
        hint: expect.stringContaining("ca_file"),
      };
      expect(await open({ caFile: ca })).toEqual({ ready: 1 });
      expect(await open({ tls: "require" })).toEqual({ ready: 2 });
      await expect(open({})).rejects.toMatchObject(isRefused);
      await expect(open({ caFile: ca, host: "127.0.0.1" })).rejects.toMatchObject(isRefused);
    } finally {
      server.end();
    }
  });
});
