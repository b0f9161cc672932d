import { join } from "node:path";
import { type ServicePlan, type ServiceWish, serviceMark } from "./service-manager.ts";

/**
 * A systemd user unit. Its stop leaves workers alive (KillMode=process), and so does a worker that runs out of memory.
 * @see systemd.service(5), systemd.syntax(7)
 */
export function systemdPlan(wish: ServiceWish): ServicePlan {
  const unit = `${wish.name}.service`;
  const folder = join(wish.configHome ?? join(wish.userHome, ".config"), "systemd", "user");
  const systemctl = (...words: readonly string[]) => ["systemctl", "--user", ...words];
  return {
    kind: "systemd user unit",
    path: join(folder, unit),
    text: unitText(wish),
    encoding: "utf8",
    // Restarted, not only started: it may be running as an older file had it.
    clear: [],
    start: [systemctl("daemon-reload"), systemctl("enable", unit), systemctl("restart", unit)],
    startHint: `systemctl --user enable --now ${unit}`,
    stop: [systemctl("disable", "--now", unit)],
    afterRemoval: [systemctl("daemon-reload")],
    ask: systemctl("is-active", unit),
    runningWord: /^(active|reloading)$/m,
  };
}

function unitText({ home, command, environment }: ServiceWish): string {
  const [program = "", ...words] = command;
  // Only of words behind the first are variables replaced.
  const start = [quote(program), ...words.map((word) => quote(word).replaceAll("$", "$$$$"))];
  const assignments = Object.entries(environment).map(([name, value]) => quote(`${name}=${value}`));
  return `# ${serviceMark}
[Unit]
Description=Kanbun dispatcher (${specifierSafe(home)})

[Service]
Type=exec
ExecStart=${start.join(" ")}
Environment=${assignments.join(" ")}
# A stop is for the dispatcher alone: its workers go on, and whoever dispatches next knows of them.
KillMode=process
OOMPolicy=continue
Restart=on-failure
RestartSec=5

[Install]
WantedBy=default.target
`;
}

function quote(word: string): string {
  return `"${specifierSafe(word.replaceAll("\\", "\\\\").replaceAll('"', '\\"'))}"`;
}

function specifierSafe(text: string): string {
  return text.replaceAll("%", "%%");
}
