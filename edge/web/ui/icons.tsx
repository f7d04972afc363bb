import type { ComponentChildren } from "preact";

function Icon({ children, filled = false }: { children: ComponentChildren; filled?: boolean }) {
  return (
    <svg class={filled ? "icon filled" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const Heart = ({ filled = false }: { filled?: boolean }) => (
  <Icon filled={filled}>
    <path d="M12 20.2C7.2 16.6 3.5 13.4 3.5 9.3c0-2.7 2.1-4.8 4.7-4.8 1.6 0 3 .8 3.8 2.1.8-1.3 2.2-2.1 3.8-2.1 2.6 0 4.7 2.1 4.7 4.8 0 4.1-3.7 7.3-8.5 10.9Z" />
  </Icon>
);
export const Bookmark = ({ filled = false }: { filled?: boolean }) => (
  <Icon filled={filled}>
    <path d="M6.5 4h11v16.2L12 15.9l-5.5 4.3Z" />
  </Icon>
);
export const Hide = () => (
  <Icon>
    <path d="M4.5 4.5l15 15M9.6 6.3A10 10 0 0 1 12 6c5.2 0 8.3 4 9.5 6a16 16 0 0 1-2.6 3.3M6.2 8A15.5 15.5 0 0 0 2.5 12c1.2 2 4.3 6 9.5 6a9.8 9.8 0 0 0 4.1-.9M9.9 9.9a3 3 0 0 0 4.2 4.2" />
  </Icon>
);
export const Why = () => (
  <Icon>
    <path d="M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1v.4" />
    <circle cx="12" cy="17.6" r=".6" fill="currentColor" />
  </Icon>
);
export const Dots = () => (
  <Icon filled>
    <circle cx="5.5" cy="12" r="1.1" />
    <circle cx="12" cy="12" r="1.1" />
    <circle cx="18.5" cy="12" r="1.1" />
  </Icon>
);
export const Close = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const Arrow = ({ left = false }: { left?: boolean }) => (
  <Icon>
    <path d={left ? "M14.5 5.5L8 12l6.5 6.5" : "M9.5 5.5L16 12l-6.5 6.5"} />
  </Icon>
);
export const Glass = () => (
  <Icon>
    <circle cx="10.5" cy="10.5" r="6.5" />
    <path d="M15.4 15.4L20.5 20.5" />
  </Icon>
);
export const Share = () => (
  <Icon>
    <path d="M12 14.5V4M8.2 7.5L12 3.8l3.8 3.7M7.5 11H5.5v9h13v-9h-2" />
  </Icon>
);
export const Download = () => (
  <Icon>
    <path d="M12 4v11M8 11.3l4 4 4-4M5 19.5h14" />
  </Icon>
);
export const Sun = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4" />
  </Icon>
);
export const Moon = () => (
  <Icon>
    <path d="M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8Z" />
  </Icon>
);
export const HalfSun = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor" />
  </Icon>
);
export const Keyboard = () => (
  <Icon>
    <rect x="3" y="6.5" width="18" height="11" rx="2" />
    <path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8" />
  </Icon>
);
/** Three puddles of unlike size. */
export const Puddles = () => (
  <Icon>
    <circle cx="9" cy="9.5" r="5.5" />
    <circle cx="17.5" cy="15.5" r="3.5" />
    <circle cx="7.5" cy="18.8" r="1.7" />
  </Icon>
);
