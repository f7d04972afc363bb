import { signal } from "@preact/signals";
import { Close } from "./icons.tsx";
import { Overlay } from "./overlay.tsx";

export const helpOpen = signal(false);

const keys: readonly (readonly [string[], string])[] = [
  [["←", "↑", "↓", "→"], "move between images"],
  [["j", "k"], "down, up"],
  [["Enter"], "open"],
  [["Esc"], "close"],
  [["l"], "like"],
  [["s"], "save"],
  [["h"], "hide"],
  [["w"], "why this?"],
  [["u"], "undo"],
  [["/"], "search"],
  [["m"], "taste map"],
  [["?"], "this sheet"],
];

export function HelpSheet() {
  const close = () => (helpOpen.value = false);
  return (
    <Overlay label="Keyboard help" class="sheet-ground" onClose={close} testId="help">
      <div class="sheet">
        <div class="why-head">
          <h2>Keys</h2>
          <button type="button" class="round plain" aria-label="Close" onClick={close}>
            <Close />
          </button>
        </div>
        <dl class="keys">
          {keys.map(([names, what]) => (
            <div key={what}>
              <dt>
                {names.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Overlay>
  );
}
