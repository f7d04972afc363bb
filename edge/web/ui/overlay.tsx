import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface OverlayProps {
  label: string;
  class: string;
  /** True while something lies over this one. */
  covered?: boolean;
  onClose: () => void;
  children: ComponentChildren;
  testId?: string;
}

/**
 * A dialog over the page. What it covers is made `inert` by whoever renders it, so focus cannot stray below; toasts and
 * popovers, which must stay in reach, are its siblings. Focus goes in when it opens and back where it was when it closes.
 */
export function Overlay({ label, class: className, covered = false, onClose, children, testId }: OverlayProps) {
  const ref = useRef<HTMLDivElement>(null);
  /** Read while rendering: once what lies below is inert, nothing there holds the focus any more. */
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    return () => {
      // What held the focus is still inert while this unmounts.
      setTimeout(() => before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true }));
    };
  }, []);
  return (
    <div
      ref={ref}
      class={`overlay ${className}`}
      role="dialog"
      aria-modal="true"
      aria-label={label}
      tabIndex={-1}
      inert={covered}
      data-testid={testId}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      {children}
    </div>
  );
}
