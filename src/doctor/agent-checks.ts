import type { AgentPreset } from "../system/config/agents/preset.ts";
import { resolveExecutable } from "../system/files/executable.ts";
import { type Check, CheckOf } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Some unpack themselves at their first start. */
const patienceMs = 15_000;
const outputBytesMax = 64 * 1024;
const atOnce = 4;

/**
 * The version of each agent that a profile starts, asked of the agent itself: a few at a time, 15 s for each. Some write into
 * the user's folders even then, so it is done only where it was asked for.
 */
export async function checkAgents(context: DoctorContext): Promise<readonly Check[]> {
  const { profiles } = context.loadConfig();
  const presets = new Map(
    [...profiles.values()].flatMap(({ agent }) =>
      agent === null ? [] : [[agent.preset.name, agent.preset]],
    ),
  );
  const queue = presets.values();
  const checks: Check[] = [];
  const takeTurns = async () => {
    for (const preset of queue) checks.push(await checkAgent(preset, context));
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return checks.sort((a, b) => a.check.localeCompare(b.check));
}

async function checkAgent(preset: AgentPreset, { home, environment }: DoctorContext): Promise<Check> {
  const check = new CheckOf(`agent:${preset.name}`);
  const found = resolveExecutable(preset.program, environment.PATH, home);
  if ("error" in found) return check.problem(`${found.error}; get it: ${preset.install}`);
  const child = Bun.spawn([found.path, "--version"], {
    env: { ...environment, ...preset.env, NO_COLOR: "1", CI: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: patienceMs,
    killSignal: "SIGKILL",
    maxBuffer: outputBytesMax,
    windowsHide: true,
  });
  // Its output may be held open by what it leaves behind.
  const output = child.stdout.text();
  const code = await child.exited;
  const text = await Promise.race([output, Bun.sleep(1_000).then(() => "")]);
  if (code !== 0)
    return check.warning(
      `${found.path} --version ended with ${child.signalCode ?? `exit code ${code}`}, or took longer than 15 s`,
    );
  const version = /\d+(?:\.\d+)+/.exec(text)?.[0] ?? null;
  const { checked } = preset;
  if (version === null) return check.warning(`${found.path} --version says no version`);
  if (checked.how === "read")
    return check.ok(`${version}; its flags were read, not tried (${checked.version})`);
  const known =
    version === checked.version
      ? "the version that its flags were checked on"
      : `its flags were checked on ${checked.version}`;
  return check.ok(`${version}, ${known}`);
}
