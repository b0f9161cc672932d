import { runProgram } from "./command.ts";
import type { Sending } from "./letter.ts";

/** Its texts come in by the environment: nothing that was written into a task is a part of the program. */
const balloon = `Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$icon = New-Object System.Windows.Forms.NotifyIcon
$icon.Icon = [System.Drawing.SystemIcons]::Information
$icon.Visible = $true
$icon.ShowBalloonTip(10000, $env:KANBUN_NOTICE_TITLE, $env:KANBUN_NOTICE_TEXT, 'Info')
Start-Sleep -Seconds 5
$icon.Dispose()`;

const banner = [
  ...["-e", "on run argv", "-e", "display notification (item 2 of argv) with title (item 1 of argv)"],
  ...["-e", "end run"],
];

/** The program of the platform that shows a notice on the desktop, with its arguments. */
export function desktopCommand(
  platform: NodeJS.Platform,
  { title, text }: { readonly title: string; readonly text: string },
): readonly string[] {
  if (platform === "darwin") return ["osascript", ...banner, title, text];
  if (platform === "win32") return ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", balloon];
  return ["notify-send", "--app-name=kanbun", "--", title, text];
}

/** @throws {NotDelivered} */
export async function showOnDesktop({ letter, signal, environment }: Sending): Promise<void> {
  const title = `${letter.kind.replaceAll("-", " ")} (${letter.board})`;
  const { text } = letter;
  await runProgram(desktopCommand(process.platform, { title, text }), {
    ...{ input: "", signal, environment },
    added: { KANBUN_NOTICE_TITLE: title, KANBUN_NOTICE_TEXT: text },
  });
}
