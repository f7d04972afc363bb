import { SearchBox } from "../search/search-box.tsx";
import { endSearch } from "../search/search-store.ts";
import { taste } from "../taste-map/taste-store.ts";
import { AdventureDial } from "./adventure-dial.tsx";
import { helpOpen } from "./help-sheet.tsx";
import { HalfSun, Keyboard, Moon, Puddles, Sun } from "./icons.tsx";
import { Mark } from "./mark.tsx";
import { openTaste } from "./route.ts";
import { nextTheme, theme, type Theme } from "./theme.ts";

const themeIcons: Record<Theme, typeof Sun> = { auto: HalfSun, light: Sun, dark: Moon };

export function Header() {
  const ThemeIcon = themeIcons[theme.value];
  return (
    <header class="header">
      <div class="header-start">
        <a class="brand" href="#" aria-label="MiraVeja, to the top" onClick={toTop}>
          <Mark />
          <span class="wordmark">
            <i>Mira</i>Veja
          </span>
        </a>
        <SearchBox />
      </div>
      <AdventureDial />
      <nav class="tools" aria-label="Tools">
        <button type="button" class="tool" aria-label="Taste map" data-testid="open-taste" onClick={openTaste}>
          <Puddles />
          <span class="tool-word">Taste map</span>
          <Warmth />
        </button>
        <button type="button" class="tool wide-only" aria-label="Keyboard help" title="Keyboard help" onClick={() => (helpOpen.value = true)}>
          <Keyboard />
        </button>
        <button type="button" class="tool" aria-label={`Theme: ${theme.value}`} title={`Theme: ${theme.value}`} data-testid="theme" onClick={nextTheme}>
          <ThemeIcon />
        </button>
      </nav>
    </header>
  );
}

function toTop(): void {
  endSearch();
  window.scrollTo({ top: 0, behavior: "smooth" });
}

/** Five signals and the feed turns personal; until then five small lights count them. */
const signalsNeeded = 5;

function Warmth() {
  const signals = taste.value?.signals ?? signalsNeeded;
  if (signals >= signalsNeeded) return null;
  const left = signalsNeeded - signals;
  return (
    <span class="warmth" role="img" aria-label={`${left} more ${left === 1 ? "sign" : "signs"} of what you like and the feed turns personal`}>
      {Array.from({ length: signalsNeeded }, (_, index) => (
        <span key={index} class={index < signals ? "lit" : ""} />
      ))}
    </span>
  );
}
