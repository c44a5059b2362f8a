/**
 * Puts the children of an element into an order. As few as possible are moved, those on the longest run that is in order already stay: each
 * move costs the browser the layout of a row.
 * @param {Element} parent
 * @param {readonly Element[]} wanted all of its children
 * @returns {number} how many were moved
 */
export function placeRows(parent, wanted) {
  const places = new Map([...parent.children].map((child, place) => [child, place]));
  const staying = longestRun(wanted.map((element) => places.get(element) ?? -1));
  let moved = 0;
  /** @type {Element | null} */
  let next = null;
  for (let at = wanted.length - 1; at >= 0; at -= 1) {
    const element = /** @type {Element} */ (wanted[at]);
    if (!staying.has(at)) {
      parent.insertBefore(element, next);
      moved += 1;
    }
    next = element;
  }
  return moved;
}

/**
 * Indices of a longest run of numbers that grow, not side by side of necessity. Negative numbers are in none.
 * @param {readonly number[]} numbers
 * @returns {Set<number>}
 */
export function longestRun(numbers) {
  /** At n: the index at which the best run of n + 1 numbers ends. @type {number[]} */
  const ends = [];
  /** Of each index the one before it in its run. @type {number[]} */
  const before = [];
  for (const [index, number] of numbers.entries()) {
    if (number < 0) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  }
  /** @type {Set<number>} */
  const run = new Set();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) run.add(at);
  return run;
}
