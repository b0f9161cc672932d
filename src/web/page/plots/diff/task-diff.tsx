import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { boardPath, call, describe } from "../../store/api.ts";
import { PlotProblem } from "../parts/plot-problem.tsx";
import type { DiffData } from "../parts/wire.ts";
import { type PatchFile, type PatchLine, readPatch } from "./patch-lines.ts";

/** Longer files are shown when they are asked for. */
const openLinesMax = 400;

const letters: Readonly<Record<string, string>> = {
  added: "A",
  modified: "M",
  deleted: "D",
  renamed: "R",
  copied: "C",
  type_changed: "T",
  unmerged: "U",
  untracked: "?",
};

/** The changes of a task's worktree against its base. */
export default function TaskDiff({ board, task }: { readonly board: string; readonly task: string }) {
  const data = useSignal<DiffData | null>(null);
  const problem = useSignal<string | null>(null);
  const asked = useSignal(0);
  useEffect(() => {
    let isOver = false;
    call<DiffData>("GET", boardPath(board, "tasks", task, "diff")).then(
      (answer) => {
        if (isOver) return;
        data.value = answer;
        problem.value = null;
      },
      (error) => {
        if (!isOver) problem.value = describe(error);
      },
    );
    return () => {
      isOver = true;
    };
  }, [board, task, asked.value]);
  const diff = data.value;
  const sum = (of: "additions" | "deletions") =>
    diff?.files.reduce((all, file) => all + (file[of] ?? 0), 0) ?? 0;
  return (
    <div class="diff">
      <PlotProblem problem={problem.value} />
      {diff === null ? null : (
        <>
          <p class="diff-head">
            <b>
              {diff.files.length} {diff.files.length === 1 ? "file" : "files"}
            </b>{" "}
            <span class="plus">+{sum("additions")}</span> <span class="minus">−{sum("deletions")}</span>{" "}
            <span class="dim">
              <code>{diff.branch}</code> since <code>{diff.base_commit.slice(0, 9)}</code>
              {diff.is_gone ? ", the worktree is gone" : ""}
            </span>
            <button type="button" class="button small" onClick={() => (asked.value += 1)}>
              Look again
            </button>
          </p>
          {diff.is_cut ? <p class="dim">It is longer than what is shown here.</p> : null}
          <ul class="diff-files">
            {diff.files.map((file) => (
              <li key={file.path}>
                <abbr title={file.change.replaceAll("_", " ")}>{letters[file.change] ?? "M"}</abbr>{" "}
                <code>
                  {file.old_path === null ? "" : `${visible(file.old_path)} → `}
                  {visible(file.path)}
                </code>{" "}
                {file.additions === null ? null : <span class="plus">+{file.additions}</span>}{" "}
                {file.deletions === null ? null : <span class="minus">−{file.deletions}</span>}
              </li>
            ))}
          </ul>
          {readPatch(diff.patch).map((file) => (
            <FilePatch key={file.name} file={file} />
          ))}
        </>
      )}
    </div>
  );
}

function FilePatch({ file }: { readonly file: PatchFile }) {
  const isOpen = useSignal(file.lines.length <= openLinesMax);
  return (
    <details
      class="diff-file"
      open={isOpen.value}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        <code>{visible(file.name.replace(/^"?a\/.* "?b\//, "").replace(/"$/, ""))}</code>
      </summary>
      {isOpen.value ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <pre tabIndex={0}>
          {file.lines.map((line, at) => (
            <Line key={at} line={line} />
          ))}
        </pre>
      ) : null}
    </details>
  );
}

const signs = { added: "+", removed: "−", same: " ", part: " ", note: " " } as const;

function Line({ line }: { readonly line: PatchLine }) {
  return (
    <span class={`diff-line ${line.kind}`}>
      <i aria-hidden="true">{line.oldNumber ?? ""}</i>
      <i aria-hidden="true">{line.newNumber ?? ""}</i>
      <b>{signs[line.kind]}</b>
      <span>{visible(line.text)}</span>
      {"\n"}
    </span>
  );
}

/** Characters that reverse the text or are invisible are shown as their numbers. */
function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
