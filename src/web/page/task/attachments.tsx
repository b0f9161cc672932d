import { Sign } from "../parts/sign.tsx";
import { formatSize } from "../parts/size.ts";
import { boardPath, call, describe } from "../store/api.ts";
import { isReader } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import type { WholeTask } from "../store/wire.ts";

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  readonly again: () => void;
}

/** The attachments of a task: to download, never shown in the page. */
export function Attachments({ board, whole, again }: Props) {
  const at = boardPath(board, "tasks", whole.card.id, "attachments");
  const remove = async (id: number) => {
    try {
      await call("DELETE", `${at}/${id}`);
      again();
    } catch (error) {
      toast("Not removed", { isBad: true, lines: [describe(error)] });
    }
  };
  const add = async (files: Iterable<File>) => {
    for (const file of files) {
      const answer = await fetch(`/api/v1${at}?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        body: file,
        headers: { "Content-Type": "application/octet-stream" },
      });
      const { ok, error } = await answer.json();
      if (!ok) toast(`${file.name} was not kept`, { isBad: true, lines: [error.message] });
    }
    again();
  };
  if (whole.attachments.length === 0 && isReader()) return null;
  return (
    <section>
      <h3>Files</h3>
      <ul class="related">
        {whole.attachments.map(({ id, filename, size_bytes }) => (
          <li key={id}>
            <Sign of="attachments" />
            <a href={`/api/v1${at}/${id}`} download="">
              {filename}
            </a>
            <small>{formatSize(size_bytes)}</small>
            {isReader() ? null : (
              <button
                type="button"
                class="icon-button"
                aria-label={`Remove ${filename}`}
                onClick={() => void remove(id)}
              >
                <Sign of="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {isReader() ? null : (
        <label class="button small file">
          <Sign of="plus" /> Add files
          <input
            class="visually-hidden"
            type="file"
            multiple
            onChange={(event) => void add(event.currentTarget.files ?? [])}
          />
        </label>
      )}
    </section>
  );
}
