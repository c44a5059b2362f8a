import { find, input } from './dom.js';

/** Letters count while nothing is being written; those about a device while one is open. @type {Record<string, string>} */
const BUTTONS = { i: 'do-interrupt', r: 'do-reconnect' };

/**
 * Keys for what is done often. The page tells them under "Keys".
 * @param {import('./device-detail.js').DeviceDetail} detail
 */
export function setUpShortcuts(detail) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find('console').hidden) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === 'Escape') {
      if (target === find('filter-text') && input('filter-text').value !== '') return;
      return detail.close();
    }
    if (target.matches('input, textarea, select')) return;
    if (event.key === '/') {
      event.preventDefault();
      return input('filter-text').focus();
    }
    if (event.key === '?') {
      const keys = /** @type {HTMLDetailsElement} */ (/** @type {unknown} */ (find('keys')));
      keys.open = !keys.open;
      return;
    }
    if (detail.name === undefined) return;
    const button = BUTTONS[event.key];
    if (button !== undefined) detail.press(button);
    else if (event.key === 's') {
      event.preventDefault();
      input('say-text').focus();
    }
  });
}
