import { z } from 'zod';

/** Decimal digits, with a sign or a fraction: neither `0x10` nor `1e3`, nor nothing at all. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

function bounded(what: string, isRight: (value: number) => boolean, least: number, most: number) {
  return z.string().transform((text, context): number => {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    if (isRight(value) && value >= least && value <= most) return value;
    context.addIssue({ code: 'custom', message: `"${text}" is no ${what} from ${least} to ${most}` });
    return z.NEVER;
  });
}

/** A setting that is a whole number within bounds, as in `8000`. The error names the bounds. */
export const wholeNumber = (least: number, most: number) => bounded('whole number', Number.isInteger, least, most);

/** A setting that is a number within bounds, with a fraction or without, as in `0.5`. The error names the bounds. */
export const decimalNumber = (least: number, most: number) => bounded('number', Number.isFinite, least, most);
