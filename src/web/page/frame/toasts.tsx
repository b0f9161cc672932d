import { useEffect, useRef } from "preact/hooks";
import { Sign } from "../parts/sign.tsx";
import { dismiss, type Toast, toasts } from "../store/toasts.ts";

const staysMs = { plain: 6_000, undoable: 12_000 };

/** What was done, or failed. A failure stays until it is dismissed. */
export function Toasts() {
  return (
    <section class="toasts" aria-label="Messages" aria-live="polite">
      {toasts.value.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastView({ toast: { id, text, isBad, lines, action } }: { readonly toast: Toast }) {
  const timer = useRef(0);
  const stay = () => clearTimeout(timer.current);
  const leave = () => {
    stay();
    if (isBad) return;
    const ms = action === null ? staysMs.plain : staysMs.undoable;
    timer.current = setTimeout(() => dismiss(id), ms) as unknown as number;
  };
  useEffect(() => {
    leave();
    return stay;
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays longer.
    <div
      class={`toast${isBad ? " bad" : ""}`}
      onMouseEnter={stay}
      onMouseLeave={leave}
      onFocusIn={stay}
      onFocusOut={leave}
    >
      <Sign of={isBad ? "failed" : "done"} />
      <div class="toast-text">
        {text}
        {lines.length === 0 ? null : (
          <ul>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
      {action === null ? null : (
        <button
          type="button"
          class="button small"
          onClick={() => {
            action.run();
            dismiss(id);
          }}
        >
          {action.title}
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Close message" onClick={() => dismiss(id)}>
        <Sign of="close" />
      </button>
    </div>
  );
}
