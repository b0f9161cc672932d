import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { person } from "../support/board.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { rawRequest } from "./raw-request.ts";
import { WebServer } from "./web-server.ts";

homesInMemory();

let web: WebServer;
beforeEach(async () => {
  web = await WebServer.start();
});
afterEach(() => web[Symbol.asyncDispose]());

const bearer = () => ({ Authorization: `Bearer ${web.tokens.full}` });
const json = { "Content-Type": "application/json" };
const upgrade = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

async function statusesOf(requests: Readonly<Record<string, Parameters<typeof rawRequest>[1]>>) {
  const statuses: Record<string, number> = {};
  for (const [name, request] of Object.entries(requests))
    statuses[name] = (await rawRequest(web.served.url, request)).status;
  return statuses;
}

describe("who is let in", () => {
  test("a request to another name, or from another page, is refused with a token too", async () => {
    const { host, origin } = new URL(web.served.url);
    const path = "/api/v1/boards";
    const from = (headers: Readonly<Record<string, string>>) => ({
      path,
      headers: { ...bearer(), ...headers },
    });
    expect(
      await statusesOf({
        own: from({}),
        "by localhost, through a tunnel": from({ Host: "localhost:9999" }),
        "wrong host": from({ Host: "evil.example" }),
        "wrong host with our port": from({ Host: `evil.example:${host.split(":")[1]}` }),
        "a name that only begins like ours": from({ Host: "127.0.0.1.evil.example" }),
        "an address of another network": from({ Host: "192.168.1.7" }),
        "no host": from({ Host: "" }),
        "own origin": from({ Origin: origin }),
        "wrong origin": from({ Origin: "https://evil.example" }),
        "another port of this machine": from({ Origin: "http://127.0.0.1:1" }),
        "origin null": from({ Origin: "null" }),
        "a page of another site": from({ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" }),
        "a page on another port": from({ "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors" }),
        "metrics, wrong host": { path: "/metrics", headers: { ...bearer(), Host: "evil.example" } },
        "page, wrong host": { path: "/", headers: { Host: "evil.example" } },
        "healthz, wrong host": { path: "/healthz", headers: { Host: "evil.example" } },
      }),
    ).toEqual({
      own: 200,
      "by localhost, through a tunnel": 200,
      "wrong host": 403,
      "wrong host with our port": 403,
      "a name that only begins like ours": 403,
      "an address of another network": 403,
      "no host": 403,
      "own origin": 200,
      "wrong origin": 403,
      "another port of this machine": 403,
      "origin null": 403,
      "a page of another site": 403,
      "a page on another port": 403,
      "metrics, wrong host": 403,
      "page, wrong host": 403,
      "healthz, wrong host": 403,
    });
  });

  test("without a token nothing is told but that the server lives, what it serves, and its page", async () => {
    const { full } = web.tokens;
    const path = "/api/v1/boards";
    expect(
      await statusesOf({
        "no token": { path },
        "an empty one": { path, headers: { Authorization: "Bearer " } },
        "a wrong one": { path, headers: { Authorization: `Bearer ${full}x` } },
        "its beginning": { path, headers: { Authorization: `Bearer ${full.slice(0, -1)}` } },
        "in the address": { path: `${path}?token=${full}` },
        "in another cookie": { path, headers: { Cookie: `token=${full}` } },
        "a wrong one to log in": {
          method: "POST",
          path: "/api/v1/login",
          headers: { ...json, "Content-Length": "15" },
          body: '{"token":"abc"}',
        },
        metrics: { path: "/metrics" },
        healthz: { path: "/healthz" },
        "what is served": { path: "/api/v1/openapi.json" },
        page: { path: "/" },
      }),
    ).toEqual({
      "no token": 401,
      "an empty one": 401,
      "a wrong one": 401,
      "its beginning": 401,
      "in the address": 401,
      "in another cookie": 401,
      "a wrong one to log in": 401,
      metrics: 401,
      healthz: 200,
      "what is served": 200,
      page: 200,
    });
  });

  test("a token becomes a cookie that no script can read, and that changes nothing from elsewhere", async () => {
    const { host, origin } = new URL(web.served.url);
    const login = await web.fetch("POST", "/login", { token: null, body: { token: web.tokens.full } });
    const cookie = login.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^kanbun_\d+=\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const headers = { Cookie: cookie.split(";")[0] ?? "", Host: host };
    const post = (extra: Readonly<Record<string, string>>) => ({
      method: "POST",
      path: "/api/v1/boards/default/pause",
      headers: { ...headers, ...json, "Content-Length": "2", ...extra },
      body: "{}",
    });
    expect(
      await statusesOf({
        look: { headers },
        "change from our page": post({ Origin: origin }),
        "change that doesn't say from where": post({}),
        "change from elsewhere": post({ Origin: "https://evil.example" }),
        "live from our page": { path: "/api/v1/live", headers: { ...headers, ...upgrade, Origin: origin } },
        "live that doesn't say from where": { path: "/api/v1/live", headers: { ...headers, ...upgrade } },
        "live from elsewhere": {
          path: "/api/v1/live",
          headers: { ...headers, ...upgrade, Origin: "https://evil.example" },
        },
      }),
    ).toEqual({
      look: 200,
      "change from our page": 200,
      "change that doesn't say from where": 403,
      "change from elsewhere": 403,
      "live from our page": 101,
      "live that doesn't say from where": 403,
      "live from elsewhere": 403,
    });
    const bare = { path: "/api/v1/live", headers: upgrade };
    expect(await statusesOf({ "live without a token": bare })).toEqual({ "live without a token": 401 });
    const out = await web.fetch("POST", "/logout", { token: null });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  });

  test("who may only look changes nothing by any route", async () => {
    const task = await web.make("Looked at");
    const { paths } = (await (await web.fetch("GET", "/openapi.json")).json()) as {
      paths: Record<string, object>;
    };
    const changing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== "get" && !/\/(login|logout)$/.test(path))
        .map((method) => ({ method: method.toUpperCase(), path: path.replace("/api/v1", "") })),
    );
    expect(changing.length).toBeGreaterThan(20);
    const before = await web.store.getLastEventId();
    for (const { method, path } of changing) {
      const filled = path
        .replace("{board}", "default")
        .replace("{task}", task)
        .replaceAll(/\{\w+\}/g, "1");
      const { status, error } = await web.ask(method, filled, { token: web.tokens.read, body: {} });
      expect({ method, path, status, kind: error?.kind }).toEqual({
        method,
        path,
        status: 403,
        kind: "forbidden",
      });
    }
    expect(await web.store.getLastEventId()).toBe(before);
    expect((await web.ask("GET", `/boards/default/tasks/${task}`, { token: web.tokens.read })).status).toBe(
      200,
    );
  });

  test("a server that is read-only lets the full token only look", async () => {
    await using readOnly = await WebServer.start({ isReadOnly: true });
    expect(readOnly.served.token).toBe(readOnly.tokens.read);
    expect((await readOnly.ask("GET", "/session")).data.access).toBe("read");
    expect((await readOnly.ask("POST", "/boards/default/pause", { body: {} })).status).toBe(403);
  });
});

describe("what is sent", () => {
  test("paths that lead elsewhere, and names that are none, are not served", async () => {
    const headers = bearer();
    const statuses = await statusesOf(
      Object.fromEntries(
        [
          "/api/v1/boards/..%2f..%2fetc/tasks",
          "/api/v1/boards/%2e%2e/tasks",
          "/api/v1/boards/default/tasks/..%2f..%2f..%2fetc%2fpasswd",
          "/api/v1/boards/default/tasks/t_00000000/runs/..%2f..%2f1/log",
          "/api/v1/boards/default/tasks/t_00000000/attachments/..%2f1",
          "/api/v1/boards/%00/tasks",
          "/api/v1/boards/%ff/tasks",
          "/api/v1//boards",
          "/api/v1/../../etc/passwd",
          "/api/v1/__proto__",
          "/api/v1/boards/__proto__/tasks",
          "/api/v2/boards",
          "/..%2f..%2fetc%2fpasswd.txt",
          "/page.json",
          "/kanbun.toml",
        ].map((path) => [path, { path, headers }]),
      ),
    );
    for (const [path, status] of Object.entries(statuses))
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
  });

  test("a body is JSON of a size that is bounded, with fields that are known", async () => {
    const post = (headers: Readonly<Record<string, string>>, body: string) => ({
      method: "POST",
      path: "/api/v1/boards/default/tasks",
      headers: { ...bearer(), "Content-Length": String(body.length), ...headers },
      body,
    });
    expect(
      await statusesOf({
        "as a form of a stranger's page": post({ "Content-Type": "text/plain" }, '{"title":"x"}'),
        "no JSON": post(json, "{"),
        "no object": post(json, "[]"),
        "an unknown field": post(json, '{"title":"x","titel":"y"}'),
        "a prototype": post(json, '{"title":"x","__proto__":{"a":1}}'),
        "a wrong type": post(json, '{"title":1}'),
        "it says that it has 100 MB": post({ ...json, "Content-Length": "100000000" }, "{}"),
        "another method": { ...post(json, "{}"), method: "PUT" },
      }),
    ).toEqual({
      "as a form of a stranger's page": 415,
      "no JSON": 400,
      "no object": 400,
      "an unknown field": 400,
      "a prototype": 400,
      "a wrong type": 400,
      "it says that it has 100 MB": 413,
      "another method": 405,
    });
    expect(await web.store.getLastEventId()).toBe(0);
  });

  test("a body that does not say its size is read no further than may be", async () => {
    let sent = 0;
    const chunk = new Uint8Array(1 << 20).fill(0x20);
    const body = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        if (sent > 100_000_000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answer = fetch(`${web.served.url}api/v1/boards/default/tasks`, {
      method: "POST",
      headers: { ...bearer(), ...json },
      body,
    });
    // The answer, or the end of the connection before all of it was sent.
    expect(
      await answer.then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413);
    expect((await web.ask("GET", "/session")).status).toBe(200);
  });
});

describe("what is answered", () => {
  test("nothing can be framed, guessed at, kept, or run", async () => {
    const task = await web.make("<img src=x onerror=alert(1)>", "echo hi");
    for (const path of [
      "",
      "healthz",
      "metrics",
      "nothing.js",
      `api/v1/boards/default/tasks/${task}`,
      "api/v1/openapi.json",
    ]) {
      const answer = await fetch(`${web.served.url}${path}`, { headers: bearer() });
      const { headers } = answer;
      expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"]);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("access-control-allow-origin")).toBe(null);
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      if (path.startsWith("api")) expect(headers.get("content-type")).toStartWith("application/json");
    }
    expect(await (await fetch(web.served.url)).text()).not.toMatch(
      /<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:/,
    );
  });

  test("an attachment whose row leads elsewhere is not opened", async () => {
    const task = await web.make("Has files");
    const folder = join(boardPaths(web.home, "default").attachments, task);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(web.home, "secret"), "secret");
    symlinkSync(join(web.home, "secret"), join(folder, "link"));
    Bun.spawnSync(["mkfifo", join(folder, "pipe")]);
    const paths = [
      join(web.home, "secret"),
      join(folder, "link"),
      join(folder, "pipe"),
      `${folder}/../../../secret`,
      folder,
      "relative",
      "nul",
    ];
    const files = paths.map((storedPath) => ({
      filename: "x",
      storedPath,
      contentType: "text/html",
      sizeBytes: 6,
    }));
    const rows = await web.store.attachFiles(task, files, person);
    {
      // Nothing of ours writes one.
      using db = new Database(boardPaths(web.home, "default").database);
      db.run("UPDATE task_attachments SET stored_path = 'nul' || char(0) WHERE stored_path = 'nul'");
      expect(db.query("SELECT changes() AS n").get()).toEqual({ n: 1 });
    }
    for (const { id, storedPath } of rows) {
      const answer = await web.ask("GET", `/boards/default/tasks/${task}/attachments/${id}`);
      expect([storedPath, answer.status >= 400, answer.data]).toEqual([storedPath, true, null]);
    }
  });

  test("a log in whose place something else was put is not followed, nor waited for", async () => {
    const task = await web.make("Makes mischief", "echo hi");
    await web.finish(task);
    const at = `/boards/default/tasks/${task}/runs/last/log`;
    expect(await (await web.fetch("GET", at)).text()).toBe("hi\n");
    const path = join(boardPaths(web.home, "default").runs, "1", "output.log");
    writeFileSync(join(web.home, "secret"), "secret");
    for (const put of [
      () => symlinkSync(join(web.home, "secret"), path),
      () => Bun.spawnSync(["mkfifo", path]),
    ]) {
      rmSync(path);
      put();
      for (const query of ["", "/text", "?follow=true"]) {
        const answer = await web.fetch("GET", `${at}${query}`).then((one) => one.text(), String);
        expect(answer).not.toContain("secret");
      }
      expect((await web.ask("GET", `${at}/text`)).error?.kind).toBe("unsupported");
    }
  });
});
