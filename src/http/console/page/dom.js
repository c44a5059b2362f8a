// The only place that makes elements. Text is always text: no function here takes HTML.

/** @typedef {string | number | Node | null | undefined | false} Child */

/**
 * An element. `text` and children that are strings are shown as they are, whatever they hold.
 * @param {string} tag
 * @param {{ class?: string, text?: string, title?: string, on?: Record<string, (event: Event) => void>, attributes?: Record<string, string> }} [options]
 *   names of attributes are the program's own; their values may be anything
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  if (options.class) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  if (options.title) element.title = options.title;
  for (const [name, value] of Object.entries(options.attributes ?? {})) element.setAttribute(name, value);
  for (const [type, listener] of Object.entries(options.on ?? {})) element.addEventListener(type, listener);
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false)
      element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * An element of the page by its id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * An input, a select or a text area of the page by its id.
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export function input(id) {
  return /** @type {HTMLInputElement} */ (find(id));
}

/**
 * Shows a text, and touches the element only when it is another one.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isHidden
 */
export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}
