import type { PythonValue } from './python-value.js';

/** Far more than a config holds; a product beyond is no list to build. */
const mostItems = 100_000;

/** Python's binary operator on two known values, or undefined where it has none for them. */
export function binary(operator: string, left: PythonValue, right: PythonValue): PythonValue | undefined {
  if (typeof left === 'number' && typeof right === 'number') return arithmetic(operator, left, right);
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  }
  if (operator === '*') {
    if (typeof right === 'number') return repeated(left, right);
    if (typeof left === 'number') return repeated(right, left);
  }
  return undefined;
}

/** Finite numbers alone: a division by zero and an overflow are no value. */
function arithmetic(operator: string, left: number, right: number): number | undefined {
  const result = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    '/': left / right,
    '//': Math.floor(left / right),
    // The sign of Python's remainder is the divisor's.
    '%': left - right * Math.floor(left / right),
    '**': left ** right,
  }[operator];
  return result === undefined || !Number.isFinite(result) ? undefined : result;
}

function repeated(value: PythonValue, times: number): PythonValue | undefined {
  if (!Number.isInteger(times)) return undefined;
  const count = Math.max(0, times);
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
  if (value.length * count > mostItems) return undefined;
  return typeof value === 'string' ? value.repeat(count) : Array.from({ length: count }, () => value).flat(1);
}
