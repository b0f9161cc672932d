import { expect, test } from "bun:test";
import { constants } from "node:os";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { shimArguments } from "../../../src/worker/shim/shim.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

// As /bin/sh may be; those that this machine has.
const shells = [["/bin/sh"], ["bash", "--posix"], ["busybox", "sh"]].filter(([name = ""]) => Bun.which(name));

test
  .skipIf(lacksOnWindows("process groups"))
  .each(
    shells.flatMap((shell) =>
      (["SIGQUIT", "SIGUSR1", "SIGUSR2"] as const).map((signal) => ({ shell, signal })),
    ),
  )("a shim says how its worker ended that sends its whole group a signal: $shell, $signal", async (how) => {
  const { shell, signal } = how;
  const directory = new RunDirectory(makeTestHome(), 1, "a-token");
  directory.make();
  const [, ...words] = shimArguments(
    {
      runFolder: directory.path,
      inputPath: "/dev/null",
      cwd: "/",
      worktree: null,
      copier: "",
      command: ["/bin/sh", "-c", `kill -${signal.slice(3)} 0; sleep 60`],
    },
    [],
  );
  const shim = Bun.spawn([...shell, ...words], {
    env: { ...process.env, KANBUN_TOKEN: "a-token" },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  try {
    const exit = await eventually("its last word", () => directory.readEnd().exit ?? shim.signalCode);
    expect(exit).toEqual({ code: 128 + constants.signals[signal], note: null });
  } finally {
    // Where it is wrong it may have stopped itself.
    shim.kill("SIGKILL");
  }
});
