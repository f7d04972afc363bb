import { dismiss, hold, toast } from "./toast-store.ts";

/** What was just done, and the way back. The region itself is always there, so that screen readers announce what enters it. */
export function Toasts() {
  const shown = toast.value;
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {shown !== null && (
        <div key={shown.id} class="toast" data-testid="toast" onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)} onFocusIn={() => hold(true)} onFocusOut={() => hold(false)}>
          <span>{shown.text}</span>
          {shown.action !== undefined && (
            <button
              type="button"
              data-testid={shown.action.label === "Undo" ? "toast-undo" : "toast-action"}
              onClick={() => {
                dismiss();
                shown.action?.run();
              }}
            >
              {shown.action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
