/**
 * Puts new turns before those of a list, and takes away the oldest beyond `most`. A player that is being listened to stays, and so does what
 * has the focus.
 * @param {HTMLElement} list
 * @param {readonly HTMLElement[]} items oldest first
 * @param {number} most
 */
export function addTurns(list, items, most) {
  for (const item of items) list.prepend(item);
  for (const item of [...list.children].slice(most)) {
    if (!item.querySelector('audio') && !item.contains(document.activeElement)) item.remove();
  }
}
