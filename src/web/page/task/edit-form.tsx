import { useState } from "preact/hooks";
import { readLabels } from "../parts/read-labels.ts";
import { ApiError, boardPath, call, describe } from "../store/api.ts";
import { cards } from "../store/current.ts";
import { toast } from "../store/toasts.ts";
import type { CardData, WholeTask } from "../store/wire.ts";

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  readonly onClose: () => void;
  readonly again: () => void;
}

/** Changes title, text, priority, tenant, and what it asks of its host. Saved only if no one has changed the task since it was opened; nothing typed is lost. */
export function EditForm({ board, whole, onClose, again }: Props) {
  const [began] = useState({
    revision: whole.card.revision,
    title: whole.card.title,
    body: whole.task.body ?? "",
    tenant: whole.card.tenant ?? "",
    host: whole.card.host ?? "",
    labels: whole.card.labels.join(", "),
  });
  const [revision, setRevision] = useState(began.revision);
  const [title, setTitle] = useState(began.title);
  const [body, setBody] = useState(began.body);
  const [tenant, setTenant] = useState(began.tenant);
  const [host, setHost] = useState(began.host);
  const [labels, setLabels] = useState(began.labels);
  const [priority, setPriority] = useState(String(whole.card.priority));
  const [conflict, setConflict] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (event: Event, against = revision) => {
    event.preventDefault();
    try {
      const card = await call<CardData>("PATCH", boardPath(board, "tasks", whole.card.id), {
        title,
        body: body === "" ? null : body,
        priority: Number(priority) || 0,
        tenant: tenant.trim() === "" ? null : tenant.trim(),
        host: host.trim() === "" ? null : host.trim(),
        labels: readLabels(labels),
        expected_revision: against,
      });
      cards.peek()?.put({ ...card, board });
      again();
      toast(`${card.title}: saved`);
      onClose();
    } catch (error) {
      const isConflict = error instanceof ApiError && error.kind === "conflict";
      setConflict(isConflict);
      setProblem(isConflict ? null : describe(error));
      if (isConflict) again();
    }
  };
  const takeTheirs = () => {
    setTitle(whole.card.title);
    setBody(whole.task.body ?? "");
    setPriority(String(whole.card.priority));
    setTenant(whole.card.tenant ?? "");
    setHost(whole.card.host ?? "");
    setLabels(whole.card.labels.join(", "));
    setRevision(whole.card.revision);
    setConflict(false);
  };
  return (
    <form
      class="edit-form"
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(event);
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <h2 id="sheet-title">Edit {whole.card.id}</h2>
      <label>
        Title
        <input value={title} required onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="grow">
        Text, in markdown
        <textarea value={body} onInput={(event) => setBody(event.currentTarget.value)} />
      </label>
      <div class="fields">
        <label class="short">
          Priority
          <input type="number" value={priority} onInput={(event) => setPriority(event.currentTarget.value)} />
        </label>
        <label>
          Tenant
          <input value={tenant} onInput={(event) => setTenant(event.currentTarget.value)} />
        </label>
        <label>
          Host
          <input value={host} placeholder="any" onInput={(event) => setHost(event.currentTarget.value)} />
        </label>
        <label>
          Labels of the host
          <input value={labels} placeholder="any" onInput={(event) => setLabels(event.currentTarget.value)} />
        </label>
      </div>
      {conflict ? (
        <div class="conflict" role="alert">
          <p>
            <b>It has changed since you began.</b> Nothing was saved. Its title is now “{whole.card.title}”.
          </p>
          <p class="buttons">
            <button type="button" class="button" onClick={(event) => void save(event, whole.card.revision)}>
              Save mine over it
            </button>
            <button type="button" class="button" onClick={takeTheirs}>
              Take theirs
            </button>
          </p>
        </div>
      ) : null}
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <p class="buttons end">
        <button type="button" class="button" onClick={onClose}>
          Leave it
        </button>
        <button type="submit" class="button primary">
          Save
        </button>
      </p>
    </form>
  );
}
