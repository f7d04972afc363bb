/** Quantile of the standard normal distribution, to 1.2e-9 of its size (P. J. Acklam's rational approximation, 2003). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile is asked for a probability between 0 and 1, not ${p}`);
  return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
}

/**
 * Quantile of Student's t with `degrees` of freedom, by the Cornish–Fisher expansion about the normal (Abramowitz & Stegun 1964,
 * 26.7.5); exact for one and two degrees. Within 1 % from three degrees on up to the 99.5 % point.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(degrees >= 1)) throw new RangeError(`Student's t needs at least one degree of freedom, not ${degrees}`);
  if (degrees < 2) return Math.tan(Math.PI * (p - 0.5));
  if (degrees < 3) return (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p)));
  const x = normalQuantile(p);
  const x2 = x * x;
  return x * (1
    + (x2 + 1) / (4 * degrees)
    + ((5 * x2 + 16) * x2 + 3) / (96 * degrees ** 2)
    + (((3 * x2 + 19) * x2 + 17) * x2 - 15) / (384 * degrees ** 3)
    + ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / (92_160 * degrees ** 4));
}

/** The point above which the share `q ≤ ½` of a standard normal lies. */
function upperQuantile(q: number): number {
  if (q < 0.02425) {
    const r = Math.sqrt(-2 * Math.log(q));
    return -polynomial(tail, r) / polynomial(tailUnder, r);
  }
  const r = 0.5 - q;
  return (r * polynomial(central, r * r)) / polynomial(centralUnder, r * r);
}

const central = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
const centralUnder = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const tail = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const tailUnder = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];

/** Highest power first (Horner). */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
