/** A number as C's `%.{digits}g` prints it, which is how Lua 5.1 (14 digits) and Redis (17 digits) turn it into text. */
export function formatGeneral(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isSafeInteger(value) && Math.abs(value) < 10 ** Math.min(digits, 15)) return String(value);
  const rounded = roundedToEven(value, digits);
  const [mantissa = "", exponentText = "0"] = rounded.split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) return trimZeros(plainDecimal(mantissa, exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** `toExponential`, but a value exactly between two goes to the even one, as in C; JavaScript takes the larger. */
function roundedToEven(value: number, digits: number): string {
  const rounded = value.toExponential(digits - 1);
  const [exact = "", exponent = "0"] = value.toExponential(100).split("e");
  const kept = exact.slice(0, exact.indexOf(".") + digits);
  const tie = /^50*$/.test(exact.slice(kept.length));
  return tie && "02468".includes(kept.at(-1)!) ? `${kept}e${exponent}` : rounded;
}

/** `-1.2345` with exponent 2 → `-123.45`. */
function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}
