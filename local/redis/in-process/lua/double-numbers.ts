import fengari from "fengari";
import lobject from "fengari/src/lobject.js";
import lstring from "fengari/src/lstring.js";
import { formatGeneral } from "./format-number.ts";

/**
 * Makes fengari's numbers those of Lua 5.1, which Redis runs: doubles only. Fengari is a Lua 5.3 whose integers have
 * 32 bits, so a literal 2000000000 + 2000000000 would wrap, and 10 / 2 would print as "5.0". Numerals and numeric
 * strings now become doubles (integers then arise only from lengths), and doubles print as C's `%.14g` does.
 */
export function useDoubleNumbers(): void {
  const readNumber = lobject.luaO_str2num;
  lobject.luaO_str2num = (bytes, into) => {
    const consumed = readNumber(bytes, into);
    if (consumed > 0) into.setfltvalue(wide(bytes, into.value));
    return consumed;
  };
  lobject.luaO_tostring = (L, slot) => {
    slot.setsvalue(lstring.luaS_bless(L, fengari.to_luastring(formatGeneral(slot.value, 14))));
  };
}

/** Hexadecimal numerals wrap at 32 bits when fengari reads them; read those again. */
function wide(bytes: Uint8Array, value: number): number {
  if (bytes.length < 10 || !bytes.includes(120 /* x */)) return value;
  const text = Buffer.from(bytes).toString("latin1").replace(/\0.*$/s, "").trim();
  return /^0x[0-9a-f]+$/i.test(text) ? Number(text) : value;
}
