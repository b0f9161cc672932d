import { expect, test } from "bun:test";
import { type HostMark, homeOfHost, relateHosts } from "../../src/board/host.ts";
import { countSlots, makeSlots } from "../../src/board/slots.ts";

test("each home is a host of its own on a board of a server, whatever machine it is on", () => {
  const at = (host: string) => ({ host, bootId: "b" });
  const [one, other] = ["0123456789ab+m/ns", "ba9876543210+m/ns"].map(at) as [HostMark, HostMark];
  expect(relateHosts(one, one)).toBe("here");
  expect(relateHosts(one, other)).toBe("elsewhere");
  expect(relateHosts(one, { ...one, bootId: "c" })).toBe("maybe_earlier");
  expect(homeOfHost(one)).toBe("0123456789ab");
  // A claim of a file's time, on a board that was moved.
  expect([homeOfHost(at("m/ns")), relateHosts(at("m/ns"), one)]).toEqual(["", "here"]);
});

test("a limit of board or profile holds over all hosts of a board, the home's for its own runs", () => {
  const run = (host: string) => ({
    ...({ holder: "worker", host, profile: "p", process: null, token: "t", claimExpiresAtMs: null } as const),
  });
  const at = { host: { host: "0123456789ab+m/ns", hostname: "vm" }, nowMs: 0 };
  const runs = [run("0123456789ab+m/ns"), run("ba9876543210+m/ns"), run("m/other")];
  const own = countSlots(runs, at);
  expect(own).toMatchObject({ all: 1, onBoard: 2, byProfile: new Map([["p", 2]]) });
  expect(makeSlots(own, own, { homeMax: 9, boardMax: 9 })).toMatchObject({ homeUsed: 2, boardUsed: 2 });
});
