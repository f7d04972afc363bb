import { adventure, inWords, turnTo } from "../feed/adventure-store.ts";

const radius = 44;
const centre = { x: 56, y: 52 };

function onArc(value: number, r = radius): { x: number; y: number } {
  const angle = Math.PI * (1 - value);
  return { x: centre.x + r * Math.cos(angle), y: centre.y - r * Math.sin(angle) };
}

const ticks = Array.from({ length: 21 }, (_, index) => index / 20);

/**
 * The adventure dial: an arc from the doorstep to the horizon. The picture follows a native range input that lies over
 * it, unseen, so that keys, pointers and screen readers all get what they know.
 */
export function AdventureDial() {
  const value = adventure.value;
  const knob = onArc(value);
  return (
    <div class="dial">
      <svg viewBox="0 0 112 58" aria-hidden="true" focusable="false">
        {ticks.map((tick) => {
          const [inner, outer] = [onArc(tick, radius - 3 - tick * 3), onArc(tick, radius + 2 + tick * 5)];
          return <line key={tick} x1={inner.x} y1={inner.y} x2={outer.x} y2={outer.y} class={tick <= value ? "lit" : ""} />;
        })}
        <circle class="home" cx={centre.x} cy={centre.y} r="2.4" />
        <line class="hand" x1={centre.x} y1={centre.y} x2={knob.x} y2={knob.y} />
        <circle class="knob" cx={knob.x} cy={knob.y} r="6.5" />
      </svg>
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={value}
        aria-label="Adventure"
        aria-valuetext={inWords(value)}
        data-testid="adventure"
        onInput={(event) => turnTo(Number(event.currentTarget.value))}
      />
      <span class="dial-words">
        <span class="dial-name">Adventure</span>
        <span class="dial-value">{inWords(value)}</span>
      </span>
    </div>
  );
}
