import { useRef } from "preact/hooks";
import { moveFocus } from "../feed/wall-focus.ts";
import { Arrow, Close, Glass } from "../ui/icons.tsx";
import { longestText } from "./search-address.ts";
import { boxOpen, focusSearch } from "./search-box-store.ts";
import { choose, endSearch, lookedFor, typed, written } from "./search-store.ts";
import { Suggestions } from "./suggestions.tsx";

/** The search field in the header, and below it, while it is empty, things one could look for. */
export function SearchBox() {
  const ref = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const text = written.value;
  const open = boxOpen.value;
  const current = lookedFor.value;

  const close = () => {
    field.current?.blur();
    boxOpen.value = false;
  };
  const clear = () => {
    endSearch();
    field.current?.focus();
  };
  const leave = () => {
    endSearch();
    close();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (text === "" && current === null) close();
      else clear();
    } else if (event.key === "ArrowDown" && text !== "" && moveFocus("down")) event.preventDefault();
  };
  return (
    <form
      ref={ref}
      role="search"
      class={`search${open ? " open" : ""}${current === null ? "" : " on"}`}
      data-testid="search"
      onSubmit={(event) => {
        event.preventDefault();
        choose(text);
        // On a phone the keyboard would cover what was found.
        if (window.matchMedia("(hover: none)").matches) field.current?.blur();
      }}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node && ref.current!.contains(event.relatedTarget))) boxOpen.value = false;
      }}
    >
      <button type="button" class="tool search-opener" aria-label="Search" data-testid="open-search" onClick={focusSearch}>
        <Glass />
      </button>
      {/* Not the glass: the field would come to lie under the finger that is still on it, and take its click away. */}
      <div class="search-bar" onFocusIn={() => (boxOpen.value = true)}>
        <button type="button" class="tool search-back" aria-label="Back to your wall" onClick={leave}>
          <Arrow left />
        </button>
        <label class="search-field">
          <Glass />
          <input
            ref={field}
            type="search"
            placeholder="Search"
            aria-label="Search images"
            enterkeyhint="search"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={longestText}
            value={text}
            data-testid="search-input"
            onInput={(event) => typed(event.currentTarget.value)}
            onKeyDown={press}
          />
          {text === "" ? (
            <kbd aria-hidden="true">/</kbd>
          ) : (
            <button type="button" class="search-clear" aria-label="Clear" data-testid="search-clear" onClick={clear}>
              <Close />
            </button>
          )}
        </label>
        {open && text === "" && (
          <div class="search-offer">
            <Suggestions onChoose={close} />
          </div>
        )}
      </div>
    </form>
  );
}
